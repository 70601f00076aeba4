// What is said, word by word: follows the time, is searched, and leads to where a word is said.

import { make, part, timecode } from "./page.js";
import { t } from "./words.js";

/**
 * The last of `items` that starts at or before `time`; -1 if none does.
 * @param {Span[]} items
 * @param {number} time
 */
export function lastBefore(items, time) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].start <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** @typedef {{line: HTMLElement, spans: HTMLElement[]}} Elements of a line, and of its words */
/** @typedef {{start: number, spans: HTMLElement[], line: HTMLElement}} Place where words were found */

const BLOCK = 32; // lines that get their elements together
const HEIGHT = 32; // pixels that a line takes about, before it has elements

/**
 * The speech of a video in `place`.
 *
 * Lines get elements, one for each word, a block at a time: those that are seen at once, the others while the browser
 * has nothing else to do. A long video has tens of thousands of words.
 */
export class Transcript {
  /** @type {Map<EventTarget, number>} */
  #starts = new Map(); // of elements that lead to a time
  /** @type {(Elements | undefined)[]} */
  #elements = []; // of the lines that have some
  /** @type {HTMLElement[]} */
  #blocks = [];
  #near;
  /** @type {Elements | null} */
  #shown = null;
  /** @type {HTMLElement | null} */
  #lit = null;
  /** @type {Place[]} */
  #found = [];
  #current = -1; // of what was found

  /**
   * @param {HTMLElement} place
   * @param {Speech[]} speech
   * @param {(seconds: number) => void} seek
   * @param {(line: Speech, number: number) => Node[]} toolsOf what stands behind a line
   */
  constructor(place, speech, seek, toolsOf) {
    this.place = place;
    this.seek = seek;
    this.toolsOf = toolsOf;
    this.lines = speech.map(withWords);
    this.#near = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) if (isIntersecting) this.#fill(this.#blocks.indexOf(/** @type {HTMLElement} */ (target)));
    }, { root: place, rootMargin: "100%" });
    this.#makeBlocks();
    place.addEventListener("click", ({ target }) => {
      const start = target && this.#starts.get(target);
      if (typeof start === "number") seek(start);
    });
  }

  #makeBlocks() {
    for (let first = 0; first < this.lines.length; first += BLOCK) {
      const block = make("div");
      const height = `${Math.min(BLOCK, this.lines.length - first) * HEIGHT}px`;
      Object.assign(block.style, { minHeight: height, containIntrinsicSize: `auto ${height}` });
      this.#blocks.push(block);
    }
    this.place.classList.toggle("long", this.#blocks.length > 1);
    this.place.replaceChildren(...this.#blocks);
    for (const block of this.#blocks) this.#near.observe(block);
    if (!this.lines.length) this.place.append(make("p", { class: "quiet empty" }, t("No words: nothing is said, or the model for speech is not here (Settings, Models).")));
    else whenIdle(() => this.#fillFrom(0));
  }

  /**
   * Give the lines of a block their elements, once.
   * @param {number} number
   */
  #fill(number) {
    const first = number * BLOCK;
    if (this.#elements[first]) return;
    const block = this.#blocks[number];
    this.#near.unobserve(block);
    this.lines.slice(first, first + BLOCK).forEach((said, n) => (this.#elements[first + n] = this.#elementsFor(said, first + n)));
    block.append(...this.#elements.slice(first, first + BLOCK).flatMap((made) => made?.line ?? []));
    block.style.minHeight = "";
  }

  /** @param {number} number */
  #fillFrom(number) {
    this.#fill(number);
    if (number + 1 < this.#blocks.length) whenIdle(() => this.#fillFrom(number + 1));
  }

  /**
   * Another line in the place of one; who was in it stays at what puts it right.
   * @param {number} number
   * @param {Speech} line
   */
  replace(number, line) {
    const old = this.#elementsOf(number);
    this.lines[number] = withWords(line);
    const made = this.#elementsFor(this.lines[number], number);
    const held = old.line.contains(document.activeElement);
    if (this.#shown === old) this.#shown = this.#lit = null;
    this.#elements[number] = made;
    old.line.replaceWith(made.line);
    if (held) part(made.line, "button", ".edit").focus();
  }

  /**
   * @param {Speech} said
   * @param {number} number
   * @returns {Elements}
   */
  #elementsFor(said, number) {
    const { start, words, language } = said;
    const time = make("button", { type: "button", class: "plain time" }, timecode(start));
    this.#starts.set(time, start);
    const spans = words.map((word) => make("span", { class: "w" }, word.text.trim()));
    spans.forEach((span, n) => this.#starts.set(span, words[n].start));
    return { line: make("p", {}, time, make("span", { lang: language || null }, ...spans.flatMap((span) => [span, " "])), ...this.toolsOf(said, number)), spans };
  }

  /**
   * The elements of a line.
   * @param {number} number
   */
  #elementsOf(number) {
    this.#fill(Math.floor(number / BLOCK));
    return /** @type {Elements} */ (this.#elements[number]);
  }

  /** @param {HTMLElement} line */
  #scrollTo({ offsetTop: top, offsetHeight: height }) {
    const { place } = this;
    if (top < place.scrollTop || top + height > place.scrollTop + place.clientHeight) {
      place.scrollTop = top - place.clientHeight / 3;
    }
  }

  /**
   * Show what is said at a time.
   * @param {number} seconds
   */
  at(seconds) {
    const number = lastBefore(this.lines, seconds);
    const said = this.lines[number];
    const here = said && seconds < said.end ? this.#elementsOf(number) : null;
    const word = here ? here.spans[Math.max(lastBefore(said.words, seconds), 0)] : null;
    if (here !== this.#shown) {
      this.#shown?.line.classList.remove("now");
      here?.line.classList.add("now");
      if (here && !this.place.matches(":hover")) this.#scrollTo(here.line); // whoever reads elsewhere is left there
      this.#shown = here;
    }
    if (word !== this.#lit) {
      this.#lit?.classList.remove("at");
      word?.classList.add("at");
      this.#lit = word;
    }
  }

  /**
   * Mark what holds all of the words typed, in a row; gives how often it is said.
   * @param {string} text
   */
  search(text) {
    for (const { spans } of this.#found) spans.forEach((span) => span.classList.remove("found"));
    const asked = partsOf(text);
    this.#current = -1;
    this.#found = asked.length ? this.lines.flatMap(({ words }, number) => this.#placesIn(words, number, asked)) : [];
    for (const { spans } of this.#found) spans.forEach((span) => span.classList.add("found"));
    if (this.#found.length) this.#scrollTo(this.#found[0].line);
    return this.#found.length;
  }

  /**
   * Where in a line all of the words asked for stand in a row.
   * @param {TextSpan[]} words
   * @param {number} number of the line
   * @param {string[]} asked
   */
  #placesIn(words, number, asked) {
    const plain = words.flatMap((word, n) => partsOf(word.text).map((part) => ({ part, n })));
    const places = [];
    for (let first = 0; first + asked.length <= plain.length; first += 1) {
      if (!asked.every((part, m) => plain[first + m].part.includes(part))) continue;
      const numbers = [...new Set(plain.slice(first, first + asked.length).map(({ n }) => n))];
      const { line, spans } = this.#elementsOf(number);
      places.push({ start: words[numbers[0]].start, spans: numbers.map((n) => spans[n]), line });
    }
    return places;
  }

  /** Go to the next place found; gives its number, from 1, or 0. */
  next() {
    if (!this.#found.length) return 0;
    this.#current = (this.#current + 1) % this.#found.length;
    const place = this.#found[this.#current];
    this.seek(place.start);
    this.#scrollTo(place.line);
    return this.#current + 1;
  }
}

/** @type {(line: Speech) => Speech} */
const withWords = (line) => ({ ...line, words: line.words.length ? line.words : [line] });

const partsOf = (/** @type {string} */ text) => text.toLowerCase().split(/\s+/).filter(Boolean);

/** @param {() => void} work */
const whenIdle = (work) => ("requestIdleCallback" in window ? requestIdleCallback(work) : setTimeout(work, 50)); // Safari has none
