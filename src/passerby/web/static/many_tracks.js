// What can be done with the tracks that are chosen, one or many.

import { call } from "./api.js";
import { isMade } from "./track_names.js";
import { at, toast, trying } from "./page.js";
import { t, tn } from "./words.js";

/**
 * A button that was pressed and can be no more gives the focus on, instead of losing it.
 * @param {HTMLElement[]} others the first of them that can take it gets it
 */
export function keepFocus(...others) {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLButtonElement) || !activeElement.disabled) return;
  others.find((each) => !(each instanceof HTMLButtonElement && each.disabled))?.focus({ preventScroll: true });
}

export class ManyTracks {
  /** @param {import("./workbench.js").Workbench} bench */
  constructor(bench) {
    this.bench = bench;
    at("many-hide").addEventListener("click", () => this.set({ hidden: true }));
    at("many-show").addEventListener("click", () => this.set({ hidden: false }));
    at("many-join").addEventListener("click", () => trying(() => this.join()));
    at("many-remove").addEventListener("click", () => this.remove());
    at("many-all").addEventListener("click", () => this.all());
    at("many-none").addEventListener("click", () => bench.selection.only([]));
    at("join-all").addEventListener("click", () => trying(() => this.joinAll()));
    at("track-why").addEventListener("change", () => this.set({ reason: at("track-why").value.trim() }));
  }

  show() {
    const { selection, plan, listed } = this.bench;
    const tracks = selection.numbers.flatMap((number) => plan.find(number) ?? []);
    at("many-count").textContent = tracks.length ? tn("{count} chosen", "{count} chosen", tracks.length) : t("None chosen");
    for (const button of [at("many-hide"), at("many-show"), at("many-none")]) button.disabled = !tracks.length;
    at("many-join").disabled = tracks.length < 2;
    at("many-remove").disabled = !tracks.some(isMade);
    at("many-all").disabled = !listed.length;
    at("many-all").textContent = tn("Choose the one listed", "Choose all {count} listed", listed.length);
    at("why-field").hidden = !tracks.length;
    keepFocus(at("tracks"));
    const whys = new Set(tracks.map((track) => track.reason ?? ""));
    if (document.activeElement !== at("track-why")) at("track-why").value = whys.size === 1 ? [...whys][0] : "";
  }

  all() {
    this.bench.selection.only(this.bench.listed.map((track) => track.number));
  }

  /** @param {Partial<Track>} values */
  set(values) {
    this.bench.plan.set(this.bench.selection.numbers, values);
  }

  /** Remove those that people have drawn; what was found can be shown, not removed. */
  remove() {
    const { selection, plan } = this.bench;
    const made = selection.numbers.filter((number) => isMade(plan.track(number)));
    if (made.length) plan.remove(made);
  }

  /** Make one track of those that are chosen. */
  async join() {
    const joined = await this.#ask(this.bench.selection.numbers);
    toast(tn("{count} track is one now; undo takes it apart.", "{count} tracks are one now; undo takes them apart.", joined[0].length));
    this.bench.selection.only([Math.min(...joined[0])]);
  }

  /** Make one track of each passer-by, as far as place and time tell. */
  async joinAll() {
    const joined = await this.#ask(null);
    const parts = joined.reduce((sum, numbers) => sum + numbers.length, 0);
    toast(joined.length
      ? t("{parts} tracks have become {wholes}, by place and time alone; undo takes them apart.", { parts, wholes: joined.length })
      : t("No tracks are one passer-by, as far as place and time tell."));
  }

  /**
   * @param {number[] | null} tracks
   * @returns {Promise<number[][]>}
   */
  async #ask(tracks) {
    const { plan, draft } = this.bench;
    const before = plan.revision;
    const { changes, joined } = await call(`/plans/${draft.id}/joined`, { method: "POST", body: { tracks, changes: draft.changes ?? {} } });
    if (plan.revision !== before) throw new Error(t("The plan was changed meanwhile; join them again."));
    if (joined.length) plan.edit({ tracks: changes.tracks, removed: changes.removed });
    return joined;
  }
}
