// The stretch that a note is about: the moment that is shown, or from an in-point to an out-point.

import { at, maybe, timecode } from "./page.js";
import { t } from "./words.js";

const LEAST = 0.05; // seconds

export class Stretch {
  /** @type {number | null} */
  #in = null;
  /** @type {number | null} */
  #out = null;

  /**
   * `moment()` is the stretch of the moment that is shown, `now()` the time.
   * @param {{moment: () => Span, now: () => number}} about
   */
  constructor({ moment, now }) {
    this.moment = moment;
    this.now = now;
    maybe("set-in")?.addEventListener("click", () => this.setIn());
    maybe("set-out")?.addEventListener("click", () => this.setOut());
    maybe("whole-moment")?.addEventListener("click", () => this.clear());
  }

  /** @returns {Span} */
  get span() {
    const { start, end } = this.moment();
    if (this.#in === null && this.#out === null) return { start, end };
    const [first, last] = [this.#in ?? Math.min(start, this.#out ?? start), this.#out ?? Math.max(end, this.#in ?? end)];
    return { start: Math.min(first, last), end: Math.max(first, last, Math.min(first, last) + LEAST) };
  }

  setIn() {
    this.#in = this.now();
    if (this.#out !== null && this.#out <= this.#in) this.#out = null;
    this.tell();
  }

  setOut() {
    this.#out = this.now();
    if (this.#in !== null && this.#in >= this.#out) this.#in = null;
    this.tell();
  }

  clear() {
    this.#in = this.#out = null;
    this.tell();
  }

  /** Show which stretch it is. */
  tell() {
    const place = maybe("stretch");
    if (!place) return;
    const { start, end } = this.span;
    const isOwn = this.#in !== null || this.#out !== null;
    place.textContent = t("{start} to {end}", { start: timecode(start, 1), end: timecode(end, 1) });
    at("whole-moment").hidden = !isOwn;
  }
}
