// The browser tells when what somebody has asked for has ended, while no page is seen: that it has, and not of what.

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
  /** @type {Map<string, boolean>} */
  #ended = new Map(); // whether each job had ended when it was last heard of
  #caller = document.querySelector("meta[name=caller]")?.getAttribute("content") ?? "";

  /** @param {Job[]} jobs */
  hear(jobs) {
    for (const job of jobs) {
      const ended = HAS_ENDED.has(job.status);
      if (ended && this.#ended.get(job.id) === false && job.caller === this.#caller) tell(job);
      this.#ended.set(job.id, ended);
    }
  }
}

/** @param {Job} job */
function tell(job) {
  if (document.visibilityState === "visible" || !isChosen("notices") || Notification.permission !== "granted") return;
  const words = job.status === "done" ? ENDED[job.kind] : job.status === "failed" ? t("Something has failed.") : "";
  if (!words) return; // stopped, by whoever asked for it
  const notice = new Notification("Passerby", { body: words, tag: job.id }); // of several pages' notices one is seen
  notice.onclick = () => {
    window.focus();
    location.assign(`/jobs/${job.id}`);
  };
}
