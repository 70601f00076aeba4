// All jobs, live: those that go on, with bars and stops, and those that have ended.

import { call } from "./api.js";
import { HAS_ENDED, shareOf } from "./job_stream.js";
import { at, make, may, part, parts, timecode, trying } from "./page.js";
import { bar, follow, momentOf, stateOf, stopButton, titleOf } from "./work.js";
import { number, said, t, tn } from "./words.js";

const PAGE = 50;
/** @type {Map<string, {job: Job, line: HTMLLIElement, update: (job: Job) => void}>} */
const jobs = new Map(); // by id
/** @type {Map<string, string>} */
const names = new Map(); // id of a video -> its name
let oldest = ""; // of the pages that were asked for

/**
 * Show a job as it is now, among the others by when it was asked for.
 * @param {Job} job
 */
function show(job) {
  const known = jobs.get(job.id);
  if (known && same(known.job, job)) return;
  const shown = known ?? lineOf();
  jobs.set(job.id, { ...shown, job });
  if (job.kind === "add" && job.video) names.set(job.video, job.asked.name);
  shown.update(job);
  shown.line.dataset.created = String(job.created);
  const ended = HAS_ENDED.has(job.status);
  const list = part(at(ended ? "ended" : "active"), "ul");
  if (shown.line.parentElement !== list) {
    // What goes on stands in the order in which its turn comes; of what has ended the newest is first.
    const follows = (/** @type {HTMLLIElement} */ line) => (Number(line.dataset.created) - job.created) * (ended ? -1 : 1) > 0;
    list.insertBefore(shown.line, parts(list, "li").find(follows) ?? null);
  }
  if (!known && !ended) follow(job.id, show);
}

/** Which parts of the page have something to show. */
function tidy() {
  for (const list of [at("active"), at("ended")]) list.hidden = !list.querySelector("li");
  at("empty").hidden = jobs.size > 0;
}

const SHOWN = /** @type {const} */ (["status", "step", "done", "total", "message"]);

/** @type {(one: Job, other: Job) => boolean} */
const same = (one, other) => SHOWN.every((name) => one[name] === other[name]);

function lineOf() {
  const title = make("span", { class: "title" });
  const state = make("span", {});
  const facts = make("span", { class: "quiet" });
  const buttons = make("span", { class: "buttons" });
  const progress = bar("");
  /** @type {HTMLButtonElement | null} */
  let stop = null;
  const line = make("li", {}, title, buttons, make("span", { class: "state" }, state, " · ", facts), progress.element);
  const update = (/** @type {Job} */ job) => {
    const ended = HAS_ENDED.has(job.status);
    line.dataset.status = job.status;
    line.dataset.state = job.result.audit?.state ?? ""; // of a copy that was audited
    title.textContent = titleOf(job, names);
    state.textContent = ended ? endOf(job) : `${stateOf(job)}${percentOf(job)}`;
    state.classList.toggle("bad", job.status === "failed");
    facts.replaceChildren(momentOf(job.created), byOf(job), tookOf(job));
    progress.element.setAttribute("aria-label", t("Progress: {name}", { name: title.textContent }));
    progress.element.hidden = job.status !== "running";
    progress.show(shareOf(job));
    if (ended) buttons.replaceChildren(...linksOf(job));
    else if (!stop) buttons.replaceChildren((stop = stopButton(job, names)));
    if (stop) stop.disabled ||= job.status === "stopping";
  };
  return { line, update };
}

/** @type {(job: Job) => string} */
const percentOf = (job) => (shareOf(job) === null ? "" : ` (${number(Math.floor((shareOf(job) ?? 0) * 100) / 100, { style: "percent" })})`);
/** @type {(job: Job) => string} */
const byOf = (job) => (job.caller && !job.caller.startsWith("(") ? `, ${t("asked for by {name}", { name: job.caller })}` : "");
/** @type {(job: Job) => string} */
const tookOf = (job) => (job.ended && job.started ? `, ${t("took {time}", { time: timecode(Math.max(0, job.ended - job.started)) })}` : "");

/** @param {Job} job */
function endOf(job) {
  if (job.status === "cancelled") return t("stopped");
  const word = job.status === "failed" ? t("failed") : t("done");
  const { counts = {}, videos = [] } = job.result;
  const known = job.status === "done" && counts.skipped ? [tn("was in the library already", "{count} were in the library already", counts.skipped)] : [];
  const many = videos.length > 1 ? [tn("{count} video", "{count} videos", videos.length)] : [];
  return [word, ...many, ...known, said(job.message)].filter(Boolean).join(": ");
}

/**
 * Where what a job has made can be seen.
 * @param {Job} job
 */
function linksOf(job) {
  if (job.status !== "done") return [];
  const link = (/** @type {string} */ href, /** @type {string} */ text, more = {}) => make("a", { class: "button second small", href, ...more }, text);
  const title = titleOf(job, names);
  const { result } = job;
  switch (job.kind) {
    case "add": {
      if (result.videos?.length !== 1) return result.videos?.length ? [link("/", t("Library"))] : [];
      return [link(`/videos/${result.videos[0]}`, t("Video"), { "aria-label": t("{what}: {name}", { what: t("Video"), name: title }) })];
    }
    case "look": return may("redact") ? [link(`/videos/${job.video}/share${result.plan ? `#plan=${result.plan}` : ""}`, t("Plan"), { "aria-label": t("{what}: {name}", { what: t("Plan"), name: title }) })] : [];
    case "redact": return may("redact") ? [link(`/videos/${job.video}/share?copy=${result.copy}#plan=${job.asked.from}`, t("Copy"), { "aria-label": t("{what}: {name}", { what: t("Copy"), name: title }) })] : [];
    case "audit": return may("redact") ? [link(`/api/v1/jobs/${job.id}/report`, t("Report"), { target: "_blank", "aria-label": t("{what}: {name}", { what: t("Report"), name: title }) })] : [];
    case "pull": return [link("/settings#models", t("Models"))];
    default: return [];
  }
}

async function learnNames() {
  /** @type {VideoList} */
  const { videos } = await call("/videos?limit=500");
  for (const video of videos) names.set(video.id, video.name);
  for (const { job, update } of jobs.values()) update(job); // what the stream told of before
}

async function showOlder() {
  /** @type {{jobs: Job[]}} */
  const { jobs: found } = await call(`/jobs?limit=${PAGE}&before=${oldest}`);
  found.forEach(show);
  oldest = found.at(-1)?.id ?? oldest;
  at("older").hidden = found.length < PAGE;
  tidy();
}

document.addEventListener("jobs", (event) => {
  const told = new Set(event.detail.map((job) => job.id));
  const since = Math.min(...event.detail.map((job) => job.created)); // Infinity, if there is none
  for (const [id, { job, line }] of jobs) {
    if (told.has(id) || (told.size && job.created < since)) continue;
    line.remove(); // it went with its video
    jobs.delete(id);
  }
  event.detail.forEach(show);
  tidy();
});

at("older").addEventListener("click", () => trying(showOlder));

trying(async () => {
  await learnNames();
  await showOlder();
});
