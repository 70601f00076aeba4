// The picture with the boxes of a plan over it: choosing, drawing, moving and resizing them.

import { boxAt } from "./plan.js";

const REACH = { touch: 26, pen: 18, mouse: 14 }; // pixels on the screen around a corner, by what points at it
const COARSE = matchMedia("(pointer: coarse)"); // fingers, which need larger handles
const SECONDS = 2; // that a box lasts when it has been drawn
const LEAST = 3; // pixels of the video, that a box is wide and high

export class Stage {
  constructor(plan, { film, still, canvas, size, frameAt, onChoose, onTime, onPlace }) {
    Object.assign(this, { plan, film, still, canvas, size, frameAt, onChoose, onTime, onPlace });
    this.time = 0;
    this.chosen = null;
    this.drawing = false;
    this.held = null;
    this.plays = true;
    this.closing = new AbortController();
    const { signal } = this.closing;
    const hear = (target, name, heard) => target.addEventListener(name, heard, { signal });
    const redraw = () => this.draw();
    hear(film, "error", () => this.#useFrames());
    hear(film, "seeked", redraw);
    hear(film, "loadeddata", redraw);
    hear(plan, "change", redraw);
    hear(canvas, "pointerdown", (event) => this.#down(event));
    hear(canvas, "pointermove", (event) => this.#move(event));
    hear(canvas, "pointerup", (event) => this.#up(event));
    hear(canvas, "pointercancel", () => { // the browser takes a touch for scrolling, or a call comes in
      this.held = null;
      this.draw();
    });
    hear(canvas, "keydown", (event) => this.#key(event));
    const sizes = new ResizeObserver(redraw);
    sizes.observe(canvas);
    signal.addEventListener("abort", () => sizes.disconnect());
  }

  /** Leave the picture to the stage of another plan. */
  close() {
    this.draws(false);
    this.closing.abort();
  }

  /** Files that the browser cannot play are shown frame by frame. */
  #useFrames() {
    this.plays = false;
    this.film.hidden = true;
    this.still.hidden = false;
    this.seek(this.time);
  }

  /** Begin to draw a box, or give it up. */
  draws(begun) {
    this.drawing = begun;
    this.held = null;
    this.canvas.classList.toggle("drawing", begun);
    this.canvas.dispatchEvent(new Event("drawing"));
    this.draw();
  }

  seek(time) {
    this.time = Math.max(0, Math.min(time, this.plan.document.original.duration));
    if (this.plays) this.film.currentTime = this.time;
    else {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => (this.still.src = this.frameAt(this.time)), 120);
    }
    this.onTime(this.time);
    this.draw();
  }

  choose(number) {
    this.chosen = number;
    this.onChoose(number);
    this.draw();
  }

  #visible() {
    return this.plan.tracks.map((track) => [track, boxAt(track, this.time)]).filter(([, box]) => box);
  }

  draw() {
    const { canvas } = this;
    const scale = devicePixelRatio;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    const pen = canvas.getContext("2d");
    const factor = canvas.width / this.size[0];
    for (const [track, box] of this.#visible()) {
      const [x1, y1, x2, y2] = box.map((side) => side * factor);
      const is = track.number === this.chosen;
      pen.setLineDash(track.hidden ? [] : [6 * scale, 5 * scale]);
      pen.lineWidth = (is ? 4 : 2) * scale;
      pen.strokeStyle = "#000";
      pen.strokeRect(x1, y1, x2 - x1, y2 - y1);
      pen.lineWidth = (is ? 2 : 1) * scale;
      pen.strokeStyle = track.hidden ? "#ffd34d" : "#7df0b4";
      pen.strokeRect(x1, y1, x2 - x1, y2 - y1);
      pen.setLineDash([]);
      if (track.hidden) {
        pen.fillStyle = "rgb(0 0 0 / .35)";
        pen.fillRect(x1, y1, x2 - x1, y2 - y1);
      }
      pen.font = `${13 * scale}px system-ui`;
      pen.fillStyle = "#000";
      pen.fillText(track.number, x1 + 5 * scale, y1 + 15 * scale);
      pen.fillStyle = "#fff";
      pen.fillText(track.number, x1 + 4 * scale, y1 + 14 * scale);
      if (is) for (const [x, y] of [[x1, y1], [x2, y1], [x1, y2], [x2, y2]]) this.#drawHandle(pen, x, y, (COARSE.matches ? 9 : 4) * scale);
    }
    if (this.held?.box) {
      const [x1, y1, x2, y2] = this.held.box.map((side) => side * factor);
      pen.strokeStyle = "#fff";
      pen.lineWidth = 2 * scale;
      pen.strokeRect(x1, y1, x2 - x1, y2 - y1);
    }
  }

  #drawHandle(pen, x, y, reach) {
    pen.strokeStyle = "#000";
    pen.fillRect(x - reach, y - reach, 2 * reach, 2 * reach);
    pen.strokeRect(x - reach, y - reach, 2 * reach, 2 * reach);
  }

  #at(event) {
    const area = this.canvas.getBoundingClientRect();
    return [((event.clientX - area.left) / area.width) * this.size[0], ((event.clientY - area.top) / area.height) * this.size[1]];
  }

  #down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    const [x, y] = this.#at(event);
    if (this.drawing) {
      this.held = { what: "new", x, y };
      return;
    }
    const reach = ((REACH[event.pointerType] ?? REACH.mouse) * this.size[0]) / this.canvas.clientWidth;
    const track = this.chosen === null ? null : this.plan.track(this.chosen);
    const box = track && boxAt(track, this.time);
    if (box) {
      const corner = [[0, 1], [2, 1], [0, 3], [2, 3]].find(([i, j]) => Math.hypot(x - box[i], y - box[j]) < reach);
      if (corner) {
        this.held = { what: "size", corner, start: box, x, y };
        return;
      }
    }
    const hit = this.#visible()
      .filter(([, [x1, y1, x2, y2]]) => x >= x1 && x < x2 && y >= y1 && y < y2)
      .sort(([, a], [, b]) => (a[2] - a[0]) * (a[3] - a[1]) - (b[2] - b[0]) * (b[3] - b[1]))[0];
    this.choose(hit ? hit[0].number : null);
    if (hit) this.held = { what: "move", start: hit[1], x, y };
  }

  #move(event) {
    const { held } = this;
    if (!held) return;
    const [x, y] = this.#at(event);
    if (held.what === "new") held.box = this.#clipped([Math.min(x, held.x), Math.min(y, held.y), Math.max(x, held.x), Math.max(y, held.y)]);
    else {
      const [dx, dy] = [x - held.x, y - held.y];
      if (Math.hypot(dx, dy) * this.canvas.clientWidth < 4 * this.size[0] && !held.box) return;
      const box = [...held.start];
      if (held.what === "move") held.box = box.map((side, index) => side + (index % 2 ? dy : dx));
      else {
        box[held.corner[0]] += dx;
        box[held.corner[1]] += dy;
        held.box = [Math.min(box[0], box[2]), Math.min(box[1], box[3]), Math.max(box[0], box[2]), Math.max(box[1], box[3])];
      }
    }
    this.draw();
  }

  #up() {
    const { held } = this;
    this.held = null;
    if (!held?.box) return this.draw();
    const [x1, y1, x2, y2] = held.box;
    if (x2 - x1 < LEAST || y2 - y1 < LEAST) return this.draw();
    if (held.what === "new") this.#keep(held.box);
    else this.plan.place(this.chosen, this.time, held.box.map((side) => Math.round(side * 10) / 10));
    return this.draw();
  }

  /** Take the box that was drawn into the plan. */
  #keep(box) {
    const { duration } = this.plan.document.original;
    this.draws(false);
    this.choose(this.plan.add("drawn", box.map(Math.round), this.time, Math.min(this.time + SECONDS, duration)));
  }

  #clipped(box) {
    const [w, h] = this.size;
    return [Math.max(box[0], 0), Math.max(box[1], 0), Math.min(box[2], w), Math.min(box[3], h)];
  }

  #key(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (this.drawing) this.#keyOfDrawn(event, way);
    else this.#keyOfChosen(event, way);
  }

  /** A box is drawn by keys, too: from the middle of the picture, until Enter takes it or Escape gives it up. */
  #keyOfDrawn(event, way) {
    const [w, h] = this.size;
    const drawn = this.held?.box ?? [0.4 * w, 0.4 * h, 0.6 * w, 0.6 * h];
    if (event.key === "Escape") this.draws(false);
    else if (event.key === "Enter" && this.held?.box) this.#keep(drawn);
    else if (way || event.key === "Enter") {
      const box = way && this.held?.box ? this.#clipped(this.#stepped(drawn, way, event.shiftKey)) : drawn;
      if (isLarge(box)) this.held = { what: "new", box };
      this.onPlace("The new box", this.held.box);
      this.draw();
    } else return;
    event.preventDefault();
  }

  #keyOfChosen(event, way) {
    const track = this.chosen === null ? null : this.plan.track(this.chosen);
    const box = track && boxAt(track, this.time);
    if (event.key === "Delete" && track && ["drawn", "zone"].includes(track.kind)) {
      this.plan.remove(track.number);
      this.choose(null);
    } else if (way && box) {
      event.preventDefault();
      const moved = this.#stepped(box, way, event.shiftKey);
      if (!isLarge(moved)) return;
      this.plan.place(track.number, this.time, moved);
      this.onPlace(`Box ${track.number}`, moved);
    }
  }

  /** A box that one arrow has moved, or with shift resized. */
  #stepped([x1, y1, x2, y2], way, resized) {
    const [dx, dy] = way.map((each) => each * Math.max(Math.round(this.size[0] / 100), 1));
    return resized ? [x1, y1, x2 + dx, y2 + dy] : [x1 + dx, y1 + dy, x2 + dx, y2 + dy];
  }
}

const isLarge = ([x1, y1, x2, y2]) => x2 - x1 >= LEAST && y2 - y1 >= LEAST;
