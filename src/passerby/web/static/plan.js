// A plan as people correct it: tracks and their boxes over time, with steps back and forth.

const copyOf = (value) => structuredClone(value);

/** The box of a track at a time, moving in a straight line between those that are given; null outside of them. */
export function boxAt(track, time) {
  const points = track.boxes;
  if (time < points[0].time - 1e-6 || time > points.at(-1).time + 1e-6) return null;
  const after = points.findIndex((point) => point.time >= time);
  if (after <= 0) return (after < 0 ? points.at(-1) : points[0]).box;
  const [a, b] = [points[after - 1], points[after]];
  const share = (time - a.time) / (b.time - a.time);
  return a.box.map((side, index) => side + (b.box[index] - side) * share);
}

export class Plan extends EventTarget {
  constructor(document) {
    super();
    this.document = document;
    this.undone = [];
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

  track(number) {
    return this.tracks.find((track) => track.number === number);
  }

  /** Change the document by `work`; one step back undoes it. */
  change(work) {
    this.done.push(copyOf(this.document));
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

  #move(from, to) {
    if (!from.length) return;
    to.push(this.document);
    this.document = from.pop();
    this.#tell();
  }

  #tell() {
    this.changed = true;
    this.revision += 1;
    this.dispatchEvent(new Event("change"));
  }

  /** Add a track that was made by hand, with its boxes over time; its number. */
  add(kind, boxes) {
    const number = Math.max(0, ...this.tracks.map((track) => track.number)) + 1;
    this.change((document) => document.tracks.push({ number, kind, label: "", hidden: true, score: 1, boxes }));
    return number;
  }

  /** Give a track other boxes; one step back undoes it. */
  setBoxes(number, boxes) {
    this.change(() => (this.track(number).boxes = boxes));
  }

  /** Give a track, if it is still there, boxes that were asked for when it was made: no step of its own. */
  amend(number, boxes) {
    if (!this.track(number)) return;
    this.track(number).boxes = boxes;
    this.#tell();
  }

  remove(number) {
    this.change((document) => {
      document.tracks = document.tracks.filter((track) => track.number !== number);
    });
  }
}
