// The sheet that tells which keys do what on this page: by the key ? and by the button for it in the header.

import { make, maybe } from "./page.js";
import { t } from "./words.js";

/** @typedef {{keys: string[], words: string}} KeyRow keys that are pressed together, and what they do */

/**
 * Have the sheet tell these keys of a page, before those of all pages.
 * @param {() => KeyRow[]} rows
 */
export const tellKeys = (rows) => document.addEventListener("keys", ({ detail }) => detail.push(...rows()));

/** @type {() => KeyRow[]} */
const EVERYWHERE = () => [
  { keys: ["/"], words: t("Search all videos") },
  { keys: ["?"], words: t("This sheet") },
  { keys: ["Escape"], words: t("Close what is open: a menu, a sheet") },
];

/** What is written on keys whose names are none. */
const CAPS = () => /** @type {Record<string, string>} */ ({
  " ": t("Space"), ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Delete: t("Del"), Escape: t("Esc"), Enter: t("Enter"), Shift: t("Shift"),
});

/** Show the sheet, unless another dialog is open; the focus goes back to where it was. */
function show() {
  if (document.querySelector("dialog[open]")) return;
  const caps = CAPS();
  /** @type {KeyRow[]} */
  const rows = [];
  document.dispatchEvent(new CustomEvent("keys", { detail: rows }));
  const rowOf = (/** @type {KeyRow} */ { keys, words }) => make("div", {},
    make("dt", {}, ...keys.flatMap((key, index) => [index ? " + " : "", make("kbd", {}, caps[key] ?? key)])), make("dd", {}, words));
  const sheet = make("dialog", { class: "keys", "aria-labelledby": "keys-title", onclose: () => sheet.remove() },
    make("h2", { id: "keys-title", tabindex: "-1", autofocus: true }, t("Keys")),
    make("dl", {}, ...rows.map(rowOf)),
    make("h3", {}, t("On all pages")),
    make("dl", {}, ...EVERYWHERE().map(rowOf)),
    make("form", { method: "dialog", class: "row end" }, make("button", { class: "second" }, t("Close"))));
  if (!rows.length) sheet.querySelector("h3")?.remove();
  document.body.append(sheet);
  sheet.showModal();
}

/**
 * Show the sheet when it is asked for.
 * @param {(event: KeyboardEvent) => boolean} isTyping whether a key is meant for a field, or is to do nothing
 */
export function offerKeys(isTyping) {
  maybe("keys-open")?.addEventListener("click", show);
  addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.defaultPrevented || isTyping(event)) return;
    event.preventDefault();
    show();
  });
}
