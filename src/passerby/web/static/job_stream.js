// One stream of jobs serves all pages of a browser: HTTP/1.1 gives it six connections for all of them together. Of the
// pages that can be seen one holds a lock, listens, and tells the others; where there are no locks (which browsers keep
// for https and localhost) each that can be seen listens itself.

import { API, csrf } from "./api.js";
import { isChosen } from "./own_browser.js";
import { said, t } from "./words.js";

/** @typedef {(jobs: Job[]) => void} OnJobs */

export const HAS_ENDED = new Set(["done", "failed", "cancelled"]);

/**
 * The share of a job that is done, 0 to 1; null where that is not known.
 * @param {Job} job
 */
export const shareOf = (job) => (job.total ? Math.min(job.done / job.total, 1) : null);

const SAME = `passerby jobs ${csrf()}`; // pages of another session are told apart

/** This page's turn at listening, from when it can be seen until it cannot. */
class Turn {
  /** @type {EventSource | null} */
  #source = null;
  /** @type {Job[] | null} */
  latest = null; // what was heard last
  #channel = new BroadcastChannel(SAME);
  #given = new AbortController();
  #letGo = () => {};

  /** @param {OnJobs} onJobs */
  constructor(onJobs) {
    this.onJobs = onJobs;
    this.#channel.onmessage = ({ data }) => {
      if (data !== null) this.#hear(data);
      else if (this.#source && this.latest) this.#channel.postMessage(this.latest); // a page that has just come asks
    };
    this.#channel.postMessage(null);
    if (!navigator.locks) this.#listen();
    else navigator.locks.request(SAME, { signal: this.#given.signal }, () => this.#hold()).catch(() => {}); // given up before its turn
  }

  /** Listen while this page has the lock, which it has until the end of its turn. */
  #hold() {
    return new Promise((/** @type {(value: void) => void} */ done) => {
      this.#letGo = done;
      if (!this.#given.signal.aborted) this.#listen();
      else done();
    });
  }

  #listen() {
    this.#source = new EventSource(`${API}/jobs/events`);
    this.#source.addEventListener("jobs", (event) => {
      const { jobs } = JSON.parse(event.data);
      this.#channel.postMessage(jobs);
      this.#hear(jobs);
    });
  }

  /** @param {Job[]} jobs */
  #hear(jobs) {
    this.latest = jobs;
    this.onJobs(jobs);
  }

  end() {
    this.#given.abort();
    this.#source?.close();
    this.#source = null;
    this.#channel.close();
    this.#letGo();
  }
}

/** Who hears of jobs on this page. */
class JobStream {
  /** @type {Set<OnJobs>} */
  #hearers = new Set();
  /** @type {Turn | null} */
  #turn = null;

  constructor() {
    document.addEventListener("visibilitychange", () => this.#attend());
    addEventListener("pagehide", () => this.#rest());
    addEventListener("pageshow", () => this.#attend());
  }

  /** @param {OnJobs} onJobs */
  add(onJobs) {
    this.#hearers.add(onJobs);
    this.#attend();
    if (this.#turn?.latest) queueMicrotask(() => this.#turn?.latest && this.#hearers.has(onJobs) && onJobs(this.#turn.latest));
  }

  /** @param {OnJobs} onJobs */
  remove(onJobs) {
    this.#hearers.delete(onJobs);
    this.#attend();
  }

  /** Listen while somebody wants to hear and the page can be seen, or is to tell of what ends while it is not. */
  #attend() {
    const isWanted = this.#hearers.size > 0 && (document.visibilityState === "visible" || isChosen("notices"));
    if (!isWanted) this.#rest();
    else this.#turn ??= new Turn((jobs) => [...this.#hearers].forEach((onJobs) => onJobs(jobs)));
  }

  #rest() {
    this.#turn?.end();
    this.#turn = null;
  }
}

const stream = new JobStream();

/**
 * Call `onJobs(jobs)` now and whenever a job changes, while the page can be seen, until what is returned is closed.
 * @param {OnJobs} onJobs
 */
export function watchJobs(onJobs) {
  stream.add(onJobs);
  return { close: () => stream.remove(onJobs) };
}

/**
 * Wait for the end of a job; `onChange(job)` hears of each change. Throws the message of one that failed.
 * @param {string} id
 * @param {(job: Job) => void} onChange
 * @returns {Promise<Job>}
 */
export function jobEnd(id, onChange = () => {}) {
  return new Promise((resolve, reject) => {
    const source = watchJobs((jobs) => {
      const job = jobs.find((each) => each.id === id);
      if (!job) return;
      onChange(job);
      if (!HAS_ENDED.has(job.status)) return;
      source.close();
      if (job.status === "done") resolve(job);
      else reject(new Error(job.status === "cancelled" ? t("Stopped.") : said(job.message) || t("failed")));
    });
  });
}
