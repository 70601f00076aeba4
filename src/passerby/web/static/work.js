// Jobs as people read them: in words, with a bar, followed until they end.

import { call } from "./api.js";
import { HAS_ENDED } from "./job_stream.js";
import { make, timecode, toast } from "./page.js";
import { dated, listed, number, said, t } from "./words.js";

/** @type {Record<string, string>} */
const STATUSES = {
  waiting: t("waits for its turn"), stopping: t("stopping"), done: t("done"), failed: t("failed"), cancelled: t("stopped"),
};
/** @type {Record<string, string>} */
const STEPS = {
  "": t("starting"),
  reading: t("reading the file"), waiting: t("waiting for room"), indexing: t("looking through it"),
  looking: t("looking for what to hide"), writing: t("writing the copy"), auditing: t("checking that nothing shows"),
};

/**
 * What a job does, in words.
 * @param {Job} job
 */
export function titleOf(job) {
  const video = job.name || t("a video");
  const { asked } = job;
  switch (job.kind) {
    case "add": return t("Adding {name}", { name: asked.name });
    case "look": return t("Looking for {things} in {video}", { things: listed(asked.hide.map(said)), video });
    case "redact": return t("Making the safe copy {name}", { name: asked.name });
    case "audit": return t("Checking the copy {name} closely", { name: asked.name });
    case "check": return job.name ? t("Verifying {name}", { name: job.name }) : t("Verifying evidence");
    case "bag": return asked.sealed ? t("Writing a sealed bag") : t("Writing a bag with originals");
    case "pull": return t("Fetching the model {name}", { name: asked.model });
    default: return job.kind;
  }
}

/**
 * How a job is, in words.
 * @param {Job} job
 */
export function stateOf(job) {
  if (job.status !== "running") return STATUSES[job.status];
  const step = job.kind === "pull" && job.step ? t("fetching") : STEPS[job.step] ?? job.step;
  return `${step}${amountOf(job)}`;
}

/**
 * The first step is counted in bytes, those that follow in seconds of video.
 * @param {Job} job
 */
function amountOf(job) {
  if (!job.total) return "";
  if (job.step === "reading") return `, ${t("{done} of {total}", { done: sizeOf(job.done), total: sizeOf(job.total) })}`;
  return `, ${t("{done} of {total}", { done: timecode(job.done), total: timecode(job.total) })}`;
}

/**
 * `1.2 GB`, as the makers of disks count.
 * @param {number} bytes
 */
export function sizeOf(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const size = bytes / 1000 ** power;
  const digits = power && size < 10 ? 1 : 0;
  return number(size, { style: "unit", unit: units[power], unitDisplay: power ? "short" : "long", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * A moment since 1970, in seconds, as the reader's own clock and calendar have it, or those of a time zone.
 * @param {number} seconds
 * @param {string} [timeZone]
 */
export function momentOf(seconds, timeZone) {
  const when = new Date(seconds * 1000);
  const [day, today] = [when, new Date()].map((each) => dated(each, { dateStyle: "medium", timeZone }));
  const time = dated(when, { timeStyle: "short", timeZone });
  const shown = day === today ? time : dated(when, { dateStyle: "medium", timeStyle: "short", timeZone });
  return make("time", { datetime: when.toISOString(), title: dated(when, { dateStyle: "full", timeStyle: "medium", timeZone }) }, shown);
}

/**
 * A bar with a name for those who cannot see it; `show(share)` moves it, and null means that nobody knows.
 * @param {string} name
 */
export function bar(name) {
  const element = make("progress", { max: "1", "aria-label": name });
  const show = (/** @type {number | null} */ share) => {
    if (share === null) element.removeAttribute("value");
    else element.value = share;
  };
  return { element, show };
}

/**
 * A button that stops a job.
 * @param {Job} job
 */
export const stopButton = (job) =>
  make(
    "button",
    {
      type: "button", class: "second small", "aria-label": t("{what}: {name}", { what: t("Stop"), name: titleOf(job) }),
      onclick: async (/** @type {MouseEvent} */ event) => {
        const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
        if (button.ariaDisabled === "true") return;
        button.ariaDisabled = "true"; // what is disabled loses the focus
        try {
          await call(`/jobs/${job.id}`, { method: "DELETE" });
        } catch (error) {
          button.ariaDisabled = null;
          toast(error.message, true);
        }
      },
    },
    t("Stop"),
  );

const ASKED_EVERY = 2000; // ms: for jobs that are not among the newest, of which the stream tells

/** Jobs that this page follows, one by one, until they have ended. */
class Followed {
  /** @type {Map<string, (job: Job) => void>} */
  #hearers = new Map();
  /** @type {Map<string, Job>} */
  #newest = new Map();
  #asking = 0;

  constructor() {
    document.addEventListener("jobs", ({ detail }) => {
      this.#newest = new Map(detail.map((job) => [job.id, job]));
      for (const job of detail) this.#tell(job);
    });
  }

  /**
   * @param {string} id
   * @param {(job: Job) => void} onChange
   */
  add(id, onChange) {
    this.#hearers.set(id, onChange);
    const job = this.#newest.get(id);
    if (job) this.#tell(job);
    this.#asking ||= setTimeout(() => this.#askForOthers(), ASKED_EVERY);
  }

  /** @param {Job} job */
  #tell(job) {
    const onChange = this.#hearers.get(job.id);
    if (!onChange) return;
    if (HAS_ENDED.has(job.status)) this.#hearers.delete(job.id);
    onChange(job);
  }

  async #askForOthers() {
    for (const id of [...this.#hearers.keys()].filter((each) => !this.#newest.has(each))) {
      try {
        this.#tell(await call(`/jobs/${id}`));
      } catch (error) {
        if (error.status === 404) this.#hearers.delete(id); // its video was forgotten, and the job with it
      }
    }
    this.#asking = this.#hearers.size ? setTimeout(() => this.#askForOthers(), ASKED_EVERY) : 0;
  }
}

const followed = new Followed();

/**
 * Call `onChange(job)` now and whenever that job changes, until it has ended.
 * @param {string} id
 * @param {(job: Job) => void} onChange
 */
export const follow = (id, onChange) => followed.add(id, onChange);
