// The workbench for safe copies: a plan is opened, corrected, looked at and kept.

import { API, ask, call } from "./api.js";
import { Chosen } from "./chosen.js";
import { staying } from "./edits.js";
import { Fields } from "./fields.js";
import { at, parts, timecode, toast, trying } from "./page.js";
import { Plan } from "./plan.js";
import { Policy } from "./policy.js";
import { Preview } from "./preview.js";
import { Stage } from "./stage.js";
import { TrackList } from "./track_list.js";

/** @typedef {{stored: StoredPlan, plan: Plan, stage: Stage}} Opened a plan as the server knows it, as it is here, and its picture */

/** @type {Record<import("./stage.js").State, string>} */
const STATES = {
  still: "This is what the copy will show.",
  playing: "This is what the copy will hide: black while it plays, and exactly as in the copy when it is paused.",
  waiting: "Making the picture as the copy will show it\u2026",
  failed: "The picture of this time could not be made.",
  original: "This is the original. That you look at it is noted in the log.",
};

export class Workbench {
  /** @type {Opened | null} */
  #opened = null;
  /** @type {Promise<VideoDocument>} */
  #loading;
  /** @type {VideoDocument | null} */
  #video = null;
  #fields = new Fields();
  #tracks = new TrackList(this);
  #chosen = new Chosen(this, this.#fields);
  #policy = new Policy(this, this.#fields);

  /** @param {string} id of the video */
  constructor(id) {
    this.id = id;
    this.#loading = call(`/videos/${id}?boxes=false`);
    this.#loading.catch(() => {}); // told to whoever waits for it
    this.#listen();
  }

  /** The video, as soon as it is known. */
  async video() {
    this.#video = await this.#loading;
    return this.#video;
  }

  // The plan

  get isOpen() {
    return this.#opened !== null;
  }

  get #open() {
    if (!this.#opened) throw new Error("no plan is open");
    return this.#opened;
  }

  get plan() {
    return this.#open.plan;
  }

  get stage() {
    return this.#open.stage;
  }

  /** The id of the plan that is open. */
  get planId() {
    return this.#open.stored.id;
  }

  get shots() {
    return this.#video?.shots ?? [];
  }

  /** Whether a plan was changed and is not kept. */
  get isUnsaved() {
    return this.#opened?.plan.changed ?? false;
  }

  /**
   * Open a plan.
   * @param {string} id
   */
  async open(id) {
    const { speech } = await this.video();
    /** @type {StoredPlan} */
    const stored = await call(`/plans/${id}`);
    history.replaceState(null, "", `#plan=${id}`);
    this.#opened?.stage.close();
    const plan = new Plan(stored.plan);
    at("bench").hidden = false;
    at("time").max = String(stored.plan.original.duration);
    this.#opened = { stored, plan, stage: this.#stageOf(stored, plan) };
    this.#fields.clear();
    plan.addEventListener("change", () => this.#refresh());
    this.#tracks.clear();
    this.#policy.showWords(speech ?? []);
    this.#refresh();
    this.stage.seek(plan.tracks.length ? plan.tracks[0].boxes[0].time : 0);
    at("stage-title").scrollIntoView({ block: "nearest" });
  }

  /**
   * @param {StoredPlan} stored
   * @param {Plan} plan
   */
  #stageOf(stored, plan) {
    const { width, height } = stored.plan.original;
    const preview = new Preview(plan, {
      ask: (what, body) => ask(`/plans/${stored.id}/${what}`, { method: "POST", body }),
      onKnown: () => this.stage.draw(),
      onFault: (error) => toast(error.message, true),
    });
    const chosen = this.#chosen;
    return new Stage(plan, { box: at("stage"), film: at("film"), still: at("still"), bare: at("bare"), canvas: at("boxes") }, {
      size: [width, height], source: `${API}/videos/${this.id}/media`, frameAt: (time) => `${API}/videos/${this.id}/frame?time=${time}`, preview,
    }, {
      onChoose: () => {
        chosen.choose();
        this.showTracks();
      },
      onTime: (time) => this.#showTime(time),
      onPlay: (plays) => (at("play").textContent = plays ? "Pause" : "Play"),
      onState: showState,
      onPlace: (name, box) => chosen.tell(name, box),
      onReshape: (track, from, to) => chosen.reshape(track, from, to),
      onGrow: (share) => chosen.grow(share),
      onDraw: (box, time) => chosen.draw(box, time),
      onTouch: () => this.#fields.take(),
    });
  }

  /** Keep the plan; an Error, with the focus on its field, for what was typed and cannot be taken. */
  async save() {
    this.#fields.check((track) => track !== null && this.stage.choose(track));
    this.#policy.check();
    const { plan, stored } = this.#open;
    if (!plan.changed) return;
    Object.assign(stored, await call(`/plans/${stored.id}`, { method: "PUT", body: { version: stored.version, plan: plan.document } }));
    plan.changed = false;
    at("saved").textContent = "Saved";
  }

  // What is shown

  /** @param {number} time */
  #showTime(time) {
    at("time").value = String(time);
    at("clock").textContent = timecode(time, 3);
    this.#chosen.showTime();
  }

  #refresh() {
    const { plan } = this;
    this.#policy.show();
    at("undo").disabled = !plan.done.length;
    at("redo").disabled = !plan.undone.length;
    at("saved").textContent = plan.changed ? "Not saved yet" : "";
    this.#tracks.showKinds();
    this.showTracks();
    this.#chosen.show();
  }

  showTracks() {
    this.#tracks.show();
  }

  /**
   * In words: from when to when a track is hidden, and how.
   * @param {Track} track
   */
  wordsOf(track) {
    return this.#chosen.wordsOf(track);
  }

  /**
   * Show a time in the picture.
   * @param {number} time
   */
  seek(time) {
    this.stage.seek(time);
    at("stage").scrollIntoView({ block: "center" });
  }

  /**
   * Show a track in the picture, and choose it.
   * @param {number} number
   */
  choose(number) {
    this.seek(this.plan.track(number).boxes[0].time);
    this.stage.choose(number);
  }

  // Buttons

  #listen() {
    at("time").addEventListener("input", () => this.stage.seek(Number(at("time").value)));
    at("play").addEventListener("click", () => {
      if (!this.stage.playback.isPlayable) toast("This browser cannot play the file; step through it instead.");
      else this.stage.toggle();
    });
    for (const button of parts(document, "button", "[data-step]")) {
      button.addEventListener("click", () => this.#step(Number(button.dataset.step)));
    }
    at("original").addEventListener("click", () => trying(() => this.#showOriginal()));
    at("draw").addEventListener("click", () => this.#toggleDrawing());
    at("boxes").addEventListener("drawing", () => at("draw").setAttribute("aria-pressed", String(this.stage.hand.isDrawing)));
    at("zone").addEventListener("click", () => this.#addZone());
    at("undo").addEventListener("click", () => this.plan.back());
    at("redo").addEventListener("click", () => this.plan.forth());
    at("save").addEventListener("click", () => trying(() => this.save()));
  }

  /**
   * Go some frames on, or back.
   * @param {number} by
   */
  #step(by) {
    const { duration, frames } = this.plan.document.original;
    this.stage.seek(this.stage.time + (by * duration) / Math.max(frames, 1));
  }

  async #showOriginal() {
    const shows = !this.stage.isOriginal;
    if (shows) await call(`/videos/${this.id}/views`, { method: "POST" }); // it is not shown unless that is noted
    this.stage.showOriginal(shows);
  }

  #toggleDrawing() {
    const { hand } = this.stage;
    if (!hand.isDrawing && !this.#chosen.canDraw()) return;
    hand.draws(!hand.isDrawing);
    if (!hand.isDrawing) return;
    at("boxes").focus({ preventScroll: true });
    toast("Draw a box over the picture. By keys: arrows move it, with shift they resize it, Enter takes it, Escape gives it up.");
  }

  #addZone() {
    const { width, height, duration } = this.plan.document.original;
    const box = [0.35 * width, 0.35 * height, 0.65 * width, 0.65 * height].map(Math.round);
    this.stage.choose(this.plan.add("zone", staying(box, 0, duration)));
    toast("Drag the new zone, or its corners, to where it should be: there it stays, all the time.");
  }
}

/** @param {import("./stage.js").State} state */
function showState(state) {
  at("original").setAttribute("aria-pressed", String(state === "original"));
  if (at("state").textContent === STATES[state]) return;
  at("state").textContent = STATES[state];
  at("state").classList.toggle("bare", state === "original");
}
