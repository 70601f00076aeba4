// What the library can be narrowed by, at the side of it: each with how many of the videos have it.

import { make } from "./page.js";
import { dated, number, t } from "./words.js";

const FEW = 12; // labels that are shown at first

/** @type {Record<string, string>} */
const LENGTHS = {
  to_1_min: t("under 1 minute"), to_5_min: t("1 to 5 minutes"), to_20_min: t("5 to 20 minutes"), to_1_h: t("20 minutes to 1 hour"),
  over_1_h: t("1 hour and more"),
};
/** @type {Record<string, string>} */
export const REVIEWS = { to_check: t("to check"), checked: t("checked"), released: t("released") };
/** @type {Record<string, string>} */
const HAS = { text: t("Text on screen"), speech: t("Speech"), people: t("People, masked") };

/** @typedef {import("./library_state.js").Wanted} Wanted */

export class Facets {
  #place;
  #onChoose;
  #all = false; // labels are shown
  /** @type {[FacetList, Wanted, Collection[]] | null} */
  #shown = null;

  /**
   * @param {HTMLElement} place
   * @param {(kind: string, value: string) => void} onChoose
   */
  constructor(place, onChoose) {
    this.#place = place;
    this.#onChoose = onChoose;
  }

  /**
   * @param {FacetList} found
   * @param {Wanted} wanted
   * @param {Collection[]} collections
   */
  show(found, wanted, collections) {
    this.#shown = [found, wanted, collections];
    const names = new Map(collections.map((each) => [each.id, each.name]));
    const focused = document.activeElement instanceof HTMLElement && this.#place.contains(document.activeElement) ? document.activeElement.dataset.facet : undefined;
    const groups = [
      this.#group(t("Collections"), "collection", (value) => names.get(value) ?? t("a collection")),
      this.#group(t("Has"), "has", (value) => HAS[value] ?? value),
      this.#group(t("Labels"), "label", (value) => value, this.#all ? undefined : FEW),
      this.#group(t("Length"), "length", (value) => LENGTHS[value] ?? value, undefined, Object.keys(LENGTHS)),
      this.#group(t("Recorded"), "year", (value) => (value === "0" ? t("not known when") : dated(new Date(Number(value), 5, 1), { year: "numeric" }))),
      this.#group(t("Review"), "review", (value) => REVIEWS[value] ?? value, undefined, Object.keys(REVIEWS)),
    ];
    this.#place.replaceChildren(...groups.filter((group) => group !== null));
    if (focused) [...this.#place.querySelectorAll("button")].find((each) => each.dataset.facet === focused)?.focus();
  }

  /**
   * @param {string} title
   * @param {string} kind
   * @param {(value: string) => string} nameOf
   * @param {number} [most]
   * @param {string[]} [order]
   */
  #group(title, kind, nameOf, most, order) {
    if (!this.#shown) return null;
    const [{ facets }, wanted] = this.#shown;
    const now = [wanted[/** @type {keyof Wanted} */ (kind)]].flat();
    let values = [...(facets[kind] ?? [])];
    for (const value of now) if (value && !values.some((each) => each.value === value)) values.unshift({ value, videos: 0 });
    if (order) values.sort((one, other) => order.indexOf(one.value) - order.indexOf(other.value));
    if (!values.length || (values.length === 1 && !now.includes(values[0].value) && kind !== "has" && kind !== "label" && kind !== "collection")) return null;
    const isMore = most !== undefined && values.length > most;
    if (isMore) values = values.filter((each, n) => n < most || now.includes(each.value));
    const id = `facet-${kind}`;
    return make(
      "section",
      { class: "facet", "aria-labelledby": id },
      make("h2", { id }, title),
      make("ul", {}, ...values.map((each) => make("li", {}, this.#button(kind, each, nameOf(each.value), now.includes(each.value))))),
      isMore && make("button", { type: "button", class: "plain more", dataset: { facet: "more" }, onclick: () => this.#showAll() }, t("More labels")),
    );
  }

  #showAll() {
    this.#all = true;
    if (this.#shown) this.show(...this.#shown);
    const buttons = this.#place.querySelectorAll("button[data-facet^='label=']");
    if (buttons[FEW] instanceof HTMLElement) buttons[FEW].focus();
  }

  /** @type {(kind: string, each: FacetValue, name: string, isPressed: boolean) => HTMLButtonElement} */
  #button(kind, { value, videos }, name, isPressed) {
    return make(
      "button",
      {
        type: "button", class: "plain", "aria-pressed": String(isPressed), dataset: { facet: `${kind}=${value}` },
        onclick: () => this.#onChoose(kind, value),
      },
      make("span", { class: "value" }, name), make("span", { class: "count" }, number(videos)),
    );
  }
}
