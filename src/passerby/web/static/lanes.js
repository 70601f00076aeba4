// Lanes over time, on a canvas: scrolled, zoomed, looked into, and clicked to go to a time.

import { firstAfter, indexed, LANE, paint, RULER } from "./lane_painting.js";
import { make } from "./page.js";
import { TimeWindow } from "./time_window.js";
import { t } from "./words.js";

/** @typedef {import("./lane_painting.js").Lane} Lane */

const MOST_LABELS = 6; // that are shown when hovering
const STILL = 4; // pixels that a click may move by

export class Lanes {
  /** @type {import("./lane_painting.js").IndexedLane[]} */
  #lanes = [];
  #head = 0; // the time that is played
  #asked = 0; // the request to draw
  #names = make("ol", { "aria-hidden": "true" });
  #canvas = make("canvas", { role: "img", "aria-label": t("Lanes of the video over time; the lists below tell the same") });
  #hover = make("div", { class: "preview", popover: "manual" });
  #view;
  /** @type {Map<number, number>} */
  #fingers = new Map(); // where pointers are that are down, by their ids
  #dragged = 0; // pixels that they have moved by

  /**
   * Lanes in `place`. `seek(seconds)` is called for a click, `preview(seconds, labels)` gives what to show when hovering.
   * @param {HTMLElement} place
   * @param {{duration: number, seek: (seconds: number) => void, preview: (seconds: number, labels: string[]) => (Node | string)[]}} about
   */
  constructor(place, { duration, seek, preview }) {
    this.place = place;
    this.seek = seek;
    this.preview = preview;
    this.#view = new TimeWindow(duration, () => {
      this.#hideHover();
      this.#redraw();
    });
    place.replaceChildren(this.#names, this.#canvas, this.#hover);
    this.#listen();
  }

  #listen() {
    const canvas = this.#canvas;
    canvas.addEventListener("wheel", (event) => this.#scroll(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#fingers.delete(event.pointerId));
    canvas.addEventListener("pointerleave", () => this.#hideHover());
    new ResizeObserver(() => this.#redraw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
  }

  /**
   * Show these lanes.
   * @param {Lane[]} shown
   */
  fill(shown) {
    this.#lanes = shown.map(indexed);
    this.#names.replaceChildren(...shown.map((lane) => make("li", { title: lane.name }, lane.name)));
    this.#redraw();
  }

  /**
   * Show which time is played, and go where it is.
   * @param {number} time
   */
  head(time) {
    this.#head = time;
    const view = this.#view;
    if (!view.isWhole && (time < view.start || time > view.end)) view.move(time - view.length * 0.1, view.length);
    this.#redraw();
  }

  /**
   * Show a longer stretch, or a shorter one.
   * @param {number} factor
   */
  zoom(factor) {
    this.#view.zoom(factor, this.#head);
  }

  #redraw() {
    if (!this.#asked) this.#asked = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#asked = 0;
    this.#view.width = this.#canvas.clientWidth || 1;
    paint(this.#canvas, this.#view, this.#lanes, this.#head);
  }

  /** @param {WheelEvent} event */
  #scroll(event) {
    const view = this.#view;
    const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (view.isWhole && (isSideways || event.deltaY > 0)) return; // nothing to do here: the page scrolls
    event.preventDefault();
    if (isSideways) view.shift(event.deltaX || event.deltaY);
    else view.zoom(Math.exp(event.deltaY * 0.002), view.timeOf(event.offsetX));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.#canvas.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, event.offsetX);
    if (this.#fingers.size === 1) this.#dragged = 0;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.#fingers.get(event.pointerId);
    if (before === undefined) {
      this.#showHover(event);
      return;
    }
    if (this.#fingers.size === 2) this.#pinch(event, before);
    else {
      this.#dragged += Math.abs(event.offsetX - before);
      if (this.#dragged > STILL) this.#view.shift(before - event.offsetX);
    }
    this.#fingers.set(event.pointerId, event.offsetX);
  }

  /**
   * Two fingers go together or apart.
   * @param {PointerEvent} event
   * @param {number} before
   */
  #pinch({ pointerId, offsetX }, before) {
    const other = [...this.#fingers].find(([id]) => id !== pointerId)?.[1] ?? offsetX;
    const apart = Math.max(Math.abs(offsetX - other), 8);
    this.#view.zoom(Math.max(Math.abs(before - other), 8) / apart, this.#view.timeOf((offsetX + other) / 2));
    this.#dragged = Infinity;
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const { duration } = this.#view;
    if (!this.#fingers.delete(event.pointerId) || this.#dragged > STILL) return;
    this.seek(Math.min(Math.max(this.#view.timeOf(event.offsetX), 0), duration));
  }

  /** @param {PointerEvent} event */
  #showHover(event) {
    const hover = this.#hover;
    const time = this.#view.timeOf(event.offsetX);
    hover.replaceChildren(...this.preview(time, this.#labelsAt(time, event.offsetY)));
    if (!hover.matches(":popover-open")) hover.showPopover();
    const [width, height] = [hover.offsetWidth, hover.offsetHeight];
    hover.style.left = `${Math.max(Math.min(event.clientX + 14, innerWidth - width - 4), 4)}px`;
    const isAbove = event.clientY > height + 20;
    hover.style.top = `${isAbove ? event.clientY - height - 14 : event.clientY + 18}px`;
  }

  #hideHover() {
    if (this.#hover.matches(":popover-open")) this.#hover.hidePopover();
  }

  /**
   * Labels at a time of the lane under the pointer, or of all lanes.
   * @param {number} time
   * @param {number} y
   */
  #labelsAt(time, y) {
    const lane = this.#lanes[Math.floor((y - RULER) / LANE)];
    const found = new Set();
    for (const { spans, ends } of lane ? [lane] : this.#lanes) {
      for (let n = firstAfter(ends, time); n < spans.length && spans[n].start <= time && found.size < MOST_LABELS; n += 1) {
        if (spans[n].end > time) found.add(spans[n].label);
      }
    }
    return [...found];
  }
}
