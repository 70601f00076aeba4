// What takes hold of boxes: a pointer, or keys. Boxes are chosen, drawn, moved and resized.

import { boxAt } from "./plan.js";
import { t } from "./words.js";

/** @type {Record<string, number>} */
const REACH = { touch: 26, pen: 18, mouse: 14 }; // pixels on the screen around a corner, by what points at it
const LEAST = 3; // pixels of the video, that a box is wide and high
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** @type {Record<string, number>} */
const GROWTHS = { "+": 0.1, "-": -0.1 };
const CORNERS = [[0, 1], [2, 1], [0, 3], [2, 3]]; // which sides of a box meet

/**
 * What is held: a new box that is drawn, or one that is moved or resized.
 * @typedef {{what: "new", x?: number, y?: number, box?: Box}} New
 * @typedef {{what: "move", start: Box, x: number, y: number, box?: Box}} Moved
 * @typedef {{what: "size", start: Box, corner: number[], x: number, y: number, box?: Box}} Resized
 */

export class Hand {
  isDrawing = false;
  /** @type {New | Moved | Resized | null} */
  #held = null;

  /**
   * @param {import("./stage.js").Stage} stage
   * @param {AbortSignal} signal that ends it
   */
  constructor(stage, signal) {
    this.stage = stage;
    const { canvas } = stage;
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#move(event), { signal });
    canvas.addEventListener("pointerup", () => this.#up(), { signal });
    canvas.addEventListener("pointercancel", () => this.#letGo(), { signal }); // the browser takes a touch for scrolling, or a call comes in
    canvas.addEventListener("keydown", (event) => this.#press(event), { signal });
  }

  /** The box that is drawn or moved, as it is now. */
  get box() {
    return this.#held?.box ?? null;
  }

  /**
   * Begin to draw a box, or give it up.
   * @param {boolean} begun
   */
  draws(begun) {
    const { canvas } = this.stage;
    this.isDrawing = begun;
    this.#held = null;
    canvas.classList.toggle("drawing", begun);
    canvas.dispatchEvent(new Event("drawing"));
    this.stage.draw();
  }

  /** Take the box that was drawn into the plan. @param {Box} box */
  #keep(box) {
    this.draws(false);
    this.stage.heard.onDraw(box.map(Math.round), this.stage.moment);
  }

  #letGo() {
    this.#held = null;
    this.stage.draw();
  }

  // By pointer

  /** @param {PointerEvent} event */
  #placeOf(event) {
    const { canvas, size } = this.stage;
    const area = canvas.getBoundingClientRect();
    return [((event.clientX - area.left) / area.width) * size[0], ((event.clientY - area.top) / area.height) * size[1]];
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.stage.heard.onTouch();
    this.stage.canvas.setPointerCapture(event.pointerId);
    const [x, y] = this.#placeOf(event);
    this.#held = this.isDrawing ? { what: "new", x, y } : this.#cornerAt(x, y, event.pointerType) ?? this.#boxAt(x, y);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {string} pointer
   * @returns {Resized | null}
   */
  #cornerAt(x, y, pointer) {
    const { track, moment, size, canvas } = this.stage;
    const box = track && boxAt(track, moment);
    if (!box) return null;
    const reach = ((REACH[pointer] ?? REACH.mouse) * size[0]) / canvas.clientWidth;
    const corner = CORNERS.find(([i, j]) => Math.hypot(x - box[i], y - box[j]) < reach);
    return corner ? { what: "size", corner, start: box, x, y } : null;
  }

  /**
   * Choose the smallest box at a place, and take hold of it.
   * @param {number} x
   * @param {number} y
   * @returns {Moved | null}
   */
  #boxAt(x, y) {
    const hit = this.stage.visible()
      .filter(({ box: [x1, y1, x2, y2] }) => x >= x1 && x < x2 && y >= y1 && y < y2)
      .sort((one, other) => areaOf(one.box) - areaOf(other.box))[0];
    this.stage.choose(hit ? hit.track.number : null);
    return hit ? { what: "move", start: hit.box, x, y } : null;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const held = this.#held;
    if (!held) return;
    const [x, y] = this.#placeOf(event);
    if (held.what === "new") {
      const [fromX, fromY] = [held.x ?? x, held.y ?? y];
      held.box = this.#clipped([Math.min(x, fromX), Math.min(y, fromY), Math.max(x, fromX), Math.max(y, fromY)]);
    } else {
      const { canvas, size } = this.stage;
      const [dx, dy] = [x - held.x, y - held.y];
      if (Math.hypot(dx, dy) * canvas.clientWidth < 4 * size[0] && !held.box) return;
      held.box = held.what === "move" ? held.start.map((side, index) => side + (index % 2 ? dy : dx)) : resized(held, dx, dy);
    }
    this.stage.draw();
  }

  #up() {
    const held = this.#held;
    this.#held = null;
    if (held?.box && isLarge(held.box)) {
      if (held.what === "new") this.#keep(held.box);
      else if (this.stage.chosen !== null) this.stage.heard.onReshape(this.stage.chosen, held.start, held.box);
    }
    this.stage.draw();
  }

  /** @param {Box} box */
  #clipped(box) {
    const [w, h] = this.stage.size;
    return [Math.max(box[0], 0), Math.max(box[1], 0), Math.min(box[2], w), Math.min(box[3], h)];
  }

  // By keys

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (this.isDrawing) this.#pressOnDrawn(event, WAYS[event.key]);
    else this.#pressOnChosen(event, WAYS[event.key]);
  }

  /**
   * A box is drawn by keys, too: from the middle of the picture, until Enter takes it or Escape gives it up.
   * @param {KeyboardEvent} event
   * @param {[number, number] | undefined} way
   */
  #pressOnDrawn(event, way) {
    const [w, h] = this.stage.size;
    const begun = this.box;
    const drawn = begun ?? [0.4 * w, 0.4 * h, 0.6 * w, 0.6 * h];
    if (event.key === "Escape") this.draws(false);
    else if (event.key === "Enter" && begun) this.#keep(drawn);
    else if (way || event.key === "Enter") {
      const box = way && begun ? this.#clipped(this.#stepped(drawn, way, event.shiftKey)) : drawn;
      if (isLarge(box)) this.#held = { what: "new", box };
      this.stage.heard.onPlace(t("The new box"), this.box);
      this.stage.draw();
    } else return;
    event.preventDefault();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {[number, number] | undefined} way
   */
  #pressOnChosen(event, way) {
    const { track, moment, plan, heard } = this.stage;
    const box = track && boxAt(track, moment);
    const growth = GROWTHS[event.key];
    if (event.key === "Delete" && track && ["drawn", "zone"].includes(track.kind)) {
      plan.remove([track.number]);
      this.stage.choose(null);
    } else if (box && growth) heard.onGrow(growth);
    else if (track && box && way) {
      event.preventDefault();
      const moved = this.#stepped(box, way, event.shiftKey);
      if (isLarge(moved)) heard.onReshape(track.number, box, moved);
    }
  }

  /**
   * A box that one arrow has moved, or with shift resized.
   * @param {Box} box
   * @param {[number, number]} way
   * @param {boolean} isResized
   */
  #stepped([x1, y1, x2, y2], way, isResized) {
    const [dx, dy] = way.map((each) => each * Math.max(Math.round(this.stage.size[0] / 100), 1));
    return isResized ? [x1, y1, x2 + dx, y2 + dy] : [x1 + dx, y1 + dy, x2 + dx, y2 + dy];
  }
}

/** @type {(box: Box) => number} */
const areaOf = ([x1, y1, x2, y2]) => (x2 - x1) * (y2 - y1);

/** @type {(box: Box) => boolean} */
const isLarge = ([x1, y1, x2, y2]) => x2 - x1 >= LEAST && y2 - y1 >= LEAST;

/**
 * The box whose corner was dragged by so much.
 * @param {Resized} held
 * @param {number} dx
 * @param {number} dy
 */
function resized({ start, corner }, dx, dy) {
  const box = [...start];
  box[corner[0]] += dx;
  box[corner[1]] += dy;
  return [Math.min(box[0], box[2]), Math.min(box[1], box[3]), Math.max(box[0], box[2]), Math.max(box[1], box[3])];
}
