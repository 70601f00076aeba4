// One job as a line of a list: what it is, how it goes or ended, and what can be done about it.

import { call } from "./api.js";
import { HAS_ENDED, shareOf } from "./job_stream.js";
import { endOf, linksOf, lookOf } from "./job_outcome.js";
import { Pace } from "./pace.js";
import { make, parts, timecode, trying } from "./page.js";
import { number, t, tn } from "./words.js";
import { bar, momentOf, stateOf, stopButton, titleOf } from "./work.js";

const pace = new Pace();

export class JobLine {
  #title = make("a", { class: "title" });
  #state = make("span", {});
  #facts = make("span", { class: "quiet" });
  #buttons = make("span", { class: "buttons" });
  #bar = bar("");
  /** @type {HTMLButtonElement | null} */
  #stop = null;
  #ahead = 0; // jobs whose turn comes first

  /** @param {Job} job */
  constructor(job) {
    this.job = job;
    this.element = make("li", {}, this.#title, this.#buttons, make("span", { class: "state" }, this.#state, " · ", this.#facts), this.#bar.element);
    this.show(job);
  }

  /** @param {number} count */
  set ahead(count) {
    if (this.#ahead === count) return;
    this.#ahead = count;
    this.#tell();
  }

  /** @param {Job} job */
  show(job) {
    this.job = job;
    const title = titleOf(job);
    this.element.dataset.look = lookOf(job);
    this.element.dataset.status = job.status;
    this.#title.textContent = title;
    this.#title.href = `/jobs/${job.id}`;
    this.#tell();
    this.#state.classList.toggle("bad", job.status === "failed");
    this.#facts.replaceChildren(momentOf(job.created), ...factsOf(job).map((fact) => `, ${fact}`));
    this.#bar.element.setAttribute("aria-label", t("Progress: {name}", { name: title }));
    this.#bar.element.hidden = job.status !== "running";
    this.#bar.show(shareOf(job));
    this.#offer();
  }

  #tell() {
    const { job } = this;
    const ahead = job.status === "waiting" && this.#ahead ? `, ${tn("{count} job before it", "{count} jobs before it", this.#ahead)}` : "";
    this.#state.textContent = HAS_ENDED.has(job.status) ? endOf(job) : `${stateOf(job)}${percentOf(job)}${leftOf(job)}${ahead}`;
  }

  #offer() {
    const { job } = this;
    if (!HAS_ENDED.has(job.status)) {
      if (!this.#stop) this.#buttons.replaceChildren((this.#stop = stopButton(job)));
      if (job.status === "stopping") this.#stop.ariaDisabled = "true";
      return;
    }
    const held = this.#buttons.contains(document.activeElement);
    this.#buttons.replaceChildren(...(job.can_retry ? [retryButton(job)] : []), ...linksOf(job));
    // Whoever was at its button stays at the job.
    if (held) (parts(this.#buttons, "a")[0] ?? parts(this.#buttons, "button")[0] ?? this.#title).focus();
  }
}

/**
 * A button that asks for a job again, and leads to the new one.
 * @param {Job} job
 */
export const retryButton = (job) =>
  make("button", {
    type: "button", class: "second small", "aria-label": t("{what}: {name}", { what: t("Try again"), name: titleOf(job) }),
    onclick: () => trying(async () => {
      const again = await call(`/jobs/${job.id}/retry`, { method: "POST" });
      location.assign(`/jobs/${again.id}`);
    }),
  }, t("Try again"));

/** @type {(job: Job) => string} */
const percentOf = (job) => {
  const share = shareOf(job);
  return share === null || job.status !== "running" ? "" : ` (${number(Math.floor(share * 100) / 100, { style: "percent" })})`;
};

/** @param {Job} job */
function leftOf(job) {
  const seconds = pace.left(job);
  if (seconds === null) return "";
  if (seconds < 60) return `, ${t("less than a minute left of this step")}`;
  return `, ${tn("about {count} minute left of this step", "about {count} minutes left of this step", Math.round(seconds / 60))}`;
}

/** @type {(job: Job) => string[]} */
const factsOf = (job) => [
  ...(job.caller && !job.caller.startsWith("(") ? [t("asked for by {name}", { name: job.caller })] : []),
  ...(job.ended && job.started ? [t("took {time}", { time: timecode(Math.max(0, job.ended - job.started)) })] : []),
];
