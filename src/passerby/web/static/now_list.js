// What is in the picture at this time, the least certain first: each with its picture, and whether it is hidden.

import { nameOf } from "./track_names.js";
import { at, make, part } from "./page.js";
import { t, tn } from "./words.js";

const MOST = 60; // rows

export class NowList {
  /** @type {Map<number, HTMLLIElement>} */
  #rows = new Map();
  #asked = 0;

  /** @param {import("./workbench.js").Workbench} bench */
  constructor(bench) {
    this.bench = bench;
  }

  /** Another plan is shown. */
  clear() {
    this.#rows.clear();
    at("now").replaceChildren();
  }

  show() {
    if (!this.#asked) this.#asked = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#asked = 0;
    if (!this.bench.isOpen) return;
    const list = at("now");
    const there = this.bench.stage.visible().map(({ track }) => track);
    there.sort((one, other) => one.score - other.score || one.number - other.number);
    const bare = there.filter((track) => !track.hidden).length;
    at("now-count").textContent = there.length ? `${there.length}${bare ? `, ${tn("{count} shown", "{count} shown", bare)}` : ""}` : "";
    at("now-none").hidden = there.length > 0;
    const rows = there.slice(0, MOST).map((track) => this.#row(track));
    for (const row of [...list.children]) if (!rows.some((each) => each === row)) row.remove();
    rows.forEach((row, index) => {
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    });
    at("now-more").textContent = there.length > MOST ? tn("and {count} more", "and {count} more", there.length - MOST) : "";
  }

  /** @param {Track} track */
  #row(track) {
    const row = this.#rows.get(track.number) ?? this.#made(track);
    this.#rows.set(track.number, row);
    row.classList.toggle("shown", !track.hidden);
    row.classList.toggle("chosen", this.bench.selection.has(track.number));
    part(row, "input").checked = track.hidden;
    part(row, "span", ".sure").textContent = track.score < 1 ? `${Math.round(track.score * 100)} %` : "";
    return row;
  }

  /** @param {Track} track */
  #made({ number, ...track }) {
    const { bench } = this;
    const name = nameOf({ number, ...track });
    const picture = make("span", { class: "picture" });
    bench.sprites.show(picture, number);
    const hides = make("input", { type: "checkbox", "aria-label": t("Hide {name}", { name }), onchange: () => bench.plan.set([number], { hidden: hides.checked }) });
    return make("li", { dataset: { number } },
      make("button", { type: "button", class: "plain", onclick: (/** @type {MouseEvent} */ event) => bench.take(number, event) },
        picture, make("span", {}, name), make("span", { class: "sure quiet" })),
      make("label", { class: "choice" }, hides, t("Hide")));
  }
}
