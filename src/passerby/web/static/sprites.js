// Pictures of tracks, many in one: those that come into sight together are asked for together, one request at a time.

import { ask } from "./api.js";
import { isMade } from "./track_names.js";

const A_SHEET = 24; // tracks in one picture
const SIDE = 72; // pixels of one
const TOGETHER = 60; // ms, for which more are waited for

/** @typedef {{url: string, place: number, count: number}} Sprite where in which picture a track is */

export class Sprites {
  /** @type {Map<number, Sprite>} */
  #known = new Map(); // by the numbers of tracks
  /** @type {Map<number, Set<HTMLElement>>} */
  #wanted = new Map(); // the elements that wait for a picture, the latest wanted last
  /** @type {Set<number>} */
  #found; // the tracks that a look has found: of what was drawn there are no pictures
  #isAsking = false;
  #closing = new AbortController();

  /**
   * @param {string} plan its id
   * @param {Track[]} tracks of the plan as the server has it
   */
  constructor(plan, tracks) {
    this.plan = plan;
    this.#found = new Set(tracks.filter((track) => !isMade(track)).map((track) => track.number));
  }

  /**
   * Show what a track hides in an element, as soon as that is known; nothing for what was drawn.
   * @param {HTMLElement} element
   * @param {number} number
   */
  show(element, number) {
    if (!this.#found.has(number)) return;
    const sprite = this.#known.get(number);
    if (sprite) paint(element, sprite);
    else {
      const waiting = this.#wanted.get(number) ?? new Set();
      this.#wanted.delete(number); // what is wanted again is wanted last
      this.#wanted.set(number, waiting.add(element));
      this.#askSoon();
    }
  }

  #askSoon() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    setTimeout(async () => {
      while (this.#wanted.size && !this.#closing.signal.aborted) await this.#askForNext();
      this.#isAsking = false;
    }, TOGETHER);
  }

  /** Ask for what came into sight last, and is there still. */
  async #askForNext() {
    /** @type {Map<number, Set<HTMLElement>>} */
    const asked = new Map();
    for (const [number, elements] of [...this.#wanted].reverse()) {
      const there = new Set([...elements].filter((element) => element.isConnected));
      if (!there.size) this.#wanted.delete(number);
      else if (asked.size < A_SHEET) {
        asked.set(number, there);
        this.#wanted.delete(number);
      }
    }
    if (!asked.size) return;
    const numbers = [...asked.keys()];
    const url = await this.#load(numbers);
    if (!url) return;
    numbers.forEach((number, place) => {
      const sprite = { url, place, count: numbers.length };
      this.#known.set(number, sprite);
      for (const element of asked.get(number) ?? []) paint(element, sprite);
    });
  }

  /** @param {number[]} numbers */
  async #load(numbers) {
    try {
      const answer = await ask(`/plans/${this.plan}/pictures?side=${SIDE}&tracks=${numbers.join()}`, { signal: this.#closing.signal });
      return URL.createObjectURL(await answer.blob());
    } catch {
      return ""; // they have names and times as well
    }
  }

  /** Give the pictures back to the browser. */
  close() {
    this.#closing.abort();
    for (const { url } of this.#known.values()) URL.revokeObjectURL(url);
  }
}

/**
 * @param {HTMLElement} element
 * @param {Sprite} sprite
 */
function paint(element, { url, place, count }) {
  element.style.backgroundImage = `url("${url}")`;
  element.style.backgroundSize = `${count * 100}% 100%`;
  element.style.backgroundPosition = `${count > 1 ? (place / (count - 1)) * 100 : 0}% 0`;
}
