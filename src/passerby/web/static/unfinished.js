// Uploads that this tab has begun and not finished, by their addresses: a page that is loaded anew goes on with them.

const KEY = "passerby-uploads";
const KEPT = 24 * 60 * 60 * 1000; // ms: the server gives up what nothing has come of for a day

/** @typedef {{address: string, name: string, size: number, modified: number, begun: number}} Begun */

/** @returns {Begun[]} */
export function unfinished() {
  /** @type {Begun[]} */
  const found = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  return found.filter((each) => Date.now() - each.begun < KEPT);
}

/**
 * @param {string} address
 * @param {File} file
 */
export function remember(address, file) {
  keep([...unfinished(), { address, name: file.name, size: file.size, modified: file.lastModified, begun: Date.now() }]);
}

/** @param {string} address */
export const drop = (address) => keep(unfinished().filter((each) => each.address !== address));

/**
 * The upload that this file was the one of, if any.
 * @param {File} file
 */
export const uploadOf = (file) =>
  unfinished().find((each) => each.name === file.name && each.size === file.size && each.modified === file.lastModified);

/** @param {Begun[]} uploads */
const keep = (uploads) => sessionStorage.setItem(KEY, JSON.stringify(uploads));
