// The work on a video that this page has begun, or finds begun: one at a time, shown in its place until it ends.

import { call } from "./api.js";
import { jobEnd, shareOf } from "./job_stream.js";
import { at, toast, trying } from "./page.js";
import { t } from "./words.js";
import { stateOf, titleOf } from "./work.js";

const KINDS = ["look", "redact", "audit"];

export class BenchWork {
  #isBusy = false;

  /**
   * @param {string} video its id
   * @param {(job: Job) => Promise<void>} onDone a job has ended well, be it begun here or found
   */
  constructor(video, onDone) {
    this.video = video;
    this.onDone = onDone;
  }

  get isBusy() {
    return this.#isBusy;
  }

  /**
   * Begin a job, unless one is at work on this video already: then that is shown, and no second one begun.
   * @param {() => Promise<Job | null>} begin null to begin none after all
   */
  async run(begin) {
    if (this.#isBusy) return;
    this.#become(true);
    try {
      const running = await this.#running();
      if (running) toast(t("Something is at work on this video already: this is how far it is."));
      const job = running ?? (await begin());
      if (job) await this.onDone(await this.#watch(job));
    } finally {
      this.#become(false);
    }
  }

  /** Go on with what is at work on this video, if anything is. */
  async takeUp() {
    if (!this.#isBusy && (await this.#running())) await this.run(async () => null);
  }

  /** @returns {Promise<Job | undefined>} */
  async #running() {
    /** @type {{jobs: Job[]}} */
    const { jobs } = await call(`/jobs?video=${this.video}&active=true`);
    return jobs.find((job) => KINDS.includes(job.kind));
  }

  /** @param {boolean} isBusy */
  #become(isBusy) {
    this.#isBusy = isBusy;
    for (const button of [at("look"), at("make")]) button.disabled = isBusy;
    document.dispatchEvent(new Event("busy"));
  }

  /** @param {Job} begun */
  async #watch(begun) {
    at("working").hidden = false;
    at("work-title").textContent = titleOf(begun);
    at("work-stop").onclick = () => trying(() => call(`/jobs/${begun.id}`, { method: "DELETE" }));
    show(begun);
    try {
      return await jobEnd(begun.id, show);
    } finally {
      at("working").hidden = true;
    }
  }
}

/** @param {Job} job */
function show(job) {
  at("work-state").textContent = stateOf(job);
  const share = shareOf(job);
  if (share === null) at("work-bar").removeAttribute("value");
  else at("work-bar").value = share;
}
