// A plan as people correct it: tracks and their boxes over time, with steps back and forth.

const SLACK = 1e-6; // seconds that times of points may be off by

/**
 * The first (`which` 0) or the last (-1) point of a track.
 * @param {Track} track
 * @param {0 | -1} which
 */
export const pointAt = ({ boxes }, which) => boxes[which === 0 ? 0 : boxes.length - 1];

/**
 * The box of a track at a time, moving in a straight line between those that are given; null outside of them.
 * @param {Track} track
 * @param {number} time
 * @returns {Box | null}
 */
export function boxAt(track, time) {
  const points = track.boxes;
  if (time < points[0].time - SLACK || time > pointAt(track, -1).time + SLACK) return null;
  const after = points.findIndex((point) => point.time >= time);
  if (after <= 0) return pointAt(track, after < 0 ? -1 : 0).box;
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
  /** @param {PlanDocument} document */
  constructor(document) {
    super();
    this.document = document;
    /** @type {PlanDocument[]} */
    this.undone = [];
    /** @type {PlanDocument[]} */
    this.done = [];
    this.changed = false;
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

  /**
   * The track with a number, if it is there.
   * @param {number} number
   */
  find(number) {
    return this.tracks.find((track) => track.number === number);
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
    return Math.max(0, ...this.tracks.map((track) => track.number)) + 1;
  }

  /**
   * Change the document by `work`; one step back undoes it.
   * @param {(document: PlanDocument) => void} work
   */
  change(work) {
    this.done.push(structuredClone(this.document));
    this.undone = [];
    work(this.document);
    this.#tell();
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
    this.document = document;
    this.#tell();
  }

  #tell() {
    this.changed = true;
    this.revision += 1;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Add a track that was made by hand, with its boxes over time; its number.
   * @param {string} kind
   * @param {Point[]} boxes
   * @param {string} [reason]
   */
  add(kind, boxes, reason) {
    const number = this.following;
    this.change((document) => document.tracks.push({ number, kind, label: "", hidden: true, score: 1, boxes, ...(reason === undefined ? {} : { reason }) }));
    return number;
  }

  /**
   * Give a track other boxes; one step back undoes it.
   * @param {number} number
   * @param {Point[]} boxes
   */
  setBoxes(number, boxes) {
    this.change(() => (this.track(number).boxes = boxes));
  }

  /**
   * Give a track, if it is still there, boxes that were asked for when it was made: no step of its own.
   * @param {number} number
   * @param {Point[]} boxes
   */
  amend(number, boxes) {
    const track = this.find(number);
    if (!track) return;
    track.boxes = boxes;
    this.#tell();
  }

  /** @param {number} number */
  remove(number) {
    this.change((document) => {
      document.tracks = document.tracks.filter((track) => track.number !== number);
    });
  }
}
