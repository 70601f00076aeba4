// The track that is chosen: how long it is hidden, for how long a change of it holds, its path and its points in time.

import { call, timecode, toast, trying } from "./api.js";
import { ALL, changed, changing, growing, HERE, isStill, lasting, ON, staying } from "./edits.js";
import { timeWithin } from "./fields.js";
import { boxAt } from "./plan.js";
import { listOf, stateAt } from "./points.js";

const at = (id) => document.getElementById(id);
const KINDS = JSON.parse(at("bench").dataset.kinds); // what a track of each kind is called
const WORDS = { [ALL]: "for all of its time", [ON]: "from here on", [HERE]: "at this time only" };

export const isMade = (track) => ["zone", "drawn"].includes(track.kind); // by people, not by a look
export const kindOf = (kind) => KINDS[kind] ?? kind;
export const nameOf = (track) => `${kindOf(track.kind)} ${track.number}`;

export class Chosen {
  #listed = ""; // what the list of points shows, so that it is made anew only when that changes
  #last = null; // number of the track that was chosen before
  #following = new Set(); // numbers of the tracks whose path is being found
  #known = new Map(); // from when to when those that were followed were seen, by their numbers
  #lost = new Set(); // and of those that could not be followed

  /** `bench()` gives `{plan, stage, shots, planId}` as they are now; `showTracks` shows the list of tracks anew. */
  constructor(bench, fields, showTracks) {
    Object.assign(this, { bench, fields, showTracks });
    at("grow").addEventListener("click", () => this.grow(Number(at("percent").value) / 100));
    at("percent").addEventListener("input", () => this.#showGrow());
    at("point").addEventListener("click", () => this.#addPoint());
    at("follow-on").addEventListener("click", () => trying(() => this.#followOn()));
    at("lasts").addEventListener("change", () => (at("length-field").hidden = at("lasts").value !== "length"));
    for (const [id, which, name] of [["track-from", 0, "From"], ["track-to", -1, "To"]]) {
      fields.add(at(id), { name, of: () => this.#number, get: (number) => this.#edge(number, which), set: (text, number) => this.#setEdge(number, which, text),
        counts: (number) => Boolean(bench().plan?.track(number)) });
    }
    this.length = 2;
    fields.add(at("length"), { name: "How long", get: () => timecode(this.length, 3), set: (text) => (this.length = this.#lengthOf(text)), counts: () => false });
  }

  get #number() {
    return this.bench().stage?.chosen ?? null;
  }

  get #track() {
    const { plan } = this.bench();
    return this.#number === null ? null : plan.track(this.#number);
  }

  /** In words: from when to when a track is hidden, and how. */
  wordsOf(track) {
    const span = `${timecode(track.boxes[0].time, 1)} to ${timecode(track.boxes.at(-1).time, 1)}`;
    if (!isMade(track)) return `${span}, sure to ${Math.round(track.score * 100)}\u00a0%`;
    if (this.#following.has(track.number)) return `${span}, is being followed\u2026`;
    if (!isStill(track)) return `${span}, ${track.kind === "drawn" ? "follows" : "moves"}${this.#doubtOf(track)}`;
    return `${span}, stays in place${this.#lost.has(track.number) ? ": it could not be followed" : ""}`;
  }

  /** In words: from when to when what is followed was not seen, so that somebody looks there. */
  #doubtOf({ number, boxes }) {
    const known = this.#known.get(number);
    if (!known) return "";
    const lost = [[boxes[0].time, known[0]], [known[1], boxes.at(-1).time]].filter(([from, to]) => to - from > 0.05);
    const spans = lost.map(([from, to]) => `${timecode(from, 1)} to ${timecode(to, 1)}`);
    return spans.length ? `; lost from ${spans.join(" and from ")}: look there, it only stays where it was` : "";
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
    at("chosen").textContent = track
      ? `Chosen: ${nameOf(track)}, ${this.wordsOf(track)}. Drag it or its corners, or press the arrows, with shift to resize it, + or \u2212 to make it larger or smaller.`
      : "";
    this.fields.show();
    if (!track) return;
    at("scope").querySelector(`[value=${HERE}]`).hidden = !isMade(track);
    at("point").hidden = !isMade(track);
    at("follow-on").hidden = track.kind !== "drawn";
    this.#showGrow();
    this.#showPoints(track);
  }

  /** The time has changed: what was meant for one point in time is not meant for the next. */
  showTime() {
    const track = this.#track;
    if (!track) return;
    if (at("scope").value === HERE && stateAt(track, this.bench().stage.time)[0] < 0) at("scope").value = ALL;
    this.#showPoints(track);
  }

  #showGrow() {
    at("grow").textContent = `Grow ${at("percent").value || 0}\u00a0%`;
    at("grow").disabled = !at("percent").checkValidity() || !Number(at("percent").value);
  }

  /** The points in time of what was drawn; what has the focus keeps it. */
  #showPoints(track) {
    const { plan, stage } = this.bench();
    const [here, isThere] = stateAt(track, stage.time);
    at("point").disabled = here >= 0 || !isThere;
    const now = isMade(track) ? JSON.stringify([track.number, here, track.boxes]) : "";
    if (now === this.#listed) return;
    this.#listed = now;
    const box = at("points");
    const parts = () => [...box.querySelectorAll("button")];
    const focused = parts().indexOf(document.activeElement);
    const show = (time) => {
      stage.seek(time);
      at("scope").value = HERE;
    };
    const remove = (time) => plan.setBoxes(track.number, track.boxes.filter((point) => point.time !== time));
    box.replaceChildren(...(now ? [listOf(track, here, { show, remove })] : []));
    if (focused >= 0) parts()[focused]?.focus();
  }

  // Changes

  /** A box was moved or resized at the time that is seen. */
  reshape(number, from, to) {
    this.#apply(number, changing(from, to));
  }

  /** Make the box that is chosen larger by a share, or smaller. */
  grow(share) {
    if (this.#track) this.#apply(this.#number, growing(share));
  }

  #apply(number, change) {
    const { plan, stage } = this.bench();
    const track = plan.track(number);
    const time = boxAt(track, stage.moment) ? stage.moment : stage.time;
    const scope = at("scope").value;
    if (scope !== ALL && !boxAt(track, time)) return toast(`${nameOf(track)} is not hidden at this time: choose that the change holds for all of its time, or go to where it is.`);
    plan.setBoxes(number, changed(track, change, scope, time, plan.tick));
    return this.tell(nameOf(track), boxAt(plan.track(number), time), WORDS[scope]);
  }

  /** Say where a box is now, and for how long, to who does not see it. */
  tell(name, box, holds) {
    if (!box) return;
    const [x1, y1, x2, y2] = box.map(Math.round);
    at("where").textContent = `${name}: ${x1} from the left, ${y1} from the top, ${x2 - x1} wide, ${y2 - y1} high${holds ? `, ${holds}` : ""}`;
  }

  #addPoint() {
    const { plan, stage } = this.bench();
    const track = this.#track;
    plan.setBoxes(track.number, changed(track, (box) => box, HERE, stage.time, plan.tick));
    at("scope").value = HERE;
  }

  #edge(number, which) {
    const track = number === null ? null : this.bench().plan.track(number);
    return track ? timecode(track.boxes.at(which).time, 3) : "";
  }

  #setEdge(number, which, text) {
    const { plan } = this.bench();
    const track = plan.track(number);
    if (!track) return;
    const time = timeWithin(text, plan.document.original.duration);
    const other = track.boxes.at(which === 0 ? -1 : 0).time;
    if (which === 0 ? time >= other : time <= other) {
      throw new Error(`Expected a time ${which === 0 ? "before it ends" : "after it begins"}, at ${timecode(other, 3)}.`);
    }
    plan.setBoxes(number, lasting(track, which, time));
  }

  #lengthOf(text) {
    const { plan } = this.bench();
    const length = plan ? timeWithin(text, plan.document.original.duration) : 0;
    if (!length) throw new Error("Expected how long it is hidden, such as 0:02.");
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

  /** Take a box that was drawn at a time; it stays in its place to the end of the shot until its path is known. */
  draw(box, time) {
    const { plan, stage, shots } = this.bench();
    const { duration } = plan.document.original;
    const shot = shots.find(({ start, end }) => start <= time && time < end);
    const isLength = at("lasts").value === "length";
    const end = isLength ? Math.min(time + this.length, duration) : endOf(shot, duration, plan.tick);
    const number = plan.add("drawn", staying(box, time, Math.max(time, end)));
    stage.choose(number);
    if (at("lasts").value === "follow") trying(() => this.#follow(number, box, time));
  }

  async #follow(number, box, time) {
    const { plan } = this.bench();
    const boxes = JSON.stringify(plan.track(number).boxes);
    const path = await this.#pathOf(number, box, time);
    if (!path) return;
    if (JSON.stringify(plan.track(number)?.boxes) === boxes) plan.amend(number, path);
    else if (plan.track(number)) toast("The box was changed while its path was looked for: it stays as you have it.");
  }

  /** Have the box that is chosen followed from what is seen now on; what is before stays. */
  async #followOn() {
    const { plan, stage } = this.bench();
    const track = this.#track;
    const time = stage.moment;
    const box = boxAt(track, time);
    if (!box) return toast("Go to a time at which the box is there, and on what it is to follow.");
    const path = await this.#pathOf(track.number, box, time);
    if (!path || !plan.track(track.number)) return undefined;
    const kept = plan.track(track.number).boxes.filter((point) => point.time < time);
    return plan.setBoxes(track.number, [...kept, { time, box }, ...path.filter((point) => point.time > time)]);
  }

  /** The path of what is in a box, from the start to the end of its shot; null, and told, if it cannot be followed. */
  async #pathOf(number, box, time) {
    const { plan, planId } = this.bench();
    this.#mark(this.#following, number, true);
    this.#lost.delete(number);
    try {
      const [w, h] = [plan.document.original.width, plan.document.original.height];
      const ask = (time, box) => call(`/plans/${planId}/follow`, { method: "POST", body: { time, box: whole(box, w, h) } });
      const { boxes, known } = await wholePath(ask, time, box, () => Boolean(plan.track(number)));
      this.#known.set(number, known);
      return boxes;
    } catch (error) {
      this.#lost.add(number);
      toast(`It could not be followed, and stays in its place: ${error.message}`, true);
      return null;
    } finally {
      this.#mark(this.#following, number, false);
    }
  }

  #mark(set, number, is) {
    if (is) set.add(number);
    else set.delete(number);
    this.showTracks();
    this.show();
  }
}

const LENGTH = "length"; // why a path goes no further: it is as long as one may be, and one can follow on

/** The path of a box to both ends of its shot, asked for piece by piece while it is `wanted()`: `{boxes, known}`. */
async function wholePath(ask, time, box, wanted) {
  const middle = await ask(time, box);
  let { boxes } = middle;
  let [first, last] = middle.known;
  for (let piece = middle; piece.ends === LENGTH && wanted(); ) {
    const from = boxes.at(-1);
    piece = await ask(from.time, from.box);
    if (last >= from.time) last = piece.known[1];
    boxes = [...boxes, ...piece.boxes.filter((point) => point.time > from.time)];
  }
  for (let piece = middle; piece.starts === LENGTH && wanted(); ) {
    const from = boxes[0];
    piece = await ask(from.time, from.box);
    if (first <= from.time) first = piece.known[0];
    boxes = [...piece.boxes.filter((point) => point.time < from.time), ...boxes];
  }
  return { boxes, known: [first, last] };
}

/** A box in whole pixels within the picture. */
const whole = ([x1, y1, x2, y2], w, h) => {
  const [left, top] = [Math.min(Math.max(Math.floor(x1), 0), w - 1), Math.min(Math.max(Math.floor(y1), 0), h - 1)];
  return [left, top, Math.max(Math.min(Math.ceil(x2), w), left + 1), Math.max(Math.min(Math.ceil(y2), h), top + 1)];
};

/** The last tick of a shot; the end of the video, where it is not known or the last. */
function endOf(shot, duration, tick) {
  return !shot || shot.end >= duration - tick / 2 ? duration : shot.end - tick;
}
