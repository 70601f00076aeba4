// Pictures of tracks, many in one: a sheet is asked for once one of its tracks is shown.

import { ask } from "./api.js";
import { isMade } from "./track_names.js";

const A_SHEET = 48; // tracks, which lie close together in time so that few frames are decoded
const SIDE = 72; // pixels of a picture

/** @typedef {{url: Promise<string>, places: Map<number, number>, numbers: number[]}} Sheet */

export class Sprites {
  /** @type {Map<number, Sheet>} */
  #sheets = new Map(); // by the numbers of their tracks
  /** @type {Set<string>} */
  #urls = new Set();
  #closing = new AbortController();

  /**
   * @param {string} plan its id
   * @param {Track[]} tracks of the plan as the server has it
   */
  constructor(plan, tracks) {
    this.plan = plan;
    const found = tracks.filter((track) => !isMade(track)).sort((one, other) => middle(one) - middle(other));
    for (let first = 0; first < found.length; first += A_SHEET) {
      const numbers = found.slice(first, first + A_SHEET).map((track) => track.number);
      /** @type {Sheet} */
      const sheet = { url: Promise.resolve(""), places: new Map(numbers.map((number, place) => [number, place])), numbers };
      for (const number of numbers) this.#sheets.set(number, sheet);
    }
  }

  /**
   * Show what a track hides in an element; nothing for what was drawn.
   * @param {HTMLElement} element
   * @param {number} number
   */
  async show(element, number) {
    const key = `${this.plan} ${number}`;
    if (element.dataset.picture === key) return;
    element.dataset.picture = key;
    element.style.backgroundImage = "";
    const sheet = this.#sheets.get(number);
    if (!sheet) return;
    if (sheet.numbers.length) sheet.url = this.#load(sheet.numbers.splice(0));
    const url = await sheet.url;
    if (!url || element.dataset.picture !== key) return;
    const place = sheet.places.get(number) ?? 0;
    element.style.backgroundImage = `url("${url}")`;
    element.style.backgroundSize = `${sheet.places.size * 100}% 100%`;
    element.style.backgroundPosition = `${sheet.places.size > 1 ? (place / (sheet.places.size - 1)) * 100 : 0}% 0`;
  }

  /** @param {number[]} numbers */
  async #load(numbers) {
    try {
      const answer = await ask(`/plans/${this.plan}/pictures?side=${SIDE}&tracks=${numbers.join()}`, { signal: this.#closing.signal });
      const url = URL.createObjectURL(await answer.blob());
      this.#urls.add(url);
      return url;
    } catch {
      return ""; // they have names and times as well
    }
  }

  /** Give the pictures back to the browser. */
  close() {
    this.#closing.abort();
    for (const url of this.#urls) URL.revokeObjectURL(url);
  }
}

const middle = (/** @type {Track} */ { boxes }) => boxes[boxes.length >> 1].time;
