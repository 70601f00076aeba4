// Searches that somebody has given a name, to be asked again.

import { call } from "./api.js";
import { at, make, refill, toast, trying } from "./page.js";
import { t } from "./words.js";

/** @typedef {{id: string, name: string, asked: Record<string, string>}} SavedSearch */

/** Show the searches that are kept. */
async function show() {
  /** @type {{searches: SavedSearch[]}} */
  const { searches } = await call("/searches");
  const none = make("li", { class: "quiet" }, t("None yet."));
  const items = searches.map(({ id, name, asked }) => make("li", { class: "row" },
    make("a", { href: `/search?${new URLSearchParams(asked)}` }, name),
    make("button", { type: "button", class: "plain", "aria-label": t("Remove {name}", { name }), onclick: () => trying(async () => {
      await call(`/searches/${id}`, { method: "DELETE" });
      await show();
    }) }, "×")));
  refill(at("searches"), ...(items.length ? items : [none]));
}

/**
 * Offer to keep what `asked()` asks for.
 * @param {() => URLSearchParams} asked
 */
export function offerToKeep(asked) {
  at("kept-searches").hidden = false;
  at("kept-searches").addEventListener("toggle", () => at("kept-searches").open && trying(show));
  at("keep").addEventListener("submit", (event) => {
    event.preventDefault();
    trying(async () => {
      const name = at("search-name").value.trim();
      await call("/searches", { method: "POST", body: { name, asked: Object.fromEntries(asked()) } });
      at("search-name").value = "";
      toast(t("“{name}” is saved.", { name }));
      await show();
    });
  });
}
