// The browser tells when what somebody has asked for has ended, while no page is seen: that it has, and not of what.

import { lookOf } from "./job_outcome.js";
import { HAS_ENDED } from "./job_stream.js";
import { isChosen } from "./own_browser.js";
import { t } from "./words.js";

/** @type {Record<string, string>} */
const ENDED = {
  add: t("What you have added can be searched."), look: t("Looking for what to hide has ended."), redact: t("A copy is ready."),
  audit: t("A copy was checked."), pull: t("A model is here."),
};

/** Hears of jobs, and tells of those of the caller that end. */
export class Notices {
  /** @type {Set<string> | null} */
  #over = null; // the ids of those that had ended when jobs were last heard of; null: nothing was heard yet
  #since = 0; // when the newest of the first was asked for: an older one that comes into sight later is no news
  #caller = document.querySelector("meta[name=caller]")?.getAttribute("content") ?? "";

  /** @param {Job[]} jobs */
  hear(jobs) {
    const over = jobs.filter((job) => HAS_ENDED.has(job.status));
    if (this.#over === null) this.#since = Math.max(0, ...over.map((job) => job.created));
    else over.filter((job) => this.#isNews(job)).forEach(tell);
    this.#over = new Set(over.map((job) => job.id));
  }

  /** @param {Job} job */
  #isNews(job) {
    return !this.#over?.has(job.id) && job.caller === this.#caller && job.created > this.#since;
  }
}

/** @param {Job} job */
function tell(job) {
  if (document.visibilityState === "visible" || !isChosen("notices") || Notification.permission !== "granted") return;
  const isUnsafe = ["redact", "audit"].includes(job.kind) && lookOf(job) === "bad"; // by its audit, and done all the same
  const words = job.status === "failed" ? t("Something has failed.")
    : isUnsafe ? t("A copy is not safe to share.") : job.status === "done" ? ENDED[job.kind] : "";
  if (!words) return; // stopped, by whoever asked for it
  const notice = new Notification("Passerby", { body: words, tag: job.id }); // of several pages' notices one is seen
  notice.onclick = () => {
    window.focus();
    location.assign(`/jobs/${job.id}`);
  };
}
