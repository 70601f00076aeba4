// What is changed in a plan, kept on the server as one goes: each rest makes a version that one can go back to.

import { call } from "./api.js";
import { changesBetween, edited } from "./plan.js";

const REST = 1000; // ms without a change, after which it is kept
const LONGEST = 5000; // ms, after which it is kept although more changes come
const AGAIN = 5000; // ms, after which it is tried again when the server could not be reached

/** @typedef {"saved" | "waiting" | "saving" | "stale" | "failed"} DraftState */

export class Draft {
  /** @type {DraftState} */
  state = "saved";
  message = ""; // why it is stale, or has failed
  #timer = 0;
  #since = 0; // when the first change came that is not kept
  /** @type {Promise<void> | null} */
  #saving = null;
  #closing = new AbortController();

  /**
   * @param {StoredPlan} stored as the server knows it
   * @param {import("./plan.js").Plan} plan as it is here
   * @param {() => void} onState
   */
  constructor(stored, plan, onState) {
    this.id = stored.id;
    this.version = stored.version;
    this.plan = plan;
    this.onState = onState;
    this.base = stored.plan; // the document of that version
    const { signal } = this.#closing;
    plan.addEventListener("change", () => this.#changed(), { signal });
    addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.#soon(0), { signal });
  }

  /** What is changed and not kept; null if nothing is. */
  get changes() {
    return changesBetween(this.base, this.plan.document);
  }

  get isUnsaved() {
    return this.state !== "saved";
  }

  close() {
    clearTimeout(this.#timer);
    this.#closing.abort();
  }

  #changed() {
    if (this.state === "stale") return;
    this.#since ||= Date.now();
    if (!this.#saving) this.#become("waiting");
    this.#soon(Math.max(0, Math.min(REST, this.#since + LONGEST - Date.now())));
  }

  /** @param {number} wait */
  #soon(wait) {
    clearTimeout(this.#timer);
    if (this.state !== "stale") this.#timer = setTimeout(() => this.save().catch(() => {}), wait); // its state is told
  }

  /**
   * @param {DraftState} state
   * @param {string} [message]
   */
  #become(state, message = "") {
    this.state = state;
    this.message = message;
    this.onState();
  }

  /** Keep what is changed; an Error if that cannot be. */
  async save() {
    clearTimeout(this.#timer);
    while (this.#saving) await this.#saving;
    if (this.state === "stale") throw new Error(this.message);
    if (this.#closing.signal.aborted) return;
    this.#saving = this.#send();
    try {
      await this.#saving;
    } finally {
      this.#saving = null;
    }
    if (this.changes) await this.save(); // what was changed meanwhile
  }

  async #send() {
    const { document } = this.plan;
    const { changes } = this;
    this.#since = 0;
    if (!changes) {
      this.#become("saved");
      return;
    }
    this.#become("saving");
    try {
      const { version } = await call(`/plans/${this.id}`, { method: "PATCH", body: { version: this.version, changes } });
      this.version = version;
      this.base = document;
      this.#become("saved");
    } catch (error) {
      this.#become(error.status === 409 ? "stale" : "failed", error.message);
      if (!error.status || error.status >= 500) this.#soon(AGAIN);
      throw error;
    }
  }

  /** Take what somebody else has made of the plan meanwhile, and have what was changed here done to that. */
  async merge() {
    /** @type {StoredPlan} */
    const newest = await call(`/plans/${this.id}`);
    const mine = this.changes;
    this.version = newest.version;
    this.base = newest.plan;
    this.state = "waiting";
    this.plan.take(mine ? merged(newest.plan, mine) : newest.plan);
    await this.save();
  }
}

/**
 * Changes that were made to another version of a document, done to this one; those of tracks that are gone are lost.
 * @param {PlanDocument} document
 * @param {PlanChanges} changes
 */
export function merged(document, { tracks, removed, policy }) {
  const known = new Map(document.tracks.map((track) => [track.number, track]));
  const whole = tracks.flatMap((change) => {
    const track = known.get(/** @type {number} */ (change.number));
    return track || change.boxes ? [/** @type {Track} */ ({ ...track, ...change })] : [];
  });
  return edited(document, { tracks: whole.filter((track) => track.kind !== undefined), removed, policy: policy ?? document.policy });
}
