// The grid of all videos, however many: only what can be seen has elements. Arrow keys lead through it.

import { call } from "./api.js";
import { between, layoutOf, rowOf } from "./grid_layout.js";
import { make } from "./page.js";
import { Tile } from "./tile.js";

const CHUNK = 60; // videos that are asked for at once
const BEYOND = 400; // pixels above and below the window that have elements too
const GAP = 6;
const HEADING = 44;

/** @typedef {{canBePicked: boolean, headingOf: (day: number | null, count: number) => string, onPick: (number: number, range: boolean) => void, onOpen: () => void, onPlace: (number: number) => void}} Told */

export class Grid {
  #list;
  #told;
  /** @type {Shapes} */
  #shapes = { aspects: [], days: [] };
  /** @type {import("./grid_layout.js").Layout} */
  #layout = { rows: [], headings: [], height: 0 };
  /** @type {Map<number, VideoSummary>} */
  #videos = new Map(); // by their numbers in the list
  /** @type {Map<number, Tile>} */
  #tiles = new Map(); // those that have elements
  /** @type {Map<number, HTMLElement>} */
  #headings = new Map();
  /** @type {Set<number>} */
  #asked = new Set(); // chunks
  #query = new URLSearchParams();
  #asking = new AbortController();
  #rowHeight = 180;
  #current = 0; // the video that the keys are at
  /** @type {(id: string) => boolean} */
  #isPicked = () => false;

  /**
   * @param {HTMLUListElement} list
   * @param {Told} told
   */
  constructor(list, told) {
    this.#list = list;
    this.#told = told;
    let frame = 0;
    const soon = () => (frame ||= requestAnimationFrame(() => {
      frame = 0;
      this.#draw();
      told.onPlace(this.place);
    }));
    addEventListener("scroll", soon, { passive: true });
    let width = 0;
    new ResizeObserver(() => {
      if (list.clientWidth === width) return;
      width = list.clientWidth;
      this.#arrange(true);
    }).observe(list);
    list.addEventListener("keydown", (event) => this.#press(event));
    list.addEventListener("click", (event) => this.#click(event));
    list.addEventListener("focusin", (event) => {
      const tile = this.#tileOf(event.target);
      if (tile) this.#goTo(tile.number, false);
    });
  }

  get total() {
    return this.#shapes.aspects.length;
  }

  /** The number of the video in the first row that can be seen. */
  get place() {
    const above = -this.#list.getBoundingClientRect().top + 60;
    return above <= 0 ? 0 : (this.#layout.rows[between(this.#layout.rows, above, above)[0]]?.first ?? 0);
  }

  /** The video that the keys are at. */
  get current() {
    return this.#videos.get(this.#current) ?? null;
  }

  /** @param {(id: string) => boolean} isPicked */
  showPicked(isPicked) {
    this.#isPicked = isPicked;
    for (const tile of this.#tiles.values()) tile.pick(isPicked(tile.video?.id ?? ""));
  }

  /** @param {number} height of a row, in pixels */
  setRowHeight(height) {
    const { place } = this;
    this.#rowHeight = height;
    this.#arrange(false);
    this.scrollTo(place);
  }

  /**
   * Show another list, or the same one anew: what has elements keeps them, and the focus.
   * @param {URLSearchParams} query
   * @param {Shapes} shapes
   * @param {VideoSummary[]} first of its videos, if they are known
   */
  show(query, shapes, first) {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#query = query;
    const before = new Map([...this.#tiles.values()].flatMap((tile) => (tile.video ? [[tile.video.id, tile]] : [])));
    const hadFocus = this.#list.contains(document.activeElement);
    const focused = this.#tileOf(document.activeElement)?.video?.id;
    this.#shapes = shapes;
    this.#asked.clear();
    this.#videos = new Map(first.map((video, number) => [number, video]));
    if (first.length >= Math.min(CHUNK, this.total)) this.#asked.add(0);
    this.#keepTiles(before, focused);
    this.#arrange(true);
    this.#current = Math.min(this.#current, Math.max(this.total - 1, 0));
    if (hadFocus && !this.#list.contains(document.activeElement)) this.#goTo(this.#current, true);
  }

  /**
   * The tiles of videos that are still near where they were; others go, but not that which has the focus.
   * @param {Map<string, Tile>} before
   * @param {string | undefined} focused
   */
  #keepTiles(before, focused) {
    /** @type {Map<number, Tile>} */
    const kept = new Map();
    for (const [number, video] of this.#videos) {
      const tile = before.get(video.id);
      if (!tile) continue;
      before.delete(video.id);
      tile.number = number;
      tile.show(video);
      kept.set(number, tile);
      if (video.id === focused) this.#current = number;
    }
    for (const tile of before.values()) {
      if (tile.video?.id === focused && tile.number < this.total && !kept.has(tile.number)) kept.set(tile.number, tile);
      else tile.element.remove();
    }
    for (const tile of this.#tiles.values()) if (![...kept.values()].includes(tile)) tile.element.remove();
    this.#tiles = kept;
  }

  /** @param {boolean} keepPlace */
  #arrange(keepPlace) {
    const width = this.#list.clientWidth;
    if (!width) return;
    const rowHeight = Math.min(this.#rowHeight, width * 0.75);
    const { aspects, days } = this.#shapes;
    this.#layout = layoutOf(aspects, days, { width, rowHeight, gap: GAP, headingHeight: HEADING });
    this.#list.style.height = `${this.#layout.height}px`;
    for (const heading of this.#headings.values()) heading.remove();
    this.#headings.clear();
    this.#draw();
    if (keepPlace) this.#told.onPlace(this.place);
  }

  /** Make elements of what can be seen, and ask for what is not known of it. */
  #draw() {
    const { top } = this.#list.getBoundingClientRect();
    const [from, to] = [-top - BEYOND, -top + innerHeight + BEYOND];
    const [firstRow, endRow] = between(this.#layout.rows, from, to);
    const first = this.#layout.rows[firstRow]?.first ?? 0;
    const end = this.#layout.rows[endRow]?.first ?? (endRow > firstRow ? this.total : first);
    for (const [number, tile] of this.#tiles) {
      if (number >= first && number < end) continue;
      if (tile.element.contains(document.activeElement)) this.#putOutOfSight(tile);
      else {
        tile.element.remove();
        this.#tiles.delete(number);
      }
    }
    for (let row = firstRow; row < endRow; row += 1) this.#drawRow(this.#layout.rows[row]);
    this.#drawHeadings(from, to);
    for (let chunk = Math.floor(first / CHUNK); chunk * CHUNK < end; chunk += 1) this.#ask(chunk);
    this.#order();
    this.#tellCurrent();
  }

  /** Have the elements follow each other as they are seen; that with the focus is not moved, or it would lose it. */
  #order() {
    const placed = [
      ...[...this.#tiles.values()].map(({ element, number }) => ({ element, at: number })),
      ...[...this.#headings].map(([at, element]) => ({ element, at: this.#layout.headings[at].first - 0.5 })),
    ].sort((one, other) => one.at - other.at).map(({ element }) => element);
    if (placed.every((element, n) => this.#list.children[n] === element)) return;
    const still = placed.findIndex((element) => element.contains(document.activeElement));
    placed.forEach((element, n) => {
      if (n < still) placed[still].before(element);
      else if (n > still) this.#list.append(element);
    });
  }

  /**
   * Put a tile that is kept for its focus where it belongs: the grid may have become narrower meanwhile.
   * @param {Tile} tile
   */
  #putOutOfSight(tile) {
    const row = this.#layout.rows.findLast(({ first }) => first <= tile.number);
    if (!row) return;
    const n = tile.number - row.first;
    tile.put({ left: row.lefts[n], top: row.top, width: row.widths[n], height: row.height }, this.total);
  }

  /** @param {import("./grid_layout.js").Row} row */
  #drawRow({ first, lefts, widths, top, height }) {
    lefts.forEach((left, n) => {
      const number = first + n;
      const tile = this.#tiles.get(number) ?? this.#makeTile(number);
      tile.put({ left, top, width: widths[n], height }, this.total);
    });
  }

  /** @param {number} number */
  #makeTile(number) {
    const tile = new Tile(this.#told.canBePicked);
    tile.number = number;
    this.#fill(tile);
    this.#list.append(tile.element);
    this.#tiles.set(number, tile);
    return tile;
  }

  /** @param {Tile} tile */
  #fill(tile) {
    tile.show(this.#videos.get(tile.number) ?? null);
    tile.pick(this.#isPicked(tile.video?.id ?? ""));
  }

  /** @type {(from: number, to: number) => void} */
  #drawHeadings(from, to) {
    const [first, end] = between(this.#layout.headings, from, to);
    for (const [at, heading] of this.#headings) {
      if (at >= first && at < end) continue;
      heading.remove();
      this.#headings.delete(at);
    }
    for (let at = first; at < end; at += 1) {
      if (this.#headings.has(at)) continue;
      const { top, day, count } = this.#layout.headings[at];
      const heading = make("li", { class: "day" }, make("h2", {}, this.#told.headingOf(day, count)));
      heading.style.top = `${top}px`;
      this.#list.append(heading);
      this.#headings.set(at, heading);
    }
  }

  /** @param {number} chunk */
  async #ask(chunk) {
    if (this.#asked.has(chunk) || chunk * CHUNK >= this.total) return;
    this.#asked.add(chunk);
    const { signal } = this.#asking;
    const query = new URLSearchParams(this.#query);
    query.set("limit", String(CHUNK));
    query.set("cursor", String(chunk * CHUNK));
    try {
      const { videos } = /** @type {VideoList} */ (await call(`/videos?${query}`, { signal }));
      videos.forEach((video, n) => this.#videos.set(chunk * CHUNK + n, video));
      for (const tile of this.#tiles.values()) this.#fill(tile);
      this.#tellCurrent();
    } catch (error) {
      if (!signal.aborted) this.#asked.delete(chunk); // it is asked again when the page is moved
    }
  }

  // Keys and pointer

  /** @param {EventTarget | null} target */
  #tileOf(target) {
    if (!(target instanceof Element)) return null;
    const element = target.closest("li.video");
    return [...this.#tiles.values()].find((tile) => tile.element === element) ?? null;
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const tile = this.#tileOf(event.target);
    const isBox = event.target instanceof HTMLInputElement && event.target.type === "checkbox";
    if (!tile?.video || !this.#told.canBePicked || !(isBox || event.shiftKey)) return;
    if (!isBox) event.preventDefault();
    this.#told.onPick(tile.number, event.shiftKey);
    if (isBox) tile.link.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const tile = this.#tileOf(event.target);
    if (!tile || event.ctrlKey || event.metaKey || event.altKey || event.target !== tile.link) return;
    const to = this.#ledTo(event.key, tile.number);
    if (to !== null) {
      this.#goTo(Math.min(Math.max(to, 0), this.total - 1), true);
      if (event.shiftKey && this.#told.canBePicked) this.#told.onPick(this.#current, true);
    } else if (event.key === " " && this.#told.canBePicked) {
      this.#told.onPick(tile.number, event.shiftKey);
    } else if (event.key === "," || event.key === ".") {
      tile.step(event.key === "." ? 1 : -1);
    } else return;
    event.preventDefault();
  }

  /** @type {(key: string, number: number) => number | null} */
  #ledTo(key, number) {
    const across = getComputedStyle(this.#list).direction === "rtl" ? -1 : 1;
    switch (key) {
      case "ArrowRight": return number + across;
      case "ArrowLeft": return number - across;
      case "ArrowDown": return this.#above(number, 1);
      case "ArrowUp": return this.#above(number, -1);
      case "PageDown": return this.#above(number, 4);
      case "PageUp": return this.#above(number, -4);
      case "Home": return 0;
      case "End": return this.total - 1;
      default: return null;
    }
  }

  /**
   * The video under, or above, another, so many rows on.
   * @type {(number: number, by: number) => number}
   */
  #above(number, by) {
    const { rows } = this.#layout;
    const at = rowOf(this.#layout, number);
    const middle = rows[at].lefts[number - rows[at].first] + rows[at].widths[number - rows[at].first] / 2;
    const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    const n = row.lefts.findIndex((left, each) => left + row.widths[each] >= middle);
    return row.first + (n < 0 ? row.lefts.length - 1 : n);
  }

  /** @type {(number: number, focus: boolean) => void} */
  #goTo(number, focus) {
    this.#current = number;
    if (focus && this.total) {
      this.#uncover(number);
      const tile = this.#tiles.get(number);
      tile?.link.focus({ preventScroll: true });
    }
    this.#tellCurrent();
  }

  /** Have the Tab key lead to the video that the keys are at, or to the first that can be seen. */
  #tellCurrent() {
    const here = this.#tiles.get(this.#current) ?? this.#tiles.get(this.place) ?? this.#tiles.values().next().value;
    for (const tile of this.#tiles.values()) tile.link.tabIndex = tile === here && tile.video ? 0 : -1;
  }

  focusCurrent() {
    this.#goTo(this.#current, true);
  }

  /**
   * Have a video be seen whole.
   * @param {number} number
   */
  #uncover(number) {
    const row = this.#layout.rows[rowOf(this.#layout, number)];
    const { top } = this.#list.getBoundingClientRect();
    const above = top + row.top - 80; // what sticks to the top of the window
    const below = top + row.top + row.height + 80 - innerHeight;
    if (above < 0) scrollBy(0, above);
    else if (below > 0) scrollBy(0, below);
    this.#draw();
  }

  /**
   * Have the row of a video be the first.
   * @param {number} number
   */
  scrollTo(number) {
    const row = this.#layout.rows[rowOf(this.#layout, number)];
    if (number > 0 && row) scrollTo(0, scrollY + this.#list.getBoundingClientRect().top + row.top - 60);
    this.#draw();
  }
}
