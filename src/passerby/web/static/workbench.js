// The workbench for safe copies: a plan is opened, corrected and looked at, and kept as one goes.

import { API, ask, call } from "./api.js";
import { Chosen } from "./chosen.js";
import { Draft } from "./draft.js";
import { staying } from "./edits.js";
import { Fields } from "./fields.js";
import { keepFocus, ManyTracks } from "./many_tracks.js";
import { MutedWords } from "./muted_words.js";
import { NowList } from "./now_list.js";
import { at, parts, timecode, toast, trying } from "./page.js";
import { boxAt, Plan } from "./plan.js";
import { Policy } from "./policy.js";
import { Preview } from "./preview.js";
import { ChosenTracks } from "./chosen_tracks.js";
import { Sprites } from "./sprites.js";
import { Stage } from "./stage.js";
import { filtered } from "./track_filter.js";
import { TrackFilters } from "./track_filters.js";
import { TrackLanes } from "./track_lanes.js";
import { showVersions } from "./versions.js";
import { number, t, tn } from "./words.js";

/** @typedef {{draft: Draft, plan: Plan, stage: Stage, lanes: TrackLanes, sprites: Sprites, close: () => void}} Opened a plan as it is here, and what shows it */

/** @type {() => Record<import("./stage.js").State, string>} */
const STATES = () => ({
  still: t("This is what the copy will show."),
  playing: t("This is what the copy will hide: black while it plays, and exactly as in the copy when it is paused."),
  waiting: t("Making the picture as the copy will show it…"),
  failed: t("The picture of this time could not be made."),
  original: t("This is the original. That you look at it is noted in the log."),
});

export class Workbench {
  /** @type {Opened | null} */
  #opened = null;
  /** @type {Promise<VideoDocument>} */
  #loading;
  /** @type {VideoDocument | null} */
  #video = null;
  /** @type {Track[]} those that the filters let through, in their order */
  listed = [];
  #fields = new Fields();
  #chosen = new Chosen(this, this.#fields);
  #policy = new Policy(this, this.#fields);
  #now = new NowList(this);
  #filters = new TrackFilters(() => this.#list());
  selection = new ChosenTracks();
  many = new ManyTracks(this);
  words = new MutedWords(this);
  /** Where what is chosen begins and ends. */
  edges = { begin: () => this.#chosen.setEdgeHere(0), end: () => this.#chosen.setEdgeHere(-1) };

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

  get draft() {
    return this.#open.draft;
  }

  get sprites() {
    return this.#open.sprites;
  }

  /** The id of the plan that is open; "" while none is. */
  get planId() {
    return this.#opened?.draft.id ?? "";
  }

  get shots() {
    return this.#video?.shots ?? [];
  }

  /** Whether something is changed and not kept yet. */
  get isUnsaved() {
    return this.#opened?.draft.isUnsaved ?? false;
  }

  /**
   * Open a plan.
   * @param {string} id
   */
  async open(id) {
    const { speech } = await this.video();
    if (this.#opened?.draft.isUnsaved) await this.#opened.draft.save();
    /** @type {StoredPlan} */
    const stored = await call(`/plans/${id}`);
    history.replaceState(null, "", `${location.search}#plan=${id}`);
    this.#opened?.close();
    this.#filters.clear();
    this.#now.clear();
    at("bench").hidden = false;
    at("time").max = String(stored.plan.original.duration);
    this.#opened = this.#openedOf(stored);
    this.selection.only([]);
    this.#fields.clear();
    this.words.fill(speech ?? []);
    this.#refresh();
    const { plan } = this;
    const first = plan.tracks.reduce((least, { boxes }) => Math.min(least, boxes[0].time), Infinity);
    this.stage.seek(Number.isFinite(first) ? first : 0);
  }

  /**
   * @param {StoredPlan} stored
   * @returns {Opened}
   */
  #openedOf(stored) {
    const closing = new AbortController();
    const plan = new Plan(stored.plan);
    const draft = new Draft(stored, plan, () => this.#showDraft());
    const sprites = new Sprites(stored.id, plan.tracks);
    const stage = this.#stageOf(draft, plan);
    const { duration } = stored.plan.original;
    const lanes = new TrackLanes(this.selection, { duration, within: () => plan.policy.within, sprites, wordsOf: (track) => this.#chosen.wordsOf(track) }, {
      onTake: (taken, event, time) => this.take(taken, event, time),
      onSeek: (time) => stage.seek(time),
      onToggle: (taken) => plan.set([taken], { hidden: !plan.track(taken).hidden }),
      onView: () => this.#filters.isByView && this.#list(),
    }, closing.signal);
    plan.addEventListener("change", () => this.#refresh(), { signal: closing.signal });
    const close = () => {
      closing.abort();
      for (const part of [draft, sprites, stage]) part.close();
    };
    return { draft, plan, stage, lanes, sprites, close };
  }

  /**
   * @param {Draft} draft
   * @param {Plan} plan
   */
  #stageOf(draft, plan) {
    const { width, height } = plan.document.original;
    const preview = new Preview(plan, {
      ask: (what, body) => ask(`/plans/${draft.id}/${what}`, { method: "POST", body }),
      changes: () => draft.changes,
      onKnown: () => this.stage.draw(),
      onFault: (error) => toast(error.message, true),
    });
    const chosen = this.#chosen;
    return new Stage(plan, { box: at("stage"), film: at("film"), still: at("still"), bare: at("bare"), canvas: at("boxes") }, {
      size: [width, height], source: `${API}/videos/${this.id}/media`, frameAt: (time) => `${API}/videos/${this.id}/frame?time=${time}`, preview,
    }, {
      onChoose: (taken) => this.selection.only(taken === null ? [] : [taken]),
      onTime: (time) => this.#showTime(time),
      onPlay: (plays) => (at("play").textContent = plays ? t("Pause") : t("Play")),
      onState: showState,
      onPlace: (name, box) => chosen.tell(name, box),
      onReshape: (track, from, to) => chosen.reshape(track, from, to),
      onGrow: (share) => chosen.grow(share),
      onDraw: (box, time) => chosen.draw(box, time),
      onTouch: () => this.#fields.take(),
    });
  }

  /** Take what was typed; an Error, with the focus on its field, for what cannot be taken. */
  check() {
    this.#fields.check((track) => track !== null && this.selection.only([track]));
    this.#policy.check();
  }

  // What is shown

  /** @param {number} time */
  #showTime(time) {
    at("time").value = String(time);
    at("clock").textContent = timecode(time, 3);
    this.#opened?.lanes.head(time);
    this.#chosen.showTime();
    this.#now.show();
  }

  #refresh() {
    const { plan } = this;
    this.selection.keep((each) => plan.find(each) !== undefined);
    this.#policy.show();
    this.words.show();
    at("undo").disabled = !plan.done.length;
    at("redo").disabled = !plan.undone.length;
    keepFocus(at("redo"), at("undo"), at("tracks"));
    const hidden = plan.tracks.filter((track) => track.hidden).length;
    at("count").textContent = t("{hidden} of {count} hidden", { hidden, count: plan.tracks.length });
    this.#filters.offer(plan.tracks);
    this.showTracks();
  }

  /** Tracks are other than they were, or what is known of them. */
  showTracks() {
    this.#list();
    this.#now.show();
    this.#chosen.show();
  }

  /** List the tracks that the filters let through. */
  #list() {
    const { plan, lanes } = this.#open;
    this.listed = filtered(plan.tracks, this.#filters.filter([lanes.view.start, lanes.view.end]));
    lanes.show(this.listed);
    this.many.show();
    const { length } = plan.tracks;
    at("no-tracks").hidden = this.listed.length > 0;
    at("no-tracks").parentElement?.classList.toggle("none", !length); // and so nothing to filter
    at("no-tracks").textContent = length ? t("No track is so.") : t("Nothing was found: the copy would show all that the original shows. What should be hidden can be drawn.");
    at("tracks-title").textContent = length === this.listed.length ? tn("{count} track", "{count} tracks", length)
      : t("{listed} of {count} tracks", { listed: this.listed.length, count: length });
  }

  #showSelection() {
    if (!this.isOpen) return;
    const { numbers } = this.selection;
    this.stage.show(numbers[numbers.length - 1] ?? null);
    this.#open.lanes.redraw();
    this.many.show();
    this.#chosen.choose();
    this.#now.show();
  }

  #showDraft() {
    const { state, message, version } = this.draft;
    const words = { saved: t("Saved, version {version}", { version: number(version) }), waiting: t("Not saved yet"), saving: t("Saving…"), stale: "", failed: t("Not saved: {why}", { why: message }) };
    at("saved").textContent = words[state];
    at("saved").classList.toggle("fault", state === "failed");
    at("draft-notice").hidden = state !== "stale";
    at("draft-words").textContent = state === "stale" ? t("Somebody else has changed this plan: {why}", { why: message }) : "";
  }

  // Going about

  /**
   * Choose a track, as a click or a key asks for it, and show it in the picture.
   * @param {number} taken its number
   * @param {MouseEvent | KeyboardEvent} event
   * @param {number | null} [time] where it was clicked; without it, where the track begins unless it is seen now
   */
  take(taken, event, time = null) {
    this.selection.take(taken, this.listed.map((track) => track.number), event);
    const track = this.plan.track(taken);
    const isMore = event.shiftKey || event.ctrlKey || event.metaKey;
    if (time !== null) this.stage.seek(time);
    else if (!isMore && !boxAt(track, this.stage.moment)) this.stage.seek(track.boxes[0].time);
  }

  /**
   * Choose the next track that is listed, or the one before.
   * @param {1 | -1} by
   */
  next(by) {
    const [last] = this.selection.numbers.slice(-1);
    const place = this.listed.findIndex((track) => track.number === last);
    const track = this.listed[place < 0 ? 0 : place + by];
    if (!track) return;
    this.selection.only([track.number]);
    this.#open.lanes.reveal(track.number);
    if (!boxAt(track, this.stage.moment)) this.stage.seek(track.boxes[0].time);
  }

  /**
   * Show a time in the picture.
   * @param {number} time
   */
  seek(time) {
    this.stage.seek(time);
    at("stage").scrollIntoView({ block: "center" });
  }

  play() {
    if (!this.stage.playback.isPlayable) toast(t("This browser cannot play the file; step through it instead."));
    else this.stage.toggle();
  }

  /**
   * Go some frames on or back, or seconds.
   * @param {number} by
   * @param {boolean} [isSeconds]
   */
  step(by, isSeconds = false) {
    const { duration, frames } = this.plan.document.original;
    this.stage.seek(this.stage.time + by * (isSeconds ? 1 : duration / Math.max(frames, 1)));
  }

  // Buttons

  #listen() {
    this.selection.addEventListener("change", () => this.#showSelection());
    at("time").addEventListener("input", () => this.stage.seek(Number(at("time").value)));
    at("play").addEventListener("click", () => this.play());
    for (const button of parts(document, "button", "[data-step]")) button.addEventListener("click", () => this.step(Number(button.dataset.step)));
    for (const button of parts(document, "button", "[data-zoom]")) {
      button.addEventListener("click", () => this.#open.lanes.view.zoom(Number(button.dataset.zoom), this.stage.time));
    }
    at("original").addEventListener("click", () => trying(() => this.#showOriginal()));
    at("draw").addEventListener("click", () => this.#toggleDrawing());
    at("boxes").addEventListener("drawing", () => at("draw").setAttribute("aria-pressed", String(this.stage.hand.isDrawing)));
    at("zone").addEventListener("click", () => this.#addZone());
    at("undo").addEventListener("click", () => this.plan.back());
    at("redo").addEventListener("click", () => this.plan.forth());
    at("versions-open").addEventListener("click", () => trying(() => showVersions(this)));
    at("draft-merge").addEventListener("click", () => trying(() => this.draft.merge()));
    at("draft-theirs").addEventListener("click", () => trying(() => this.#takeTheirs()));
  }

  async #takeTheirs() {
    const { draft } = this;
    draft.close();
    draft.state = "saved";
    at("draft-notice").hidden = true;
    await this.open(draft.id);
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
    toast(matchMedia("(pointer: coarse)").matches ? t("Draw a box over the picture.")
      : t("Draw a box over the picture. By keys: arrows move it, with shift they resize it, Enter takes it, Escape gives it up."));
  }

  #addZone() {
    const { width, height, duration } = this.plan.document.original;
    const box = [0.35 * width, 0.35 * height, 0.65 * width, 0.65 * height].map(Math.round);
    this.selection.only([this.plan.add("zone", staying(box, 0, duration))]);
    toast(t("Drag the new zone, or its corners, to where it should be: there it stays, all the time."));
  }
}

/** @param {import("./stage.js").State} state */
function showState(state) {
  const words = STATES()[state];
  at("original").setAttribute("aria-pressed", String(state === "original"));
  if (at("state").textContent === words) return;
  at("state").textContent = words;
  at("state").classList.toggle("bare", state === "original");
}
