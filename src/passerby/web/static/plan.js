// The plan that is being corrected: its document, what was changed, and the way back. Knows nothing of the page.

const EPSILON = 1e-6; // seconds; times that are nearer are the same

/** The box [x1, y1, x2, y2] of a track at a time, between its points in a straight line; null outside of them. */
export function boxAt(track, time) {
  const points = track.boxes;
  if (time < points[0].time - EPSILON || time > points.at(-1).time + EPSILON) return null;
  const next = points.findIndex((point) => point.time >= time);
  if (next === -1) return points.at(-1).box;
  if (next === 0) return points[0].box;
  const [a, b] = [points[next - 1], points[next]];
  const share = (time - a.time) / (b.time - a.time);
  return a.box.map((side, i) => side + share * (b.box[i] - side));
}

/** A box within a picture, at least `least` pixels wide and high. */
export function within([x1, y1, x2, y2], width, height, least = 4) {
  const left = Math.min(Math.max(Math.min(x1, x2), 0), width - least);
  const top = Math.min(Math.max(Math.min(y1, y2), 0), height - least);
  const right = Math.min(Math.max(Math.max(x1, x2), left + least), width);
  const bottom = Math.min(Math.max(Math.max(y1, y2), top + least), height);
  return [left, top, right, bottom].map((side) => Math.round(side * 100) / 100);
}

export class PlanEdit extends EventTarget {
  #past = [];
  #future = [];
  #saved;

  constructor(stored) {
    super();
    this.take(stored);
  }

  /** What the server keeps now; what can be undone stays. */
  take({ id, version, plan }) {
    Object.assign(this, { id, version, plan });
    this.#saved = JSON.stringify(plan);
    this.#tell();
  }

  get unsaved() { return JSON.stringify(this.plan) !== this.#saved; }
  get canUndo() { return this.#past.length > 0; }
  get canRedo() { return this.#future.length > 0; }
  track(number) { return this.plan.tracks.find((track) => track.number === number); }

  /** Change the document, so that it can be undone. */
  change(edit) {
    const before = JSON.stringify(this.plan);
    edit(this.plan);
    if (JSON.stringify(this.plan) === before) return;
    this.#past.push(before);
    this.#future = [];
    this.#tell();
  }

  undo() { this.#step(this.#past, this.#future); }
  redo() { this.#step(this.#future, this.#past); }

  #step(from, to) {
    if (!from.length) return;
    to.push(JSON.stringify(this.plan));
    this.plan = JSON.parse(from.pop());
    this.#tell();
  }

  #tell() { this.dispatchEvent(new Event("change")); }

  /** Add what the user drew from one time to another; its number. */
  add(kind, box, start, end) {
    const number = Math.max(0, ...this.plan.tracks.map((track) => track.number)) + 1;
    const boxes = start < end ? [{ time: start, box }, { time: end, box }] : [{ time: start, box }];
    this.change((plan) => plan.tracks.push({ number, kind, label: "", hidden: true, score: 1, boxes, reason: "" }));
    return number;
  }

  /** Put the box of a track at a time; a fixed zone is the same at all times. */
  place(number, time, box) {
    this.change(() => {
      const track = this.track(number);
      if (track.kind === "zone") track.boxes.forEach((point) => (point.box = box));
      else {
        const here = track.boxes.find((point) => Math.abs(point.time - time) < EPSILON);
        if (here) here.box = box;
        else track.boxes = [...track.boxes, { time, box }].sort((a, b) => a.time - b.time);
      }
    });
  }

  dropPoint(number, time) {
    this.change(() => {
      const track = this.track(number);
      if (track.boxes.length > 1) track.boxes = track.boxes.filter((point) => point.time !== time);
    });
  }

  /** Let a track begin and end elsewhere: its first and last boxes are held or cut. */
  span(number, start, end) {
    this.change(() => {
      const track = this.track(number);
      const at = (time) => boxAt(track, time) ?? (time < track.boxes[0].time ? track.boxes[0] : track.boxes.at(-1)).box;
      const inside = track.boxes.filter((point) => point.time > start && point.time < end);
      track.boxes = [{ time: start, box: at(start) }, ...inside, { time: end, box: at(end) }];
    });
  }
}
