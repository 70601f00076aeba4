// Fields for what is typed: what cannot be taken stays in its field, marked, and nothing goes on without it.

import { make, timecode } from "./page.js";
import { t } from "./words.js";

/**
 * Seconds of `1:02:03.4`; an Error for what is none.
 * @param {string} text
 */
export function secondsOf(text) {
  const parts = text.trim().split(":");
  if (!/^\d+(:\d{1,2}){0,2}(\.\d+)?$/.test(text.trim()) || parts.slice(1).some((part) => Number(part) >= 60)) {
    throw new Error(t("Expected a time such as 0:10 or 1:02.5, found “{text}”.", { text: text.trim() }));
  }
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

/**
 * A time within a video that lasts `duration` seconds; an Error for one that is not.
 * @param {string} text
 * @param {number} duration
 */
export function timeWithin(text, duration) {
  const time = secondsOf(text);
  if (Math.abs(time - duration) < 0.002) return duration; // what is shown of it is rounded
  if (time > duration) throw new Error(t("Expected a time within the video, which ends at {time}.", { time: timecode(duration, 3) }));
  return time;
}

const told = (/** @type {Stretch} */ [start, end]) => `${timecode(start, 3)}-${timecode(end, 3)}`;

/** Spans of time as they are typed. */
export const textOfSpans = (/** @type {Stretch[]} */ spans) => spans.map(told).join(", ");

/**
 * Spans of what was typed, sorted; those that are there already stay exactly as they are. An Error for what is none.
 * @param {string} text
 * @param {Stretch[]} spans
 * @param {number} duration
 */
export function spansOf(text, spans, duration) {
  const known = new Map(spans.map((span) => /** @type {[string, Stretch]} */ ([told(span), span])));
  const parts = text.split(",").map((part) => part.trim()).filter(Boolean);
  return parts.map((part) => known.get(part) ?? spanOf(part, duration)).sort((a, b) => a[0] - b[0]);
}

/**
 * @param {string} text
 * @param {number} duration
 * @returns {Stretch}
 */
function spanOf(text, duration) {
  const ends = text.split(/[-\u2013]/);
  if (ends.length !== 2) throw new Error(t("Expected a span such as 0:10-0:12, found “{text}”.", { text }));
  const [start, end] = ends.map(secondsOf);
  if (start >= end) throw new Error(t("Expected a span that ends after it starts, found “{text}”.", { text }));
  if (start >= duration) throw new Error(t("Expected a span within the video, which ends at {time}, found “{text}”.", { time: timecode(duration, 3), text }));
  return [start, end];
}

let isPressed = false; // whether a button of the mouse, or a finger, is down
addEventListener("pointerdown", () => (isPressed = true), true);
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => (isPressed = false), true);

/**
 * Do what moves other things on the page, but not between press and release: the click would miss what it was meant for.
 * @param {() => void} work
 */
function whenReleased(work) {
  if (isPressed) addEventListener("pointerup", () => setTimeout(work), { once: true });
  else work();
}

/** @typedef {number | null} Whose whose value a field shows: a track's, by its number */

/**
 * A field whose text stands for a value: `get(whose)` tells it, `set(text, whose)` takes it or throws an Error, `counts(whose)`
 * says whether what is typed matters now, `of()` whose value it shows, where there are several.
 * @typedef {object} About
 * @property {string} name
 * @property {(whose: Whose) => string} get
 * @property {(text: string, whose: Whose) => void} set
 * @property {() => Whose} [of]
 * @property {(whose: Whose) => boolean} [counts]
 */

class Field {
  /**
   * @param {HTMLInputElement} input
   * @param {About} about
   */
  constructor(input, { name, get, set, of = () => null, counts = () => true }) {
    this.input = input;
    this.name = name;
    this.get = get;
    this.set = set;
    this.of = of;
    this.counts = counts;
    /** @type {Map<Whose, {text: string, message: string}>} */
    this.faults = new Map(); // what was typed and cannot be taken, and why, by whose it is
    this.whose = of();
    this.shown = input.value;
    this.message = make("span", { class: "fault", id: `${input.id}-fault`, role: "alert", hidden: true });
    (input.closest("label") ?? input).after(this.message);
    input.addEventListener("change", () => this.take());
  }

  /** Take what was typed. */
  take() {
    const { whose } = this;
    const text = this.input.value;
    if (text === this.shown) return;
    this.shown = text;
    this.faults.delete(whose);
    try {
      this.set(text, whose);
    } catch (error) {
      this.faults.set(whose, { text, message: error.message });
    }
    this.show();
  }

  /** Show the value, or what was typed in its place; what is being typed stays. */
  show() {
    const whose = this.of();
    if (whose !== this.whose) this.take(); // as meant for whom it was typed
    else if (this.input.value !== this.shown) return;
    this.whose = whose;
    const fault = this.faults.get(whose);
    this.shown = this.input.value = fault ? fault.text : this.get(whose);
    this.#mark(fault?.message ?? "");
  }

  /** @param {string} message */
  #mark(message) {
    whenReleased(() => {
      this.message.hidden = !message;
      if (this.message.textContent !== message) this.message.textContent = message;
    });
    if (message) {
      this.input.setAttribute("aria-invalid", "true");
      this.input.setAttribute("aria-describedby", this.message.id);
    } else {
      this.input.removeAttribute("aria-invalid");
      this.input.removeAttribute("aria-describedby");
    }
  }
}

/** All fields of a page whose text may not be what it should be. */
export class Fields {
  /** @type {Field[]} */
  #all = [];

  /**
   * @param {HTMLInputElement} input
   * @param {About} about
   */
  add(input, about) {
    this.#all.push(new Field(input, about));
  }

  show() {
    for (const field of this.#all) field.show();
  }

  /** Forget what was typed: another plan is shown. */
  clear() {
    for (const field of this.#all) {
      field.faults.clear();
      field.shown = field.input.value;
    }
  }

  /** Take all that was typed and is not taken yet. */
  take() {
    for (const field of this.#all) field.take();
  }

  /**
   * Take all that was typed; throw an Error for the first that cannot be taken, after `reveal(whose)` and with the focus on it.
   * @param {(whose: Whose) => void} reveal
   */
  check(reveal) {
    this.take();
    for (const field of this.#all) {
      for (const [whose, { message }] of field.faults) {
        if (!field.counts(whose)) continue;
        reveal(whose);
        field.input.focus();
        throw new Error(`${field.name}: ${message}`);
      }
    }
  }

  /**
   * Whether what is typed in a field cannot be taken.
   * @param {HTMLInputElement} input
   */
  isFaulty(input) {
    return this.#all.some((field) => field.input === input && field.faults.has(field.of()));
  }
}
