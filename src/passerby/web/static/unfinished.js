// Uploads that this tab has begun and not finished, by their addresses: a page that is loaded anew goes on with them.

const KEY = "passerby-uploads";
const KEPT = 24 * 60 * 60 * 1000; // ms: the server gives up what nothing has come of for a day

/** `{address, name, size, modified, begun}` of each. */
export function unfinished() {
  const found = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  return found.filter((each) => Date.now() - each.begun < KEPT);
}

export function remember(address, file) {
  keep([...unfinished(), { address, name: file.name, size: file.size, modified: file.lastModified, begun: Date.now() }]);
}

export const drop = (address) => keep(unfinished().filter((each) => each.address !== address));

/** The upload that this file was the one of, if any. */
export const uploadOf = (file) =>
  unfinished().find((each) => each.name === file.name && each.size === file.size && each.modified === file.lastModified);

const keep = (uploads) => sessionStorage.setItem(KEY, JSON.stringify(uploads));
