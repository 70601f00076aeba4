// Tables of the settings: their rows and cells, and the buttons in them.

import { at, make, part, refill, trying } from "./page.js";
import { momentOf } from "./work.js";

/** @typedef {import("./page.js").Child} Child */
/** @typedef {"models" | "users" | "tokens" | "sessions" | "hooks" | "log"} Part */

export const row = (/** @type {Child[]} */ ...cells) => make("tr", {}, ...cells);
export const cell = (/** @type {string} */ name, /** @type {Child[]} */ ...children) => make("td", { dataset: { name } }, ...children);
export const rowHead = (/** @type {Child[]} */ ...children) => make("th", { scope: "row" }, ...children);
export const actions = (/** @type {Child[]} */ ...buttons) => make("td", {}, make("div", { class: "row" }, ...buttons));
export const small = (/** @type {string} */ text, /** @type {string} */ label, /** @type {() => unknown} */ onclick) =>
  make("button", { type: "button", class: "second small", "aria-label": label, onclick: () => trying(onclick) }, text);
export const when = (/** @type {string} */ iso) => momentOf(Date.parse(iso) / 1000);

/**
 * Fill the table of a part; the sentence for an empty one shows if there is nothing.
 * @param {Part} name
 * @param {HTMLElement[]} rows
 */
export function fill(name, rows) {
  const section = at(name);
  refill(part(section, "tbody"), ...rows);
  /** @type {HTMLElement | null} */
  const none = section.querySelector(".none");
  if (none) none.hidden = rows.length > 0;
  part(section, "table").hidden = none !== null && !rows.length;
}

