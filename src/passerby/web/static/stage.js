// The picture as the copy will show it, with the boxes of a plan over it: choosing, drawing, moving and resizing them.
//
// The player is never seen, except when the original is asked for: its frames are painted with what is hidden on them,
// in one stroke, and a frame of which that is not known is not painted. What stands still comes from the server.

import { isStill } from "./edits.js";
import { cover, fill, handles, outline, path, stroke, veil } from "./painting.js";
import { boxAt } from "./plan.js";

const REACH = { touch: 26, pen: 18, mouse: 14 }; // pixels on the screen around a corner, by what points at it
const COARSE = matchMedia("(pointer: coarse)"); // fingers, which need larger handles
const LEAST = 3; // pixels of the video, that a box is wide and high
const SOON = 120; // ms of rest, after which a frame of the original is asked for

export class Stage {
  /**
   * `parts` are the elements, `source` is the address of the video and `frameAt(time)` that of a frame of the original;
   * `preview` knows what is hidden. `heard` has onChoose, onTime, onPlay, onState, onPlace, onReshape, onGrow, onDraw, onTouch.
   */
  constructor(plan, parts, { size, source, frameAt, preview }, heard) {
    Object.assign(this, { plan, ...parts, size, source, frameAt, preview, heard });
    this.time = 0;
    this.chosen = null;
    this.drawing = false;
    this.held = null;
    this.plays = !this.film.hidden; // the player shows this video already, or has failed to
    this.isOriginal = false;
    this.rests = false;
    this.shown = null; // {key, begins, url} of the frame that stands still
    this.failed = ""; // the key of one that could not be made
    this.box.style.aspectRatio = `${size[0]} / ${size[1]}`;
    this.still.removeAttribute("src");
    this.bare.removeAttribute("src");
    this.closing = new AbortController();
    this.#listen(this.closing.signal);
  }

  #listen(signal) {
    const { film, plan, canvas } = this;
    const hear = (target, name, heard) => target.addEventListener(name, heard, { signal });
    const redraw = () => this.draw();
    hear(film, "error", () => film.getAttribute("src") && this.#useFrames());
    hear(film, "loadeddata", redraw);
    hear(film, "play", () => this.#follow());
    hear(film, "pause", () => this.#rest());
    hear(plan, "change", () => this.#refresh());
    hear(canvas, "pointerdown", (event) => this.#down(event));
    hear(canvas, "pointermove", (event) => this.#move(event));
    hear(canvas, "pointerup", (event) => this.#up(event));
    hear(canvas, "pointercancel", () => { // the browser takes a touch for scrolling, or a call comes in
      this.held = null;
      this.draw();
    });
    hear(canvas, "keydown", (event) => this.#press(event));
    const sizes = new ResizeObserver(redraw);
    sizes.observe(canvas);
    signal.addEventListener("abort", () => sizes.disconnect());
  }

  /** Leave the picture to the stage of another plan. */
  close() {
    this.draws(false);
    this.closing.abort();
    this.film.pause();
    this.showOriginal(false);
    if (this.shown) URL.revokeObjectURL(this.shown.url);
  }

  // Time

  get isPlaying() {
    return this.plays && !this.film.paused;
  }

  /** When the frame begins that is seen: what is changed is changed from there. */
  get moment() {
    return this.#isFresh ? this.shown.begins : this.time;
  }

  seek(time) {
    this.rests = false;
    this.#setTime(Math.max(0, Math.min(time, this.plan.document.original.duration)));
    if (this.film.getAttribute("src")) this.film.currentTime = this.time;
    this.#refresh();
  }

  #setTime(time) {
    this.time = time;
    this.heard.onTime(time);
  }

  /** Begin to play, or pause. */
  async toggle() {
    if (this.isPlaying) return this.film.pause();
    if (this.film.ended) this.seek(0);
    this.#open();
    if (Math.abs(this.film.currentTime - this.time) > 0.001) this.film.currentTime = this.time;
    this.preview.want(this.time);
    try {
      return await this.film.play();
    } catch (error) {
      if (error.name === "NotSupportedError") this.#useFrames();
      return undefined;
    }
  }

  /** Have the player load the original, which it has no need of before. */
  #open() {
    if (this.plays && !this.film.getAttribute("src")) this.film.src = this.source;
  }

  /** Files that the browser cannot play are shown frame by frame. */
  #useFrames() {
    this.plays = false;
    this.film.hidden = true;
    this.heard.onPlay(false);
    this.#refresh();
  }

  /** Paint each frame that the player comes to. */
  #follow() {
    this.heard.onPlay(true);
    const { film } = this;
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const paint = (now, { mediaTime }) => {
      if (film.paused || turn !== this.turn || this.closing.signal.aborted) return;
      this.#setTime(mediaTime);
      this.preview.want(mediaTime);
      this.draw();
      next();
    };
    const next = () =>
      film.requestVideoFrameCallback ? film.requestVideoFrameCallback(paint) : requestAnimationFrame((now) => paint(now, { mediaTime: film.currentTime }));
    next();
  }

  #rest() {
    this.heard.onPlay(false);
    this.rests = true; // at the last frame that was painted
    this.#refresh();
  }

  // What is seen

  get #wanted() {
    return `${this.plan.revision} ${this.time}`;
  }

  get #isFresh() {
    return this.shown?.key === this.#wanted;
  }

  /** Show the original itself, or what the copy will show. */
  showOriginal(is) {
    this.isOriginal = is;
    this.box.classList.toggle("original", is);
    if (is) this.#open();
    if (is && this.film.getAttribute("src") && !this.isPlaying) this.film.currentTime = this.time;
    this.#refresh();
  }

  /** Show the frame of this time, as this plan has it, as soon as it is there. */
  #refresh() {
    this.draw();
    if (this.isPlaying || this.closing.signal.aborted) return;
    this.#loadFrames();
    if (this.plays || !this.isOriginal) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => (this.bare.src = this.frameAt(this.time)), SOON);
  }

  async #loadFrames() {
    if (this.loading) return; // what it comes to be about is looked at when it is done
    this.loading = true;
    while (!this.#isFresh && this.failed !== this.#wanted && !this.isPlaying && !this.closing.signal.aborted) await this.#loadFrame(this.#wanted);
    this.loading = false;
    this.draw();
  }

  async #loadFrame(key) {
    try {
      const made = await this.preview.frame(this.time);
      const picture = new Image();
      picture.src = made.url;
      await picture.decode();
      if (this.shown) URL.revokeObjectURL(this.shown.url);
      this.shown = { key, ...made };
      this.still.src = made.url;
      await this.still.decode();
    } catch (error) {
      this.failed = key;
      this.preview.onFault(error);
    }
  }

  choose(number) {
    this.chosen = number;
    this.heard.onChoose(number);
    this.draw();
  }

  get #track() {
    return this.chosen === null ? null : this.plan.track(this.chosen);
  }

  #visible() {
    const { moment } = this;
    return this.plan.tracks.map((track) => [track, boxAt(track, moment)]).filter(([, box]) => box);
  }

  draw() {
    const { canvas } = this;
    const scale = devicePixelRatio;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    const pen = canvas.getContext("2d");
    const factor = canvas.width / this.size[0];
    const scaled = (box) => box.map((side) => side * factor);
    this.#drawPicture(pen, scale, factor, scaled);
    for (const [track, box] of this.#visible()) outline(pen, track, scaled(box), track.number === this.chosen, scale);
    this.#drawChosen(pen, scale, scaled);
    if (this.held?.box) stroke(pen, scaled(this.held.box), "#fff", 2 * scale);
  }

  /** What the copy will show, where the picture that stands still below does not show it. */
  #drawPicture(pen, scale, factor, scaled) {
    const state = this.#state();
    this.box.setAttribute("aria-busy", state === "waiting");
    this.heard.onState(state);
    if (state === "original" || state === "still") return;
    const hidden = (this.isPlaying || this.rests) && this.film.readyState >= 2 && !this.film.seeking ? this.preview.at(this.time, this.film.currentTime) : null;
    if (hidden) {
      pen.drawImage(this.film, 0, 0, pen.canvas.width, pen.canvas.height);
      fill(pen, hidden, factor);
    } else if (this.isPlaying || !this.shown) cover(pen, state === "failed" ? "This picture could not be made" : "Working out what is hidden\u2026", scale);
    else veil(pen, this.#visible().filter(([track]) => track.hidden).map(([, box]) => scaled(box)));
  }

  #state() {
    if (this.isOriginal) return "original";
    if (this.isPlaying) return "playing";
    if (this.#isFresh) return "still";
    return this.failed === this.#wanted ? "failed" : "waiting";
  }

  #drawChosen(pen, scale, scaled) {
    const track = this.#track;
    if (!track) return;
    if (!isStill(track) && ["drawn", "zone"].includes(track.kind)) path(pen, track.boxes.map(({ box }) => scaled(box)), scale);
    const box = boxAt(track, this.moment);
    if (box) handles(pen, scaled(box), (COARSE.matches ? 9 : 4) * scale);
  }

  // By pointer

  /** Begin to draw a box, or give it up. */
  draws(begun) {
    this.drawing = begun;
    this.held = null;
    this.canvas.classList.toggle("drawing", begun);
    this.canvas.dispatchEvent(new Event("drawing"));
    this.draw();
  }

  #at(event) {
    const area = this.canvas.getBoundingClientRect();
    return [((event.clientX - area.left) / area.width) * this.size[0], ((event.clientY - area.top) / area.height) * this.size[1]];
  }

  #down(event) {
    this.heard.onTouch();
    this.canvas.setPointerCapture(event.pointerId);
    const [x, y] = this.#at(event);
    this.held = this.drawing ? { what: "new", x, y } : this.#cornerAt(x, y, event.pointerType) ?? this.#boxAt(x, y);
  }

  #cornerAt(x, y, pointer) {
    const box = this.#track && boxAt(this.#track, this.moment);
    if (!box) return null;
    const reach = ((REACH[pointer] ?? REACH.mouse) * this.size[0]) / this.canvas.clientWidth;
    const corner = [[0, 1], [2, 1], [0, 3], [2, 3]].find(([i, j]) => Math.hypot(x - box[i], y - box[j]) < reach);
    return corner ? { what: "size", corner, start: box, x, y } : null;
  }

  /** Choose the smallest box at a place, and take hold of it. */
  #boxAt(x, y) {
    const area = ([, [x1, y1, x2, y2]]) => (x2 - x1) * (y2 - y1);
    const hit = this.#visible()
      .filter(([, [x1, y1, x2, y2]]) => x >= x1 && x < x2 && y >= y1 && y < y2)
      .sort((a, b) => area(a) - area(b))[0];
    this.choose(hit ? hit[0].number : null);
    return hit ? { what: "move", start: hit[1], x, y } : null;
  }

  #move(event) {
    const { held } = this;
    if (!held) return;
    const [x, y] = this.#at(event);
    if (held.what === "new") held.box = this.#clipped([Math.min(x, held.x), Math.min(y, held.y), Math.max(x, held.x), Math.max(y, held.y)]);
    else {
      const [dx, dy] = [x - held.x, y - held.y];
      if (Math.hypot(dx, dy) * this.canvas.clientWidth < 4 * this.size[0] && !held.box) return;
      held.box = held.what === "move" ? held.start.map((side, index) => side + (index % 2 ? dy : dx)) : resized(held, dx, dy);
    }
    this.draw();
  }

  #up() {
    const { held } = this;
    this.held = null;
    if (held?.box && isLarge(held.box)) {
      if (held.what === "new") this.#keep(held.box);
      else this.heard.onReshape(this.chosen, held.start, held.box);
    }
    this.draw();
  }

  /** Take the box that was drawn into the plan. */
  #keep(box) {
    this.draws(false);
    this.heard.onDraw(box.map(Math.round), this.moment);
  }

  #clipped(box) {
    const [w, h] = this.size;
    return [Math.max(box[0], 0), Math.max(box[1], 0), Math.min(box[2], w), Math.min(box[3], h)];
  }

  // By keys

  #press(event) {
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
      this.heard.onPlace("The new box", this.held.box);
      this.draw();
    } else return;
    event.preventDefault();
  }

  #keyOfChosen(event, way) {
    const track = this.#track;
    const box = track && boxAt(track, this.moment);
    const growth = { "+": 0.1, "-": -0.1 }[event.key];
    if (event.key === "Delete" && track && ["drawn", "zone"].includes(track.kind)) {
      this.plan.remove(track.number);
      this.choose(null);
    } else if (box && growth) this.heard.onGrow(growth);
    else if (box && way) {
      event.preventDefault();
      const moved = this.#stepped(box, way, event.shiftKey);
      if (isLarge(moved)) this.heard.onReshape(track.number, box, moved);
    }
  }

  /** A box that one arrow has moved, or with shift resized. */
  #stepped([x1, y1, x2, y2], way, isResized) {
    const [dx, dy] = way.map((each) => each * Math.max(Math.round(this.size[0] / 100), 1));
    return isResized ? [x1, y1, x2 + dx, y2 + dy] : [x1 + dx, y1 + dy, x2 + dx, y2 + dy];
  }
}

const isLarge = ([x1, y1, x2, y2]) => x2 - x1 >= LEAST && y2 - y1 >= LEAST;

/** The box whose corner was dragged by so much. */
function resized({ start, corner }, dx, dy) {
  const box = [...start];
  box[corner[0]] += dx;
  box[corner[1]] += dy;
  return [Math.min(box[0], box[2]), Math.min(box[1], box[3]), Math.max(box[0], box[2]), Math.max(box[1], box[3])];
}
