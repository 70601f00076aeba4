// All jobs, live: those that go on, in the order of their turns, and those that have ended, the newest first.

import { call } from "./api.js";
import { JobLine } from "./job_line.js";
import { HAS_ENDED } from "./job_stream.js";
import { at, part, parts, trying } from "./page.js";
import { follow } from "./work.js";

const PAGE = 50;
/** @type {Map<string, JobLine>} */
const lines = new Map(); // by the ids of jobs
let oldest = ""; // of the pages that were asked for

/**
 * Show a job as it is now, among the others by when it was asked for.
 * @param {Job} job
 */
function show(job) {
  const known = lines.get(job.id);
  if (known && same(known.job, job)) return;
  const line = known ?? new JobLine(job);
  lines.set(job.id, line);
  if (known) line.show(job);
  line.element.dataset.created = String(job.created);
  const ended = HAS_ENDED.has(job.status);
  const section = at(ended ? "ended" : "active");
  const list = part(section, "ul");
  if (line.element.parentElement !== list) {
    // What goes on stands in the order in which its turn comes; of what has ended the newest is first.
    const follows = (/** @type {HTMLLIElement} */ other) => (Number(other.dataset.created) - job.created) * (ended ? -1 : 1) > 0;
    const focused = line.element.contains(document.activeElement) ? document.activeElement : null;
    list.insertBefore(line.element, parts(list, "li").find(follows) ?? null);
    section.hidden = false; // or nothing in it could be focused
    if (focused instanceof HTMLElement) focused.focus(); // which moving takes away
  }
  if (!known && !ended) follow(job.id, show);
}

/** Which parts of the page have something to show, and how many jobs stand before each that waits. */
function tidy() {
  for (const list of [at("active"), at("ended")]) list.hidden = !list.querySelector("li");
  at("empty").hidden = lines.size > 0;
  let ahead = 0;
  const going = [...lines.values()].filter(({ job }) => !HAS_ENDED.has(job.status)).sort((one, other) => one.job.created - other.job.created);
  for (const line of going) {
    line.ahead = ahead;
    ahead += 1;
  }
}

const SHOWN = /** @type {const} */ (["status", "step", "done", "total", "message", "name"]);

/** @type {(one: Job, other: Job) => boolean} */
const same = (one, other) => SHOWN.every((name) => one[name] === other[name]);

async function showOlder() {
  const before = oldest;
  /** @type {{jobs: Job[]}} */
  const { jobs: found } = await call(`/jobs?limit=${PAGE}&before=${oldest}`);
  found.forEach(show);
  oldest = found.at(-1)?.id ?? oldest;
  at("older").hidden = found.length < PAGE;
  tidy();
  const first = before ? lines.get(found[0]?.id) : undefined;
  if (first) part(first.element, "a").focus();
}

document.addEventListener("jobs", (event) => {
  const told = new Set(event.detail.map((job) => job.id));
  const since = Math.min(...event.detail.map((job) => job.created)); // Infinity, if there is none
  for (const [id, { job, element }] of lines) {
    if (told.has(id) || (told.size && job.created < since)) continue;
    element.remove(); // it went with its video
    lines.delete(id);
  }
  event.detail.forEach(show);
  tidy();
});

at("older").addEventListener("click", () => trying(showOlder));

trying(showOlder);
