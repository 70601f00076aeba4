// The list of the tracks of a plan: what each hides, and what may be done with it.

import { API } from "./api.js";
import { isMade, kindOf, nameOf } from "./chosen.js";
import { at, make, part } from "./page.js";

export class TrackList {
  /** @type {Map<number, HTMLLIElement>} */
  #items = new Map(); // by the numbers of tracks
  #kinds = ""; // of which there are buttons, which keep the focus while they stay

  /** @param {import("./workbench.js").Workbench} bench */
  constructor(bench) {
    this.bench = bench;
  }

  /** Another plan is shown. */
  clear() {
    this.#items.clear();
    at("tracks").replaceChildren();
  }

  /** Show all tracks, the least certain first; what stays where it is keeps the focus. */
  show() {
    const list = at("tracks");
    const sorted = [...this.bench.plan.tracks].sort((a, b) => a.score - b.score || a.number - b.number);
    const shown = sorted.map((track) => this.#shownItem(track));
    for (const item of [...list.children]) if (!shown.some((each) => each === item)) item.remove();
    shown.forEach((item, index) => {
      if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
    });
  }

  /** Show how many tracks are hidden, and a button for each kind of them. */
  showKinds() {
    const { plan } = this.bench;
    at("count").textContent = `${plan.tracks.filter((track) => track.hidden).length} of ${plan.tracks.length} hidden`;
    const kinds = [...new Set(plan.tracks.map((track) => track.kind))];
    if (kinds.join() === this.#kinds) return;
    this.#kinds = kinds.join();
    at("kinds").replaceChildren(...kinds.flatMap((kind) => [this.#buttonFor(kind, true), this.#buttonFor(kind, false)]));
  }

  /**
   * @param {string} kind
   * @param {boolean} hidden
   */
  #buttonFor(kind, hidden) {
    const onclick = () => this.bench.plan.change(({ tracks }) => {
      for (const track of tracks) if (track.kind === kind) track.hidden = hidden;
    });
    return make("button", { type: "button", class: "second", onclick }, `${hidden ? "Hide" : "Show"} all: ${kindOf(kind)}`);
  }

  /** @param {Track} track */
  #shownItem(track) {
    const item = this.#items.get(track.number) ?? this.#itemOf(track);
    this.#items.set(track.number, item);
    item.classList.toggle("shown", !track.hidden);
    item.classList.toggle("chosen", this.bench.stage.chosen === track.number);
    part(item, "input", "[type=checkbox]").checked = track.hidden;
    const why = part(item, "input", "[type=text]");
    if (why !== document.activeElement) why.value = track.reason ?? "";
    part(item, "span", ".time").textContent = this.bench.wordsOf(track);
    return item;
  }

  /** @param {Track} track */
  #itemOf(track) {
    const { bench } = this;
    const { number } = track;
    const name = nameOf(track);
    const change = (/** @type {(track: Track) => void} */ work) => bench.plan.change(() => work(bench.plan.track(number)));
    const hides = make("input", { type: "checkbox", onchange: () => change((now) => (now.hidden = hides.checked)) });
    const why = make("input", {
      type: "text", maxlength: 1000, value: track.reason ?? "", "aria-label": `Why ${name} is hidden or shown`,
      onchange: () => change((now) => (now.reason = why.value)),
    });
    const picture = { loading: "lazy", alt: `What track ${number} hides`, src: `${API}/plans/${bench.planId}/tracks/${number}/picture` };
    const second = { type: "button", class: "second" };
    return make("li", {},
      isMade(track) ? null : make("img", picture),
      make("label", { class: "choice" }, hides, ` Hide ${name}`),
      make("span", { class: "quiet time" }),
      make("button", { ...second, onclick: () => bench.choose(number) }, "Show in the picture", make("span", { class: "hidden" }, `: ${name}`)),
      make("label", {}, "Why ", why),
      isMade(track) ? make("button", { ...second, onclick: () => bench.plan.remove(number) }, "Remove", make("span", { class: "hidden" }, ` ${name}`)) : null,
    );
  }
}
