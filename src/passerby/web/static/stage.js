// The picture with the boxes of a plan over it: choosing, drawing, moving and resizing them.

import { boxAt } from "./plan.js";

const HANDLE = 14; // pixels on the screen around a corner

export class Stage {
  constructor(plan, { film, still, canvas, size, frameAt, onChoose, onTime }) {
    Object.assign(this, { plan, film, still, canvas, size, frameAt, onChoose, onTime });
    this.time = 0;
    this.chosen = null;
    this.drawing = false;
    this.held = null;
    this.plays = true;
    film.addEventListener("error", () => this.#useFrames());
    film.addEventListener("seeked", () => this.draw());
    film.addEventListener("loadeddata", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(canvas);
    plan.addEventListener("change", () => this.draw());
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Files that the browser cannot play are shown frame by frame. */
  #useFrames() {
    this.plays = false;
    this.film.hidden = true;
    this.still.hidden = false;
    this.seek(this.time);
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
      if (is) for (const [x, y] of [[x1, y1], [x2, y1], [x1, y2], [x2, y2]]) pen.fillRect(x - 4 * scale, y - 4 * scale, 8 * scale, 8 * scale);
    }
    if (this.held?.box) {
      const [x1, y1, x2, y2] = this.held.box.map((side) => side * factor);
      pen.strokeStyle = "#fff";
      pen.lineWidth = 2 * scale;
      pen.strokeRect(x1, y1, x2 - x1, y2 - y1);
    }
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
    const reach = (HANDLE * this.size[0]) / this.canvas.clientWidth;
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
    if (x2 - x1 < 3 || y2 - y1 < 3) return this.draw();
    if (held.what === "new") {
      const { duration } = this.plan.document.original;
      this.choose(this.plan.add("drawn", held.box.map(Math.round), this.time, Math.min(this.time + 2, duration)));
      this.drawing = false;
      this.canvas.classList.remove("drawing");
      this.canvas.dispatchEvent(new Event("drawn"));
    } else this.plan.place(this.chosen, this.time, held.box.map((side) => Math.round(side * 10) / 10));
    return this.draw();
  }

  #clipped(box) {
    const [w, h] = this.size;
    return [Math.max(box[0], 0), Math.max(box[1], 0), Math.min(box[2], w), Math.min(box[3], h)];
  }

  #key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const track = this.chosen === null ? null : this.plan.track(this.chosen);
    const box = track && boxAt(track, this.time);
    if (event.key === "Delete" && track && ["drawn", "zone"].includes(track.kind)) {
      this.plan.remove(track.number);
      this.choose(null);
    } else if (step && box) {
      event.preventDefault();
      const [dx, dy] = step.map((way) => way * Math.max(Math.round(this.size[0] / 200), 1));
      const moved = event.shiftKey ? [box[0], box[1], box[2] + dx, box[3] + dy] : [box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy];
      if (moved[2] - moved[0] >= 3 && moved[3] - moved[1] >= 3) this.plan.place(track.number, this.time, moved);
    }
  }
}
