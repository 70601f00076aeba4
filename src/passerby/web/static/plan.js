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
    this.dispatchEvent(new Event("change"));
  }

  /** Add a box that was drawn, from a time up to another; its number. */
  add(kind, box, start, end) {
    const number = Math.max(0, ...this.tracks.map((track) => track.number)) + 1;
    this.change((document) =>
      document.tracks.push({
        number, kind, label: "", hidden: true, score: 1,
        boxes: end > start ? [{ time: start, box }, { time: end, box }] : [{ time: start, box }],
      }),
    );
    return number;
  }

  /** Put the box of a track at a time. */
  place(number, time, box) {
    this.change(() => {
      const track = this.track(number);
      const at = track.boxes.findIndex((point) => Math.abs(point.time - time) < 1e-3);
      if (at >= 0) track.boxes[at].box = box;
      else {
        track.boxes.push({ time, box });
        track.boxes.sort((a, b) => a.time - b.time);
      }
    });
  }

  /** Take the point of a track at a time away: the box moves straight on from the one before to the one after. */
  removePoint(number, time) {
    this.change(() => {
      const track = this.track(number);
      track.boxes = track.boxes.filter((point) => point.time !== time);
    });
  }

  remove(number) {
    this.change((document) => {
      document.tracks = document.tracks.filter((track) => track.number !== number);
    });
  }
}
