// By what a search may be narrowed, with counts: the videos that were found, by what, and the labels that they have.

import { call } from "./api.js";
import { KINDS } from "./hit_card.js";
import { at, make, refill } from "./page.js";
import { t, tn } from "./words.js";

const FEW = 8; // of each that are shown at once

/** @typedef {(name: string, value: string) => void} Narrow */

/**
 * Fetch and show the facets of a search; gives them, for whoever has to say what may be meant.
 * @param {URLSearchParams} asked
 * @param {AbortSignal} signal
 * @param {Narrow} narrow
 * @returns {Promise<SearchFacets>}
 */
export async function showFacets(asked, signal, narrow) {
  /** @type {SearchFacets} */
  const found = await call(`/search/facets?${asked}`, { signal });
  at("labels-here").replaceChildren(...found.labels.map(({ label }) => make("option", { value: label })));
  const groups = [
    groupOf(t("Video"), found.videos.map(({ id, name, moments }) => ({ name: "video", value: id, words: name, count: moments })), asked, narrow),
    groupOf(t("Related labels"), found.labels.map(({ label, moments }) => ({ name: "label", value: label, words: label, count: moments })), asked, narrow),
    found.kinds.length ? kindsOf(found) : null,
  ];
  refill(at("facets"), ...groups.filter((group) => group !== null));
  return found;
}

/** Nothing is asked for. */
export const emptyFacets = () => at("facets").replaceChildren();

/**
 * @param {string} title
 * @param {{name: string, value: string, words: string, count: number}[]} values
 * @param {URLSearchParams} asked
 * @param {Narrow} narrow
 */
function groupOf(title, values, asked, narrow) {
  if (!values.length) return null;
  const items = values.map(({ name, value, words, count }) => {
    const isSet = asked.get(name) === value;
    return make("li", {}, make("button", {
      type: "button", class: "facet", "aria-pressed": String(isSet), onclick: () => narrow(name, isSet ? "" : value),
    }, make("span", { class: "facet-name" }, words), make("span", { class: "count" }, String(count))));
  });
  const rest = items.slice(FEW);
  return make("section", { class: "facets", "aria-label": title }, make("h2", {}, title), make("ul", {}, ...items.slice(0, FEW)),
    rest.length > 0 && make("details", {}, make("summary", {}, tn("{count} more", "{count} more", rest.length)), make("ul", {}, ...rest)));
}

/** @param {SearchFacets} found */
function kindsOf({ kinds }) {
  const items = kinds.map(({ kind, moments }) => make("li", {}, make("span", {}, KINDS[kind] ?? kind), make("span", { class: "count" }, String(moments))));
  return make("section", { class: "facets", "aria-label": t("Found by") }, make("h2", {}, t("Found by")), make("ul", { class: "counts" }, ...items));
}
