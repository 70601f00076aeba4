// The picture as the copy will show it, with the boxes of a plan over it.
//
// The player is never seen, except when the original is asked for: its frames are painted with what is hidden on them,
// in one stroke, and a frame of which that is not known is not painted. What stands still comes from the server.

import { isStill } from "./edits.js";
import { Hand } from "./hand.js";
import { cover, fill, handles, mask, outline, path, stroke, veil } from "./painting.js";
import { boxAt } from "./plan.js";
import { Playback } from "./playback.js";
import { StandingFrame } from "./standing_frame.js";
import { t } from "./words.js";

const COARSE = matchMedia("(pointer: coarse)"); // fingers, which need larger handles
const SOON = 120; // ms of rest, after which a frame of the original is asked for

/** @typedef {"original" | "playing" | "still" | "failed" | "waiting"} State what is seen */

/**
 * @typedef {object} Parts the elements of the stage
 * @property {HTMLElement} box around the others
 * @property {HTMLVideoElement} film
 * @property {HTMLImageElement} bare shows frames of the original
 * @property {HTMLImageElement} still shows frames of the copy
 * @property {HTMLCanvasElement} canvas
 */

/**
 * @typedef {object} About
 * @property {number[]} size width and height of the video
 * @property {string} source the address of the video
 * @property {(time: number) => string} frameAt the address of a frame of it
 * @property {import("./preview.js").Preview} preview knows what is hidden
 */

/**
 * @typedef {object} Heard
 * @property {(number: number | null) => void} onChoose
 * @property {(time: number) => void} onTime
 * @property {(plays: boolean) => void} onPlay
 * @property {(state: State) => void} onState
 * @property {(name: string, box: Box | null) => void} onPlace
 * @property {(track: number, from: Box, to: Box) => void} onReshape
 * @property {(share: number) => void} onGrow
 * @property {(box: Box, time: number) => void} onDraw
 * @property {() => void} onTouch
 */

/** @typedef {(box: Box) => Box} Scaled a box in pixels of the canvas */

export class Stage {
  time = 0; // seconds
  /** @type {number | null} */
  chosen = null; // the number of a track
  isOriginal = false; // whether the original is shown
  #rests = false; // at the last frame that was played
  #waiting = 0; // for a frame of the original
  #closing = new AbortController();

  /**
   * @param {import("./plan.js").Plan} plan
   * @param {Parts} parts
   * @param {About} about
   * @param {Heard} heard
   */
  constructor(plan, { box, film, bare, still, canvas }, { size, source, frameAt, preview }, heard) {
    this.plan = plan;
    this.box = box;
    this.bare = bare;
    this.canvas = canvas;
    this.size = size;
    this.frameAt = frameAt;
    this.preview = preview;
    this.heard = heard;
    const { signal } = this.#closing;
    this.standing = new StandingFrame(still, preview, () => ({ key: `${plan.revision} ${this.time}`, time: this.time }));
    this.playback = new Playback(film, source, {
      onFrame: (time) => this.#playTo(time), onPlay: (plays) => this.#onPlay(plays),
      onLoaded: () => this.draw(), onFailed: () => this.#onPlay(false),
    }, signal);
    this.hand = new Hand(this, signal);
    box.style.aspectRatio = `${size[0]} / ${size[1]}`;
    box.style.setProperty("--ratio", String(size[0] / size[1]));
    bare.removeAttribute("src");
    plan.addEventListener("change", () => this.#refresh(), { signal });
    const sizes = new ResizeObserver(() => this.draw());
    sizes.observe(canvas);
    signal.addEventListener("abort", () => sizes.disconnect());
  }

  /** Leave the picture to the stage of another plan. */
  close() {
    this.hand.draws(false);
    this.#closing.abort();
    this.playback.film.pause();
    this.showOriginal(false);
    this.standing.close();
  }

  // Time

  /** When the frame begins that is seen: what is changed is changed from there. */
  get moment() {
    return this.standing.begins ?? this.time;
  }

  /** @param {number} time */
  seek(time) {
    this.#rests = false;
    this.#setTime(Math.max(0, Math.min(time, this.plan.document.original.duration)));
    this.playback.seek(this.time);
    this.#refresh();
  }

  /** @param {number} time */
  #setTime(time) {
    this.time = time;
    this.heard.onTime(time);
  }

  /** Begin to play, or pause. */
  toggle() {
    const { film } = this.playback;
    if (this.playback.isPlaying) {
      film.pause();
      return;
    }
    if (film.ended) this.seek(0);
    this.preview.want(this.time);
    this.playback.play(this.time);
  }

  /** @param {boolean} plays */
  #onPlay(plays) {
    this.heard.onPlay(plays);
    if (plays) return;
    this.#rests = this.playback.isPlayable; // at the last frame that was painted; other files are shown frame by frame
    this.#refresh();
  }

  /**
   * Paint a frame that the player has come to.
   * @param {number} time
   */
  #playTo(time) {
    this.#setTime(time);
    this.preview.want(time);
    this.draw();
  }

  // What is seen

  /**
   * Show the original itself, or what the copy will show.
   * @param {boolean} is
   */
  showOriginal(is) {
    this.isOriginal = is;
    this.box.classList.toggle("original", is);
    if (is) this.playback.open();
    if (is && !this.playback.isPlaying) this.playback.seek(this.time);
    this.#refresh();
  }

  /** Show the frame of this time, as this plan has it, as soon as it is there. */
  #refresh() {
    this.draw();
    if (!this.#isStill) return;
    this.standing.load(() => this.#isStill).then(() => this.draw());
    if (this.playback.isPlayable || !this.isOriginal) return;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => (this.bare.src = this.frameAt(this.time)), SOON);
  }

  get #isStill() {
    return !this.playback.isPlaying && !this.#closing.signal.aborted;
  }

  /**
   * A track is chosen in the picture, or none.
   * @param {number | null} number
   */
  choose(number) {
    this.show(number);
    this.heard.onChoose(number);
  }

  /**
   * Show which track is chosen.
   * @param {number | null} number
   */
  show(number) {
    this.chosen = number;
    this.draw();
  }

  /** The track that is chosen. */
  get track() {
    return this.chosen === null ? null : this.plan.find(this.chosen) ?? null;
  }

  /** The tracks that are there at this moment, and their boxes. */
  visible() {
    const { moment } = this;
    return this.plan.tracks.flatMap((track) => {
      const box = boxAt(track, moment);
      return box ? [{ track, box }] : [];
    });
  }

  draw() {
    const { canvas } = this;
    const scale = devicePixelRatio;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const factor = canvas.width / this.size[0];
    const scaled = (/** @type {Box} */ box) => box.map((side) => side * factor);
    this.#drawPicture(pen, scale, factor, scaled);
    for (const { track, box } of this.visible()) outline(pen, track, scaled(box), track.number === this.chosen, scale);
    this.#drawChosen(pen, scale, scaled);
    if (this.hand.box) stroke(pen, scaled(this.hand.box), "#fff", 2 * scale);
  }

  /**
   * What the copy will show, where the picture that stands still below does not show it.
   * @param {CanvasRenderingContext2D} pen
   * @param {number} scale
   * @param {number} factor
   * @param {Scaled} scaled
   */
  #drawPicture(pen, scale, factor, scaled) {
    const { isPlaying, hasFrame, film } = this.playback;
    const state = this.#state();
    this.box.setAttribute("aria-busy", String(state === "waiting"));
    this.heard.onState(state);
    if (state === "original" || state === "still") return;
    const hidden = (isPlaying || this.#rests) && hasFrame ? this.preview.at(this.time, film.currentTime) : null;
    if (hidden) {
      pen.drawImage(film, 0, 0, pen.canvas.width, pen.canvas.height);
      fill(pen, hidden, factor);
    } else if (isPlaying || !this.standing.isThere) {
      cover(pen, state === "failed" ? t("This picture could not be made") : t("Working out what is hidden…"), scale);
    } else {
      if (!this.standing.isOf(this.time)) veil(pen);
      // What is hidden from now on is at once; for what is shown again, the picture as it will be has to come.
      if (this.#isWithin) mask(pen, this.visible().filter(({ track }) => track.hidden).map(({ box }) => scaled(box)));
    }
  }

  /** Whether the plan hides at all at this time. */
  get #isWithin() {
    const { within } = this.plan.policy;
    return !within || (this.moment >= within[0] && this.moment < within[1]);
  }

  /** @returns {State} */
  #state() {
    if (this.isOriginal) return "original";
    if (this.playback.isPlaying) return "playing";
    if (this.standing.isFresh) return "still";
    return this.standing.hasFailed ? "failed" : "waiting";
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} scale
   * @param {Scaled} scaled
   */
  #drawChosen(pen, scale, scaled) {
    const { track } = this;
    if (!track) return;
    if (!isStill(track) && ["drawn", "zone"].includes(track.kind)) path(pen, track.boxes.map(({ box }) => scaled(box)), scale);
    const box = boxAt(track, this.moment);
    if (box) handles(pen, scaled(box), (COARSE.matches ? 9 : 4) * scale);
  }
}
