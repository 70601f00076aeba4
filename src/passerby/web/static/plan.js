// A plan as people correct it: tracks and their boxes over time, with steps back and forth.
//
// Its document is never changed in place: a change makes another one, which shares all that is as it was. So a step back
// is to take the one before, and what has to be sent is what is not the same any more.

const SLACK = 1e-6; // seconds that times of points may be off by
const MOST_STEPS = 500; // back

/**
 * What turns a document into another one: tracks that are changed or added, numbers of those that go, another policy.
 * @typedef {object} Edit
 * @property {Track[]} [tracks]
 * @property {Iterable<number>} [removed]
 * @property {PlanPolicy} [policy]
 */

/**
 * The first (`which` 0) or the last (-1) point of a track.
 * @param {Track} track
 * @param {0 | -1} which
 */
export const pointAt = ({ boxes }, which) => boxes[which === 0 ? 0 : boxes.length - 1];

/**
 * The index of the first point of a track at a time or behind it.
 * @param {Point[]} points
 * @param {number} time
 */
function firstFrom(points, time) {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle].time >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The box of a track at a time, moving in a straight line between those that are given; null outside of them.
 * @param {Track} track
 * @param {number} time
 * @returns {Box | null}
 */
export function boxAt(track, time) {
  const points = track.boxes;
  if (time < points[0].time - SLACK || time > points[points.length - 1].time + SLACK) return null;
  const after = firstFrom(points, time);
  if (after === 0 || after === points.length) return points[after === 0 ? 0 : after - 1].box;
  const [a, b] = [points[after - 1], points[after]];
  const share = (time - a.time) / (b.time - a.time);
  return a.box.map((side, index) => side + (b.box[index] - side) * share);
}

/**
 * The box of a track at a time at which it has one; an Error at others.
 * @param {Track} track
 * @param {number} time
 */
export function boxWithin(track, time) {
  const box = boxAt(track, time);
  if (!box) throw new Error(`track ${track.number} has no box at ${time} s`);
  return box;
}

export class Plan extends EventTarget {
  /** @type {Map<number, Track> | null} */
  #known = null; // the tracks by their numbers

  /** @param {PlanDocument} document */
  constructor(document) {
    super();
    this.document = document;
    /** @type {PlanDocument[]} */
    this.undone = [];
    /** @type {PlanDocument[]} */
    this.done = [];
    this.revision = 0; // of the document: another one whenever it has changed
  }

  /** The least step of time of the video, in seconds. */
  get tick() {
    const [seconds, parts] = this.document.original.time_base.split("/").map(Number);
    return seconds / parts;
  }

  get tracks() {
    return this.document.tracks;
  }

  get policy() {
    return this.document.policy;
  }

  /**
   * The track with a number, if it is there.
   * @param {number} number
   */
  find(number) {
    this.#known ??= new Map(this.tracks.map((track) => [track.number, track]));
    return this.#known.get(number);
  }

  /**
   * The track with a number; an Error if it is not there.
   * @param {number} number
   */
  track(number) {
    const track = this.find(number);
    if (!track) throw new Error(`the plan has no track ${number}`);
    return track;
  }

  /** The number that a new track gets. */
  get following() {
    return this.tracks.reduce((most, track) => Math.max(most, track.number), 0) + 1;
  }

  /**
   * Change the document; one step back undoes it.
   * @param {Edit} edit
   */
  edit(edit) {
    this.done.push(this.document);
    if (this.done.length > MOST_STEPS) this.done.shift();
    this.undone = [];
    this.#show(edited(this.document, edit));
  }

  /**
   * Show another document, as it was made elsewhere or was before; one step back undoes it.
   * @param {PlanDocument} document
   */
  take(document) {
    this.done.push(this.document);
    this.undone = [];
    this.#show(document);
  }

  back() {
    this.#move(this.done, this.undone);
  }

  forth() {
    this.#move(this.undone, this.done);
  }

  /**
   * @param {PlanDocument[]} from
   * @param {PlanDocument[]} to
   */
  #move(from, to) {
    const document = from.pop();
    if (!document) return;
    to.push(this.document);
    this.#show(document);
  }

  /** @param {PlanDocument} document */
  #show(document) {
    this.document = document;
    this.#known = null;
    this.revision += 1;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Give tracks other values; one step back undoes it all. Numbers of tracks that are gone are passed over.
   * @param {Iterable<number>} numbers
   * @param {Partial<Track>} values
   */
  set(numbers, values) {
    const tracks = [...numbers].flatMap((number) => this.find(number) ?? []);
    const changed = tracks.filter((track) => Object.entries(values).some(([name, value]) => track[/** @type {keyof Track} */ (name)] !== value));
    if (changed.length) this.edit({ tracks: changed.map((track) => ({ ...track, ...values })) });
  }

  /** @param {Partial<PlanPolicy>} values */
  setPolicy(values) {
    this.edit({ policy: { ...this.policy, ...values } });
  }

  /**
   * Add a track that was made by hand, with its boxes over time; its number.
   * @param {string} kind
   * @param {Point[]} boxes
   * @param {string} [reason]
   */
  add(kind, boxes, reason) {
    const number = this.following;
    this.edit({ tracks: [{ number, kind, label: "", hidden: true, score: 1, boxes, ...(reason === undefined ? {} : { reason }) }] });
    return number;
  }

  /**
   * Give a track other boxes; one step back undoes it.
   * @param {number} number
   * @param {Point[]} boxes
   */
  setBoxes(number, boxes) {
    this.set([number], { boxes });
  }

  /**
   * Give a track, if it is still there, boxes that were asked for when it was made: no step of its own.
   * @param {number} number
   * @param {Point[]} boxes
   */
  amend(number, boxes) {
    const track = this.find(number);
    if (track) this.#show(edited(this.document, { tracks: [{ ...track, boxes }] }));
  }

  /** @param {Iterable<number>} numbers */
  remove(numbers) {
    this.edit({ removed: numbers });
  }
}

/**
 * The document after an edit.
 * @param {PlanDocument} document
 * @param {Edit} edit
 * @returns {PlanDocument}
 */
export function edited(document, { tracks = [], removed = [], policy = document.policy }) {
  const gone = new Set(removed);
  const changed = new Map(tracks.map((track) => [track.number, track]));
  const kept = document.tracks.filter((track) => !gone.has(track.number)).map((track) => changed.get(track.number) ?? track);
  const known = new Set(document.tracks.map((track) => track.number));
  return { ...document, policy, tracks: [...kept, ...tracks.filter((track) => !known.has(track.number))] };
}

/**
 * What turns one document into another that has come of it, as the API takes it; null where they are the same.
 * @param {PlanDocument} from
 * @param {PlanDocument} to
 * @returns {PlanChanges | null}
 */
export function changesBetween(from, to) {
  if (from === to) return null;
  const before = new Map(from.tracks.map((track) => [track.number, track]));
  const tracks = to.tracks.flatMap((track) => changeOf(before.get(track.number), track));
  const after = new Set(to.tracks.map((track) => track.number));
  const removed = from.tracks.map((track) => track.number).filter((number) => !after.has(number));
  const policy = same(from.policy, to.policy) ? null : to.policy;
  return tracks.length || removed.length || policy ? { tracks, removed, policy } : null;
}

/**
 * @param {Track | undefined} before
 * @param {Track} track
 * @returns {Partial<Track>[]}
 */
function changeOf(before, track) {
  if (before === track) return [];
  if (!before) return [track];
  const other = Object.entries(track).filter(([name, value]) => !same(before[/** @type {keyof Track} */ (name)], value));
  return other.length ? [{ number: track.number, ...Object.fromEntries(other) }] : [];
}

/** @type {(one: unknown, other: unknown) => boolean} */
const same = (one, other) => one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));
