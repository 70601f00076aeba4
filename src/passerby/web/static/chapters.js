// Chapters that people make: from where the film stands, or where its shot begins, up to the next one.

import { call } from "./api.js";
import { at, make, may, maybe, refill, timecode, toast, trying } from "./page.js";
import { t } from "./words.js";

export class Chapters {
  /**
   * `now()` is the time that is shown, `shot()` when its shot begins; `changed()` is called when there are others.
   * @param {VideoDocument} video
   * @param {{seek: (seconds: number) => void, now: () => number, shot: () => number, changed: () => void}} about
   */
  constructor(video, { seek, now, shot, changed }) {
    this.video = video;
    this.base = `/videos/${video.id}/chapters`;
    this.seek = seek;
    this.changed = changed;
    const begin = (/** @type {number} */ start) => {
      const name = at("chapter").value.trim();
      if (name) trying(() => this.#begin(start, name)).then((begun) => begun && (at("chapter").value = ""));
      else at("chapter").focus();
    };
    maybe("begin-chapter")?.addEventListener("submit", (event) => {
      event.preventDefault();
      begin(now());
    });
    maybe("chapter-at-shot")?.addEventListener("click", () => begin(shot()));
    this.#show();
  }

  /**
   * Tell where a chapter would begin.
   * @param {number} seconds
   */
  at(seconds) {
    const place = maybe("chapter-time");
    if (place) place.textContent = timecode(seconds, 1);
  }

  /**
   * @param {number} start
   * @param {string} name
   */
  async #begin(start, name) {
    const before = this.#chapterAt(start);
    await this.#keep(call(this.base, { method: "PUT", body: { start, name } }));
    const begun = this.#chapterAt(start);
    if (begun) toast(t("“{name}” begins at {time}.", { name, time: timecode(begun.start, 1) }), false, () => (before ? this.#begin(before.start, before.name) : this.#remove(begun)));
    return true;
  }

  /** @param {Chapter} chapter */
  #remove({ start }) {
    return this.#keep(call(`${this.base}?${new URLSearchParams({ start: String(start) })}`, { method: "DELETE" }));
  }

  /** @param {number} seconds */
  #chapterAt(seconds) {
    return (this.video.chapters ?? []).filter(({ start }) => start <= seconds + 1e-3).at(-1);
  }

  /** @param {Promise<any>} answer */
  async #keep(answer) {
    this.video.chapters = (await answer).chapters;
    this.#show();
    this.changed();
  }

  #show() {
    const chapters = this.video.chapters ?? [];
    at("chapters-part").hidden = !chapters.length && !may("write");
    refill(at("chapters"), ...chapters.map((chapter) => this.#itemOf(chapter)));
  }

  /** @param {Chapter} chapter */
  #itemOf(chapter) {
    const { name, start } = chapter;
    return make("li", {},
      make("button", { type: "button", class: "plain time", onclick: () => this.seek(start) }, timecode(start, 1)), make("span", {}, name),
      may("write") && make("button", {
        type: "button", class: "plain", "aria-label": t("Remove the chapter {name}", { name }),
        onclick: () => trying(async () => {
          await this.#remove(chapter);
          toast(t("The chapter “{name}” is removed.", { name }), false, () => this.#begin(start, name));
        }),
      }, "×"));
  }
}
