// The fields by which tracks are filtered and ordered.

import { kindOf } from "./track_names.js";
import { at, make } from "./page.js";
import { ALL } from "./track_filter.js";

export class TrackFilters {
  #kinds = ""; // that can be chosen

  /** @param {() => void} onChange */
  constructor(onChange) {
    for (const field of [at("filter-kind"), at("filter-state"), at("filter-score"), at("filter-size"), at("filter-view"), at("filter-order")]) {
      field.addEventListener("input", () => {
        at("filter-clear").hidden = !this.isOn;
        onChange();
      });
    }
    at("filter-clear").addEventListener("click", () => {
      this.clear();
      onChange();
      at("filter-kind").focus();
    });
  }

  clear() {
    at("filter-kind").value = at("filter-state").value = at("filter-score").value = at("filter-size").value = "";
    at("filter-view").checked = false;
    at("filter-clear").hidden = true;
  }

  /** Whether less is listed than there is. */
  get isOn() {
    return Boolean(at("filter-kind").value || at("filter-state").value || at("filter-score").value || at("filter-size").value || at("filter-view").checked);
  }

  /** Whether what is listed changes with the stretch of time that is seen. */
  get isByView() {
    return at("filter-view").checked;
  }

  /**
   * @param {Stretch} view
   * @returns {import("./track_filter.js").Filter}
   */
  filter(view) {
    const [smallest, largest] = at("filter-size").value ? at("filter-size").value.split("-").map(Number) : [0, Infinity];
    return {
      ...ALL,
      kind: at("filter-kind").value,
      state: /** @type {"" | "hidden" | "shown"} */ (at("filter-state").value),
      score: Number(at("filter-score").value || 1),
      smallest, largest: largest || Infinity,
      within: at("filter-view").checked ? view : null,
      order: at("filter-order").value,
    };
  }

  /**
   * Offer the kinds that there are.
   * @param {Track[]} tracks
   */
  offer(tracks) {
    const kinds = [...new Set(tracks.map((track) => track.kind))].sort();
    if (kinds.join() === this.#kinds) return;
    this.#kinds = kinds.join();
    const chosen = at("filter-kind").value;
    const options = kinds.map((kind) => make("option", { value: kind }, kindOf(kind)));
    at("filter-kind").replaceChildren(at("filter-kind").options[0], ...options);
    at("filter-kind").value = kinds.includes(chosen) ? chosen : "";
  }
}
