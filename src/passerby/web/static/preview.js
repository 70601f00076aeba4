// What a plan hides, as its copy will show it: asked of the server, which hides by one rule, while the plan is changed.

const STRETCH = 4; // seconds that are asked for at once
const REACH = 0.05; // seconds before and after a moment of which all that is hidden is painted, at least

export class Preview {
  #revision = -1;
  /** @type {Map<number, HiddenRegions | null>} */
  #stretches = new Map(); // index of a stretch of time -> what is hidden in it; null while that is asked for

  /**
   * `ask(what, body)` asks the server about the plan, `changes()` says what of it is not kept yet, `onKnown()` hears when
   * more is known, `onFault(error)` of what fails.
   * @param {import("./plan.js").Plan} plan
   * @param {{changes: () => PlanChanges | null, ask: (what: string, body: object) => Promise<Response>, onKnown: () => void, onFault: (error: Error) => void}} heard
   */
  constructor(plan, { ask, changes, onKnown, onFault }) {
    this.plan = plan;
    this.changes = changes;
    this.ask = ask;
    this.onKnown = onKnown;
    this.onFault = onFault;
    const { duration, frames } = plan.document.original;
    this.reach = Math.max(REACH, (1.5 * duration) / Math.max(frames, 1));
  }

  /**
   * The frame at a time as the copy will show it: when it begins, and the address of its picture.
   * @param {number} time
   */
  async frame(time) {
    const answer = await this.ask("frame", { time, changes: this.changes() });
    return { begins: Number(answer.headers.get("Passerby-Time")), url: URL.createObjectURL(await answer.blob()) };
  }

  /**
   * What is hidden about one time or another, and between; null while that is not known.
   * @param {number} one
   * @param {number} other
   * @returns {HiddenShapes | null}
   */
  at(one, other) {
    const from = Math.max(0, Math.min(one, other) - this.reach);
    const to = Math.min(Math.max(one, other) + this.reach, this.plan.document.original.duration);
    const known = this.#indices(from, to).map((index) => this.#stretch(index));
    if (known.some((stretch) => !stretch)) return null;
    const moments = known.flatMap((stretch) => stretch?.moments ?? []).filter((moment) => moment.time >= from && moment.time <= to);
    return { shape: this.plan.document.policy.shape, boxes: moments.flatMap((moment) => moment.boxes) };
  }

  /**
   * Ask for what is hidden at a time and for a while after it, unless it is known.
   * @param {number} time
   */
  want(time) {
    const end = Math.min(time + STRETCH, this.plan.document.original.duration);
    for (const index of this.#indices(Math.max(0, time - this.reach), end)) this.#stretch(index);
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #indices(from, to) {
    const [first, last] = [from, Math.max(from, to)].map((time) => Math.floor(time / STRETCH));
    return Array.from({ length: last - first + 1 }, (_, step) => first + step);
  }

  /** @param {number} index */
  #stretch(index) {
    if (this.#revision !== this.plan.revision) {
      this.#revision = this.plan.revision;
      this.#stretches = new Map();
    }
    if (!this.#stretches.has(index)) {
      this.#stretches.set(index, null);
      this.#load(index, this.#stretches);
    }
    return this.#stretches.get(index);
  }

  /**
   * Ask for a stretch; what comes too late goes to stretches that nobody looks at any more.
   * @param {number} index
   * @param {Map<number, HiddenRegions | null>} stretches
   */
  async #load(index, stretches) {
    try {
      const answer = await this.ask("regions", { start: index * STRETCH, end: (index + 1) * STRETCH, changes: this.changes() });
      stretches.set(index, await answer.json());
      this.onKnown();
    } catch (error) {
      this.onFault(error); // the picture stays covered
    }
  }
}
