// Two films in step: the copy, and beside it the original, if that is asked for.

import { make, timecode } from "./page.js";
import { t } from "./words.js";

const APART = 0.06; // seconds that they may be while they play
const SOON = 150; // ms of rest, after which a frame is asked for of an original that browsers cannot play

export class FilmsInStep {
  /** @type {HTMLVideoElement | null} */
  #original = null;
  #waiting = 0;

  /**
   * @param {{copy: string, original: string, frameAt: (time: number) => string, noted: () => Promise<unknown>}} about addresses
   * of both films and of single frames of the original; `noted()` says that it is about to be looked at
   */
  constructor({ copy, original, frameAt, noted }) {
    this.about = { original, frameAt, noted };
    this.copy = make("video", { preload: "auto", playsinline: true, src: copy, "aria-label": t("The copy") });
    this.still = make("img", { alt: t("The original"), hidden: true });
    this.beside = make("figure", { hidden: true }, make("figcaption", {}, t("The original")));
    this.range = make("input", { type: "range", min: "0", max: "1", step: "0.001", value: "0", "aria-label": t("Time") });
    this.clock = make("output", { class: "time" }, timecode(0, 1));
    this.playing = make("button", { type: "button", class: "second small", onclick: () => this.#toggle() }, t("Play"));
    this.sound = make("button", { type: "button", class: "second small", "aria-pressed": "false", onclick: () => this.#listen() }, t("Hear the copy"));
    this.compare = make("button", { type: "button", class: "second small", "aria-pressed": "false" }, t("Beside the original"));
    this.element = make("div", { class: "films" },
      make("div", { class: "pictures" }, this.beside, make("figure", {}, make("figcaption", {}, t("The copy")), this.copy)),
      make("div", { class: "row" }, this.playing, make("label", { class: "grow" }, this.range), this.clock, this.compare, this.sound));
    this.copy.muted = true;
    this.#follow();
  }

  #follow() {
    const { copy, range } = this;
    copy.addEventListener("loadedmetadata", () => (range.max = String(copy.duration)));
    copy.addEventListener("timeupdate", () => this.#show());
    copy.addEventListener("seeked", () => this.#show());
    for (const name of ["play", "pause", "ended"]) copy.addEventListener(name, () => this.#keepUp());
    range.addEventListener("input", () => this.seek(Number(range.value)));
  }

  /** @param {number} time */
  seek(time) {
    this.copy.currentTime = time;
    if (this.#original) this.#original.currentTime = time;
    this.#show();
  }

  pause() {
    this.copy.pause();
  }

  /**
   * Show the original beside it, or the copy alone.
   * @param {boolean} is
   */
  async showOriginal(is) {
    if (is) await this.about.noted(); // it is not shown unless that is noted
    this.beside.hidden = !is;
    this.compare.setAttribute("aria-pressed", String(is));
    if (is && !this.#original) this.#open();
    this.#keepUp();
  }

  #open() {
    const film = make("video", { preload: "auto", playsinline: true, src: this.about.original, "aria-label": t("The original") });
    film.muted = true;
    film.addEventListener("error", () => {
      film.remove();
      this.#original = null;
      this.still.hidden = false;
      this.#show();
    });
    film.currentTime = this.copy.currentTime;
    this.#original = film;
    this.beside.append(film, this.still);
  }

  #toggle() {
    if (this.copy.paused) this.copy.play().catch(() => {});
    else this.copy.pause();
  }

  #listen() {
    this.copy.muted = !this.copy.muted;
    this.sound.setAttribute("aria-pressed", String(!this.copy.muted));
  }

  /** The original does what the copy does. */
  #keepUp() {
    const isPlaying = !this.copy.paused && !this.copy.ended;
    this.playing.textContent = isPlaying ? t("Pause") : t("Play");
    const film = this.#original;
    if (!film) return;
    if (isPlaying && !this.beside.hidden) film.play().catch(() => {});
    else {
      film.pause();
      film.currentTime = this.copy.currentTime;
    }
  }

  #show() {
    const { currentTime } = this.copy;
    this.range.value = String(currentTime);
    this.clock.textContent = timecode(currentTime, 1);
    const film = this.#original;
    if (film && Math.abs(film.currentTime - currentTime) > APART && !film.seeking) film.currentTime = currentTime;
    if (film || this.beside.hidden || this.still.hidden) return;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => (this.still.src = this.about.frameAt(currentTime)), SOON);
  }
}
