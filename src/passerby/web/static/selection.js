// Which videos of the library are chosen, and what is done with all of them.

import { ask, call } from "./api.js";
import { tellBatches } from "./batch_strip.js";
import { changeDetails } from "./details_dialog.js";
import { confirmed, doneBy } from "./dialogs.js";
import { at, field, make, may, maybe, part, toast, trying } from "./page.js";
import { offerPresets } from "./presets.js";
import { number, said, t, tn } from "./words.js";

const AT_ONCE = 500; // videos that one call is about

/** @typedef {{onChange: () => void, onDone: () => Promise<void>, collections: () => Collection[], allIds: () => Promise<string[]>}} Told */

export class Selection {
  /** @type {Set<string>} */
  ids = new Set();
  #told;
  /** @type {Promise<import("./presets.js").Preset[]> | undefined} */
  #offered;

  /** @param {Told} told */
  constructor(told) {
    this.#told = told;
    on("clear", () => this.clear());
    on("pick-all", () => trying(async () => this.add(await told.allIds())));
    on("acts-open", () => openActs(at("acts-open").ariaExpanded !== "true"));
    on("details", () => this.#details());
    on("collect", () => this.#collect());
    on("take-out", () => this.#takeOut());
    on("give-labels", () => this.#label());
    on("hide", () => this.#hide());
    on("save", () => this.#save());
    on("trash", () => this.#trash());
    on("forget-all", () => this.#forget());
    maybe("review")?.addEventListener("change", () => this.#review());
  }

  has = (/** @type {string} */ id) => this.ids.has(id);

  /** @param {string[]} ids */
  add(ids) {
    for (const id of ids) this.ids.add(id);
    this.#changed();
  }

  /** @param {string} id */
  toggle(id) {
    if (!this.ids.delete(id)) this.ids.add(id);
    this.#changed();
  }

  clear() {
    this.ids.clear();
    this.#changed();
  }

  /** Close the list of what can be done, if it is open, or end the choice; whether that was ended. */
  leave() {
    if (maybe("acts-open")?.checkVisibility() && at("acts-open").ariaExpanded === "true") {
      openActs(false);
      at("acts-open").focus();
      return false;
    }
    this.clear();
    return true;
  }

  #changed() {
    const count = this.ids.size;
    at("chosen").hidden = !count;
    if (!count) openActs(false);
    const details = maybe("details");
    if (details) details.hidden = count !== 1;
    at("chosen-count").textContent = tn("{count} video chosen", "{count} videos chosen", count);
    this.#told.onChange();
  }

  /**
   * @param {string} path
   * @param {(videos: string[]) => object} bodyOf
   */
  async #send(path, bodyOf) {
    const ids = [...this.ids];
    let done = 0;
    for (let first = 0; first < ids.length; first += AT_ONCE) {
      const answer = await call(path, { method: "POST", body: bodyOf(ids.slice(first, first + AT_ONCE)) });
      done += answer.videos;
    }
    return done;
  }

  async #details() {
    const [id] = this.ids;
    await trying(async () => {
      if (await changeDetails(await call(`/videos/${id}?boxes=false`))) await this.#told.onDone();
    });
  }

  async #collect() {
    const dialog = at("collect-dialog");
    const form = part(dialog, "form");
    const known = this.#told.collections();
    const select = part(dialog, "select");
    select.replaceChildren(make("option", { value: "" }, t("a new one:")), ...known.map((each) => make("option", { value: each.id }, each.name)));
    if (known.length) select.value = known[0].id;
    const name = field(form, "name");
    const show = () => (part(dialog, "div", ".new").hidden = select.value !== "");
    select.onchange = show;
    show();
    name.value = "";
    await doneBy(dialog, async () => {
      const collection = select.value
        ? /** @type {Collection} */ (known.find((each) => each.id === select.value))
        : await call("/collections", { method: "POST", body: { name: name.value.trim(), case: field(form, "case").checked } });
      const count = await this.#send(`/collections/${collection.id}/videos`, (add) => ({ add }));
      toast(tn("{count} video put into {name}", "{count} videos put into {name}", count, { name: collection.name }));
      await this.#told.onDone();
    });
  }

  async #takeOut() {
    const collection = new URLSearchParams(location.search).get("collection");
    await trying(async () => {
      const count = await this.#send(`/collections/${collection}/videos`, (remove) => ({ remove }));
      toast(tn("{count} video taken out; it stays in the library", "{count} videos taken out; they stay in the library", count));
      this.clear();
      await this.#told.onDone();
    });
  }

  async #label() {
    const dialog = at("label-dialog");
    const labels = field(part(dialog, "form"), "labels");
    labels.value = "";
    await doneBy(dialog, async () => {
      const given = labels.value.split(",").map((each) => each.trim()).filter(Boolean);
      const count = await this.#send("/library/labels", (videos) => ({ videos, given }));
      toast(tn("{count} video labelled", "{count} videos labelled", count));
      await this.#told.onDone();
    });
  }

  /**
   * Do something with each that is chosen, and say of how many it was refused, and why; with which it was done.
   * @param {(id: string) => Promise<unknown>} work
   */
  async #each(work) {
    /** @type {string[]} */
    const done = [];
    let refused = 0, reason = "";
    for (const id of [...this.ids]) {
      try {
        await work(id);
        done.push(id);
      } catch (error) {
        refused += 1;
        reason ||= said(error instanceof Error ? error.message : String(error));
      }
    }
    if (refused) toast(tn("Not done with {count} video: {reason}", "Not done with {count} videos: {reason}", refused, { reason }), true);
    return done;
  }

  async #review() {
    const select = at("review");
    const review = select.value;
    select.value = "";
    if (!review) return;
    const done = await this.#each((id) => call(`/videos/${id}`, { method: "PATCH", body: { review } }));
    if (done.length) toast(tn("{count} video marked", "{count} videos marked", done.length));
    await trying(() => this.#told.onDone());
  }

  async #hide() {
    const dialog = at("hide-dialog");
    const form = part(dialog, "form");
    const presets = await trying(() => (this.#offered ??= offerPresets(form, () => {})));
    if (!presets || !(await confirmed(dialog))) return;
    const chosen = new FormData(form);
    const hide = chosen.getAll("hide");
    const preset = String(chosen.get("preset"));
    if (!hide.length) {
      toast(t("Choose what is to be hidden"), true);
      return;
    }
    const effort = presets.find(({ name }) => name === preset)?.effort ?? "normal";
    const asked = { hide, preset, effort };
    if (chosen.get("then")) await trying(() => this.#makeCopies(asked));
    else await this.#lookAlone(asked);
  }

  /** @param {object} asked */
  async #makeCopies(asked) {
    const { videos } = await call("/batches", { method: "POST", body: { ...asked, videos: [...this.ids] } });
    toast(tn("{count} video is looked through for a safe copy", "{count} videos are looked through for safe copies", videos.length));
    await tellBatches();
    this.clear();
  }

  /** @param {object} asked */
  async #lookAlone(asked) {
    const begun = await this.#each((id) => call(`/videos/${id}/plans`, { method: "POST", body: asked }));
    if (begun.length) toast(tn("{count} video is looked through; Jobs shows how far it is", "{count} videos are looked through; Jobs shows how far they are", begun.length));
  }

  async #save() {
    const dialog = at("save-dialog");
    if (!(await confirmed(dialog))) return;
    const format = part(dialog, "select").value;
    await trying(async () => {
      toast(tn("{count} video is being exported", "{count} videos are being exported", this.ids.size));
      const answer = await ask("/library/exports", { method: "POST", body: { videos: [...this.ids], format } });
      const address = URL.createObjectURL(await answer.blob());
      make("a", { href: address, download: `passerby-${format}.zip` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    });
  }

  async #trash() {
    await trying(async () => {
      const ids = [...this.ids];
      const count = await this.#send("/trash", (videos) => ({ videos }));
      this.clear();
      await this.#told.onDone();
      tellTrashed(ids, count, this.#told.onDone);
    });
  }

  async #forget() {
    const dialog = at("forget");
    part(dialog, "span", ".count").textContent = number(this.ids.size);
    if (!(await confirmed(dialog))) return;
    const forgotten = await this.#each((id) => call(`/videos/${id}`, { method: "DELETE" }));
    for (const id of forgotten) this.ids.delete(id);
    this.#changed(); // what could not be forgotten stays chosen
    if (forgotten.length) toast(tn("{count} video is forgotten", "{count} videos are forgotten", forgotten.length));
    await trying(() => this.#told.onDone());
  }
}

/** @type {(id: "clear" | "pick-all" | "acts-open" | "details" | "collect" | "take-out" | "give-labels" | "hide" | "save" | "trash" | "forget-all", act: () => unknown) => void} */
const on = (id, act) => maybe(id)?.addEventListener("click", act);

/**
 * Show what can be done, where there is no place to show it always.
 * @param {boolean} isOpen
 */
function openActs(isOpen) {
  const button = maybe("acts-open");
  if (button) button.ariaExpanded = String(isOpen);
}

/**
 * Say what went to the trash, with a way back.
 * @type {(ids: string[], count: number, onDone: () => Promise<void>) => void}
 */
function tellTrashed(ids, count, onDone) {
  const undo = make("button", {
    type: "button", class: "second small",
    onclick: () => trying(async () => {
      said.remove();
      await call("/trash/restore", { method: "POST", body: { videos: ids } });
      toast(tn("{count} video is back", "{count} videos are back", ids.length));
      await onDone();
    }),
  }, t("Undo"));
  const said = make("div", {}, tn("{count} video is in the trash", "{count} videos are in the trash", count), " ", undo);
  at("toasts").append(said);
  setTimeout(() => said.remove(), 20_000);
}

export const canChange = may("write");
