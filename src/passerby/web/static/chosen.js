// The track that is chosen: how long it is hidden, for how long a change of it holds, its path and its points in time.

import { call } from "./api.js";
import { ALL, changed, changing, growing, HERE, isStill, lasting, ON, staying } from "./edits.js";
import { timeWithin } from "./fields.js";
import { whole, wholePath } from "./followed_path.js";
import { at, part, parts, timecode, toast, trying } from "./page.js";
import { boxAt, pointAt } from "./plan.js";
import { listOf, stateAt } from "./points.js";
import { isMade, nameOf } from "./track_names.js";
import { listed, t, tn } from "./words.js";

/** @type {() => Record<string, string>} */
const WORDS = () => ({ [ALL]: t("for all of its time"), [ON]: t("from here on"), [HERE]: t("at this time only") });

export class Chosen {
  #listed = ""; // what the list of points shows, so that it is made anew only when that changes
  /** @type {number | null} */
  #last = null; // number of the track that was chosen before
  /** @type {Set<number>} */
  #following = new Set(); // numbers of the tracks whose path is being found
  /** @type {Map<number, Stretch>} */
  #known = new Map(); // from when to when those that were followed were seen, by their numbers
  /** @type {Set<number>} */
  #lost = new Set(); // and of those that could not be followed

  /**
   * @param {import("./workbench.js").Workbench} bench
   * @param {import("./fields.js").Fields} fields
   */
  constructor(bench, fields) {
    this.bench = bench;
    this.fields = fields;
    this.length = 2; // seconds that what is drawn stays, if that is asked for
    at("grow").addEventListener("click", () => this.grow(Number(at("percent").value) / 100));
    at("percent").addEventListener("input", () => this.#showGrow());
    at("point").addEventListener("click", () => this.#addPoint());
    at("follow-on").addEventListener("click", () => trying(() => this.#followOn()));
    at("lasts").addEventListener("change", () => (at("length-field").hidden = at("lasts").value !== "length"));
    this.#addEdge("track-from", 0, t("From"));
    this.#addEdge("track-to", -1, t("To"));
    fields.add(at("length"), { name: t("How long"), get: () => timecode(this.length, 3), set: (text) => (this.length = this.#lengthOf(text)), counts: () => false });
  }

  /** The number of the track that is chosen by itself; null for none, and for many. */
  get #number() {
    return this.bench.isOpen && this.bench.selection.size === 1 ? this.bench.selection.numbers[0] : null;
  }

  get #track() {
    return this.#number === null ? null : this.bench.plan.find(this.#number) ?? null;
  }

  /**
   * A field for when the track that is chosen begins, or ends.
   * @param {"track-from" | "track-to"} id
   * @param {0 | -1} which
   * @param {string} name
   */
  #addEdge(id, which, name) {
    this.fields.add(at(id), {
      name,
      of: () => this.#number,
      get: (number) => this.#edge(number, which),
      set: (text, number) => this.#setEdge(number, which, text),
      counts: (number) => this.#trackOf(number) !== null,
    });
  }

  /** @param {number | null} number */
  #trackOf(number) {
    return number !== null && this.bench.isOpen ? this.bench.plan.find(number) ?? null : null;
  }

  /**
   * In words: from when to when a track is hidden, and how.
   * @param {Track} track
   */
  wordsOf(track) {
    const span = { start: timecode(track.boxes[0].time, 1), end: timecode(pointAt(track, -1).time, 1) };
    if (!isMade(track)) return t("{start} to {end}, sure to {score}\u00a0%", { ...span, score: Math.round(track.score * 100) });
    if (this.#following.has(track.number)) return t("{start} to {end}, is being followed…", span);
    if (!isStill(track)) return (track.kind === "drawn" ? t("{start} to {end}, follows", span) : t("{start} to {end}, moves", span)) + this.#doubtOf(track);
    return this.#lost.has(track.number) ? t("{start} to {end}, stays in place: it could not be followed", span) : t("{start} to {end}, stays in place", span);
  }

  /**
   * In words: from when to when what is followed was not seen, so that somebody looks there.
   * @param {Track} track
   */
  #doubtOf(track) {
    const known = this.#known.get(track.number);
    if (!known) return "";
    const lost = [[pointAt(track, 0).time, known[0]], [known[1], pointAt(track, -1).time]].filter(([from, to]) => to - from > 0.05);
    const spans = lost.map(([from, to]) => t("{start} to {end}", { start: timecode(from, 1), end: timecode(to, 1) }));
    return spans.length ? t("; lost from {spans}: look there, it only stays where it was", { spans: listed(spans) }) : "";
  }

  /** Another track is chosen, or none. */
  choose() {
    if (this.#number !== this.#last) at("scope").value = ALL; // what was meant for one track is not meant for the next
    this.#last = this.#number;
    this.show();
  }

  show() {
    const track = this.#track;
    at("change").hidden = !track;
    const { size } = this.bench.selection;
    at("chosen").textContent = track
      ? t("{name}, {words}. Drag it or its corners, or press the arrows, with shift to resize it, + or − to make it larger or smaller.", { name: nameOf(track), words: this.wordsOf(track) })
      : size ? tn("{count} track is chosen.", "{count} tracks are chosen.", size) : t("Nothing is chosen: click a box in the picture, or a lane.");
    this.fields.show();
    if (!track) return;
    part(at("scope"), "option", `[value=${HERE}]`).hidden = !isMade(track);
    at("point").hidden = !isMade(track);
    at("follow-on").hidden = track.kind !== "drawn";
    this.#showGrow();
    this.#showPoints(track);
  }

  /** The time has changed: what was meant for one point in time is not meant for the next. */
  showTime() {
    const track = this.#track;
    if (!track) return;
    if (at("scope").value === HERE && stateAt(track, this.bench.stage.time)[0] < 0) at("scope").value = ALL;
    this.#showPoints(track);
  }

  #showGrow() {
    at("grow").textContent = t("Grow {percent}\u00a0%", { percent: at("percent").value || 0 });
    at("grow").disabled = !at("percent").checkValidity() || !Number(at("percent").value);
  }

  /**
   * The points in time of what was drawn; what has the focus keeps it.
   * @param {Track} track
   */
  #showPoints(track) {
    const { plan, stage } = this.bench;
    const [here, isThere] = stateAt(track, stage.time);
    at("point").disabled = here >= 0 || !isThere;
    const now = isMade(track) ? JSON.stringify([track.number, here, track.boxes]) : "";
    if (now === this.#listed) return;
    this.#listed = now;
    const box = at("points");
    const focused = parts(box, "button").findIndex((button) => button === document.activeElement);
    const show = (/** @type {number} */ time) => {
      stage.seek(time);
      at("scope").value = HERE;
    };
    const remove = (/** @type {number} */ time) => plan.setBoxes(track.number, track.boxes.filter((point) => point.time !== time));
    box.replaceChildren(...(now ? [listOf(track, here, { show, remove })] : []));
    if (focused >= 0) parts(box, "button")[focused]?.focus();
  }

  // Changes

  /**
   * A box was moved or resized at the time that is seen.
   * @param {number} number
   * @param {Box} from
   * @param {Box} to
   */
  reshape(number, from, to) {
    this.#apply(number, changing(from, to));
  }

  /**
   * Make the box that is chosen larger by a share, or smaller.
   * @param {number} share
   */
  grow(share) {
    if (this.#track) this.#apply(this.#track.number, growing(share));
  }

  /**
   * @param {number} number
   * @param {import("./edits.js").BoxChange} change
   */
  #apply(number, change) {
    const { plan, stage } = this.bench;
    const track = plan.track(number);
    const time = boxAt(track, stage.moment) ? stage.moment : stage.time;
    const scope = at("scope").value;
    if (scope !== ALL && !boxAt(track, time)) return toast(t("{name} is not hidden at this time: choose that the change holds for all of its time, or go to where it is.", { name: nameOf(track) }));
    plan.setBoxes(number, changed(track, change, scope, time, plan.tick));
    return this.tell(nameOf(track), boxAt(plan.track(number), time), WORDS()[scope]);
  }

  /**
   * Say where a box is now, and for how long, to who does not see it.
   * @param {string} name
   * @param {Box | null | undefined} box
   */
  tell(name, box, holds = "") {
    if (!box) return;
    const [x1, y1, x2, y2] = box.map(Math.round);
    const place = t("{name}: {left} from the left, {top} from the top, {width} wide, {height} high", { name, left: x1, top: y1, width: x2 - x1, height: y2 - y1 });
    at("where").textContent = holds ? `${place}, ${holds}` : place;
  }

  #addPoint() {
    const { plan, stage } = this.bench;
    const track = this.#track;
    if (!track) return;
    plan.setBoxes(track.number, changed(track, (box) => box, HERE, stage.time, plan.tick));
    at("scope").value = HERE;
  }

  /**
   * @param {number | null} number
   * @param {0 | -1} which
   */
  #edge(number, which) {
    const track = this.#trackOf(number);
    return track ? timecode(pointAt(track, which).time, 3) : "";
  }

  /**
   * @param {number | null} number
   * @param {0 | -1} which
   * @param {string} text
   */
  #setEdge(number, which, text) {
    const track = this.#trackOf(number);
    if (!track) return;
    const { plan } = this.bench;
    this.#setEdgeAt(track, which, timeWithin(text, plan.document.original.duration));
  }

  /**
   * @param {Track} track
   * @param {0 | -1} which
   * @param {number} time
   */
  #setEdgeAt(track, which, time) {
    const other = pointAt(track, which === 0 ? -1 : 0).time;
    if (which === 0 && time >= other) throw new Error(t("Expected a time before it ends, at {time}.", { time: timecode(other, 3) }));
    if (which === -1 && time <= other) throw new Error(t("Expected a time after it begins, at {time}.", { time: timecode(other, 3) }));
    this.bench.plan.setBoxes(track.number, lasting(track, which, time));
  }

  /**
   * The track that is chosen begins, or ends, at the time that is seen.
   * @param {0 | -1} which
   */
  setEdgeHere(which) {
    const track = this.#track;
    if (track) trying(() => this.#setEdgeAt(track, which, this.bench.stage.moment));
  }

  /** @param {string} text */
  #lengthOf(text) {
    const length = this.bench.isOpen ? timeWithin(text, this.bench.plan.document.original.duration) : 0;
    if (!length) throw new Error(t("Expected how long it is hidden, such as 0:02."));
    return length;
  }

  // What is drawn

  /** Whether a box can be drawn: how long it is to last is known. */
  canDraw() {
    if (at("lasts").value !== "length") return true;
    this.fields.take();
    if (!this.fields.isFaulty(at("length"))) return true;
    at("length").focus();
    return false;
  }

  /**
   * Take a box that was drawn at a time; it stays in its place to the end of the shot until its path is known.
   * @param {Box} box
   * @param {number} time
   */
  draw(box, time) {
    const { plan, shots } = this.bench;
    const { duration } = plan.document.original;
    const shot = shots.find(({ start, end }) => start <= time && time < end);
    const isLength = at("lasts").value === "length";
    const end = isLength ? Math.min(time + this.length, duration) : endOf(shot, duration, plan.tick);
    const number = plan.add("drawn", staying(box, time, Math.max(time, end)));
    this.bench.selection.only([number]);
    if (at("lasts").value === "follow") trying(() => this.#follow(number, box, time));
  }

  /**
   * @param {number} number
   * @param {Box} box
   * @param {number} time
   */
  async #follow(number, box, time) {
    const { plan } = this.bench;
    const boxes = JSON.stringify(plan.track(number).boxes);
    const path = await this.#pathOf(number, box, time);
    if (!path) return;
    if (JSON.stringify(plan.find(number)?.boxes) === boxes) plan.amend(number, path);
    else if (plan.find(number)) toast(t("The box was changed while its path was looked for: it stays as you have it."));
  }

  /** Have the box that is chosen followed from what is seen now on; what is before stays. */
  async #followOn() {
    const { plan, stage } = this.bench;
    const track = this.#track;
    const time = stage.moment;
    const box = track && boxAt(track, time);
    if (!box) return toast(t("Go to a time at which the box is there, and on what it is to follow."));
    const path = await this.#pathOf(track.number, box, time);
    const now = plan.find(track.number);
    if (!path || !now) return undefined;
    const kept = now.boxes.filter((point) => point.time < time);
    return plan.setBoxes(track.number, [...kept, { time, box }, ...path.filter((point) => point.time > time)]);
  }

  /**
   * The path of what is in a box, from the start to the end of its shot; null, and told, if it cannot be followed.
   * @param {number} number
   * @param {Box} box
   * @param {number} time
   */
  async #pathOf(number, box, time) {
    const { plan, planId } = this.bench;
    this.#mark(this.#following, number, true);
    this.#lost.delete(number);
    try {
      const [w, h] = [plan.document.original.width, plan.document.original.height];
      /** @type {import("./followed_path.js").Ask} */
      const ask = (time, box) => call(`/plans/${planId}/follow`, { method: "POST", body: { time, box: whole(box, w, h) } });
      const { boxes, known } = await wholePath(ask, time, box, () => Boolean(plan.find(number)));
      this.#known.set(number, known);
      return boxes;
    } catch (error) {
      this.#lost.add(number);
      toast(t("It could not be followed, and stays in its place: {why}", { why: error.message }), true);
      return null;
    } finally {
      this.#mark(this.#following, number, false);
    }
  }

  /**
   * @param {Set<number>} set
   * @param {number} number
   * @param {boolean} is
   */
  #mark(set, number, is) {
    if (is) set.add(number);
    else set.delete(number);
    this.bench.showTracks();
    this.show();
  }
}

/**
 * The last tick of a shot; the end of the video, where it is not known or the last.
 * @param {Span | undefined} shot
 * @param {number} duration
 * @param {number} tick
 */
function endOf(shot, duration, tick) {
  return !shot || shot.end >= duration - tick / 2 ? duration : shot.end - tick;
}
