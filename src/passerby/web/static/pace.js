// How fast jobs go, as this page sees it: how much time the step that they are at will still take.

const LEAST = 4000; // ms that a step was watched for before anything is said

/** @typedef {{step: string, at: number, done: number}} Begun when this page first saw a step, and how far it was */

export class Pace {
  /** @type {Map<string, Begun>} */
  #begun = new Map();

  /**
   * Seconds that the step of a job will still take; null while that cannot be told.
   * @param {Job} job
   */
  left(job, now = performance.now()) {
    const begun = this.#begun.get(job.id);
    if (job.status !== "running" || !job.total) return null;
    if (begun?.step !== job.step || job.done < begun.done) {
      this.#begun.set(job.id, { step: job.step, at: now, done: job.done });
      return null;
    }
    const [took, done] = [now - begun.at, job.done - begun.done];
    return took < LEAST || done <= 0 ? null : ((job.total - job.done) * took) / done / 1000;
  }
}
