// The lanes of a plan's tracks: a list of their names, of which only those are made that are seen, and beside it one
// canvas that shows when each is there, hidden or shown.

import { nameOf } from "./track_names.js";
import { at, make, timecode } from "./page.js";
import { pointAt } from "./plan.js";
import { TimeWindow } from "./time_window.js";
import { paintTracks, ROW, RULER } from "./track_painting.js";
import { t } from "./words.js";

const STILL = 4; // pixels that a click may move by
const BESIDE = 3; // and by which it may miss a bar

/**
 * @typedef {object} Heard
 * @property {(number: number, event: MouseEvent | KeyboardEvent, time: number | null) => void} onTake a track is chosen, at a time or by its name
 * @property {(time: number) => void} onSeek
 * @property {(number: number) => void} onToggle it is to be hidden, or shown
 * @property {() => void} onView another stretch of time is seen
 */

export class TrackLanes {
  /** @type {Track[]} */
  #tracks = [];
  /** @type {Map<number, HTMLElement>} */
  #rows = new Map(); // those that are made, by the numbers of their tracks
  /** @type {number | null} */
  #active = null; // the number of the track that keys lead from
  #asked = 0; // the request to draw
  #head = 0;
  /** @type {{x: number, y: number, moved: number, isRuler: boolean} | null} */
  #held = null;

  /**
   * @param {import("./chosen_tracks.js").ChosenTracks} selection
   * @param {{duration: number, within: () => Stretch | null, sprites: import("./sprites.js").Sprites, wordsOf: (track: Track) => string}} about
   * @param {Heard} heard
   * @param {AbortSignal} signal
   */
  constructor(selection, { duration, within, sprites, wordsOf }, heard, signal) {
    this.selection = selection;
    this.sprites = sprites;
    this.wordsOf = wordsOf;
    this.within = within;
    this.heard = heard;
    this.view = new TimeWindow(duration, () => {
      this.redraw();
      heard.onView();
    });
    this.list = at("tracks");
    this.canvas = at("lane-canvas");
    this.space = at("lane-space");
    this.#listen(signal);
    this.space.replaceChildren();
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const { list, canvas } = this;
    list.addEventListener("scroll", () => this.redraw(), { signal });
    list.addEventListener("keydown", (event) => this.#press(event), { signal });
    list.addEventListener("click", (event) => this.#click(event), { signal });
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#move(event), { signal });
    canvas.addEventListener("pointerup", (event) => this.#up(event), { signal });
    canvas.addEventListener("pointercancel", () => (this.#held = null), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw(), { signal });
    const sizes = new ResizeObserver(() => this.redraw());
    sizes.observe(list);
    sizes.observe(canvas);
    signal.addEventListener("abort", () => sizes.disconnect());
  }

  /**
   * List these tracks, in this order.
   * @param {Track[]} tracks
   */
  show(tracks) {
    this.#tracks = tracks;
    this.space.style.blockSize = `${tracks.length * ROW}px`;
    this.list.parentElement?.style.setProperty("--rows", String(Math.max(tracks.length, 2)));
    this.redraw();
  }

  get order() {
    return this.#tracks.map((track) => track.number);
  }

  /**
   * Show which time is seen, and go where it is.
   * @param {number} time
   */
  head(time) {
    this.#head = time;
    const { view } = this;
    if (!view.isWhole && (time < view.start || time > view.end)) view.move(time - view.length * 0.1, view.length);
    this.redraw();
  }

  /**
   * Bring a track into sight.
   * @param {number} number
   */
  reveal(number) {
    const row = this.#tracks.findIndex((track) => track.number === number);
    if (row < 0) return;
    const { list } = this;
    const seen = list.clientHeight - RULER;
    if (row * ROW < list.scrollTop) list.scrollTop = row * ROW;
    else if ((row + 1) * ROW > list.scrollTop + seen) list.scrollTop = (row + 1) * ROW - seen;
    this.#active = number;
    this.redraw();
  }

  redraw() {
    if (!this.#asked) this.#asked = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#asked = 0;
    const { list, view } = this;
    this.#drawRows();
    view.width = this.canvas.clientWidth || 1;
    paintTracks(this.canvas, view, {
      tracks: this.#tracks, top: list.scrollTop, height: list.clientHeight, head: this.#head, within: this.within(),
      isChosen: (number) => this.selection.has(number),
    });
  }

  /** Make the rows that are seen, and let go of others. */
  #drawRows() {
    const { list } = this;
    const first = Math.max(Math.floor(list.scrollTop / ROW) - 2, 0);
    const seen = this.#tracks.slice(first, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 2);
    const wanted = new Set(seen.map((track) => track.number));
    for (const [number, row] of this.#rows) {
      if (wanted.has(number)) continue;
      row.remove();
      this.#rows.delete(number);
    }
    seen.forEach((track, index) => {
      const row = this.#drawRow(track, first + index);
      if (this.space.children[index] !== row) this.space.insertBefore(row, this.space.children[index] ?? null);
    });
    const active = this.#active === null ? null : this.#rows.get(this.#active);
    if (active) list.setAttribute("aria-activedescendant", active.id);
    else list.removeAttribute("aria-activedescendant");
  }

  /**
   * @param {Track} track
   * @param {number} place
   */
  #drawRow(track, place) {
    const { number, hidden } = track;
    const row = this.#rows.get(number) ?? this.#rowOf(track);
    row.style.transform = `translateY(${place * ROW}px)`;
    row.setAttribute("aria-posinset", String(place + 1));
    row.setAttribute("aria-setsize", String(this.#tracks.length));
    row.setAttribute("aria-selected", String(this.selection.has(number)));
    row.classList.toggle("shown", !hidden);
    row.classList.toggle("active", number === this.#active);
    const words = `${nameOf(track)}, ${hidden ? t("hidden") : t("shown")}, ${this.wordsOf(track)}`;
    if (row.getAttribute("aria-label") === words) return row;
    row.setAttribute("aria-label", words);
    row.title = words;
    row.children[1].children[1].textContent = `${timecode(track.boxes[0].time, 1)} – ${timecode(pointAt(track, -1).time, 1)}`;
    row.children[2].textContent = hidden ? "◼" : "◻";
    return row;
  }

  /** @param {Track} track */
  #rowOf(track) {
    const picture = make("span", { class: "picture" });
    const row = make("div", { id: `track-${track.number}`, class: "track", role: "option", dataset: { number: track.number } },
      picture,
      make("span", { class: "words" }, make("span", {}, nameOf(track)), make("span", { class: "time quiet" })),
      make("span", { class: "eye", "aria-hidden": "true" }));
    this.sprites.show(picture, track.number);
    this.#rows.set(track.number, row);
    return row;
  }

  // By pointer

  /** @param {MouseEvent} event */
  #click(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const number = Number(/** @type {HTMLElement | null} */ (target.closest("[data-number]"))?.dataset.number);
    if (!number) return;
    this.#active = number;
    if (target.closest(".eye")) this.heard.onToggle(number);
    else this.heard.onTake(number, event, null);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const { view, list } = this;
    const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (event.ctrlKey || event.altKey) view.zoom(Math.exp(event.deltaY * 0.004), view.timeOf(event.offsetX));
    else if (isSideways && !view.isWhole) view.shift(event.deltaX || event.deltaY);
    else {
      const before = list.scrollTop;
      list.scrollTop += event.deltaY;
      if (list.scrollTop === before) return; // the page scrolls
    }
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    this.list.focus({ preventScroll: true }); // whose keys go on from what is chosen here
    this.#held = { x: event.offsetX, y: event.offsetY, moved: 0, isRuler: event.offsetY < RULER };
    if (this.#held.isRuler) this.heard.onSeek(this.#timeOf(event));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const held = this.#held;
    if (!held) return;
    if (held.isRuler) this.heard.onSeek(this.#timeOf(event));
    else {
      held.moved += Math.abs(event.offsetX - held.x) + Math.abs(event.offsetY - held.y);
      if (held.moved > STILL) {
        this.view.shift(held.x - event.offsetX);
        this.list.scrollTop += held.y - event.offsetY;
      }
    }
    [held.x, held.y] = [event.offsetX, event.offsetY];
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const held = this.#held;
    this.#held = null;
    if (!held || held.isRuler || held.moved > STILL) return;
    const time = this.#timeOf(event);
    const track = this.#tracks[Math.floor((event.offsetY - RULER + this.list.scrollTop) / ROW)];
    const slack = (BESIDE / this.view.width) * this.view.length;
    const isOn = track && time >= track.boxes[0].time - slack && time <= pointAt(track, -1).time + slack;
    if (!isOn) this.heard.onSeek(time);
    else {
      this.#active = track.number;
      this.heard.onTake(track.number, event, Math.min(Math.max(time, track.boxes[0].time), pointAt(track, -1).time));
    }
  }

  /** @param {PointerEvent} event */
  #timeOf(event) {
    return Math.min(Math.max(this.view.timeOf(event.offsetX), 0), this.view.duration);
  }

  // By keys

  /** @param {KeyboardEvent} event */
  #press(event) {
    const page = Math.max(Math.floor(this.list.clientHeight / ROW) - 1, 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    const here = this.#tracks.findIndex((track) => track.number === this.#active);
    if (event.key === "Enter" && here >= 0) this.heard.onTake(this.#tracks[here].number, event, null);
    else if (step !== undefined && this.#tracks.length) {
      const place = Math.min(Math.max(here < 0 ? 0 : here + step, 0), this.#tracks.length - 1);
      const { number } = this.#tracks[place];
      this.reveal(number);
      this.heard.onTake(number, event, null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
