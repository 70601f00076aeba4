// What people say of a video: labels that are given and rejected, who may take them back, and that it can be undone.

import { call } from "./api.js";
import { labelsOf } from "./known.js";
import { at, make, may, refill, timecode, toast, trying } from "./page.js";
import { said, t } from "./words.js";

export class Notes {
  /**
   * `changed()` is called when something was said, or taken back.
   * @param {VideoDocument} video
   * @param {{seek: (seconds: number) => void, changed: () => void}} about
   */
  constructor(video, { seek, changed }) {
    this.video = video;
    this.base = `/videos/${video.id}`;
    this.seek = seek;
    this.changed = changed;
  }

  /**
   * Say that a label fits a stretch, or that it does not.
   * @param {Span} span
   * @param {string} label
   */
  async say({ start, end }, label, rejected = false) {
    const body = { start, end, ...(rejected ? { rejected: [label] } : { given: [label] }) };
    const before = new Set((this.video.notes ?? []).map(keyOf));
    await this.#keep(call(`${this.base}/notes`, { method: "POST", body }));
    const made = (this.video.notes ?? []).find((note) => note.label === label && !before.has(keyOf(note)));
    const words = rejected ? t("“{label}” does not fit here.", { label }) : t("Added “{label}”.", { label });
    toast(words, false, made ? () => this.takeBack(made) : null);
  }

  /** @param {Note} note */
  async takeBack(note) {
    const asked = new URLSearchParams({ label: note.label, start: String(note.start), end: String(note.end) });
    await this.#keep(call(`${this.base}/notes?${asked}`, { method: "DELETE" }));
  }

  /** @param {Promise<any>} answer */
  async #keep(answer) {
    this.video.notes = (await answer).notes;
    this.changed();
  }

  /**
   * Show the labels of a moment, each with a way to say that it does not fit.
   * @param {Moment} moment
   */
  showLabels(moment) {
    const chips = labelsOf(this.video, moment).map(({ label, own }) => make(
      "li", { class: own ? "chip own" : "chip" }, make("a", { href: `/search?label=${encodeURIComponent(label)}` }, label),
      may("write") && make("button", {
        type: "button", "aria-label": t("Reject {label}", { label }), title: t("Does not fit"), onclick: () => trying(() => this.say(moment, label, true)),
      }, "×"),
    ));
    const none = make("li", { class: "quiet" }, moment.not_described ? t("No tags: {reason}.", { reason: said(moment.not_described) }) : t("No tags here."));
    refill(at("labels"), ...(chips.length ? chips : [none]));
  }

  /** Show all that people have said. */
  showAll() {
    const notes = this.video.notes ?? [];
    at("all-notes").hidden = !notes.length;
    refill(at("notes"), ...notes.map((note) => this.#itemOf(note)));
  }

  /** @param {Note} note */
  #itemOf(note) {
    const words = note.rejected ? t("not: {label}", { label: note.label }) : note.label;
    const when = `${timecode(note.start, 1)} – ${timecode(note.end, 1)}`;
    return make("li", {}, make("button", { type: "button", class: "plain time", onclick: () => this.seek(note.start) }, when), make("span", {}, words),
      may("write") && make("button", {
        type: "button", class: "plain", "aria-label": t("Take back: {label}, {time}", { label: words, time: when }),
        onclick: () => trying(async () => {
          await this.takeBack(note);
          toast(t("“{label}” is taken back.", { label: words }), false, () => this.say(note, note.label, note.rejected ?? false));
        }),
      }, "×"));
  }
}

/** @type {(note: Note) => string} */
const keyOf = ({ label, start, end, rejected }) => JSON.stringify([label, start, end, rejected]);
