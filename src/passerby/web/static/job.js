// One job, live: what was asked, how it goes, and what to do if it has failed.

import { call } from "./api.js";
import { JobLine } from "./job_line.js";
import { adviceOf } from "./job_outcome.js";
import { HAS_ENDED } from "./job_stream.js";
import { at, make, may, part, timecode, trying } from "./page.js";
import { listed, said, t } from "./words.js";
import { follow, momentOf, sizeOf, titleOf } from "./work.js";

const id = location.pathname.split("/")[2];

/** @type {Record<string, string>} */
const EFFORTS = { fast: t("fast"), normal: t("normally"), careful: t("carefully: every frame, takes long") };

/**
 * What was asked for, as names and values.
 * @param {Job} job
 * @returns {[string, import("./page.js").Child][]}
 */
function askedOf({ asked, video, name }) {
  const about = video ? make("a", { href: `/videos/${video}` }, name || video.slice(0, 12)) : null;
  /** @type {[string, import("./page.js").Child][]} */
  const all = [
    [t("Video"), about],
    [t("File"), asked.name],
    [t("Size"), asked.bytes ? sizeOf(asked.bytes) : ""],
    [t("Looked for"), asked.hide ? listed(asked.hide.map(said)) : ""],
    [t("Text that matches"), asked.text_pattern],
    [t("How closely"), EFFORTS[asked.effort]],
    [t("Plan"), asked.from && may("redact") ? make("a", { href: `/videos/${video}/share#plan=${asked.from}` }, t("open it")) : ""],
    [t("Model"), asked.model],
  ];
  return all.filter(([, value]) => value);
}

/**
 * @param {Job} job
 * @returns {[string, import("./page.js").Child][]}
 */
function timesOf(job) {
  /** @type {[string, import("./page.js").Child][]} */
  const all = [
    [t("Asked for by"), job.caller && !job.caller.startsWith("(") ? job.caller : ""],
    [t("Asked for"), momentOf(job.created)],
    [t("Begun"), job.started ? momentOf(job.started) : ""],
    [t("Ended"), job.ended ? momentOf(job.ended) : ""],
    [t("Took"), job.ended && job.started ? timecode(Math.max(0, job.ended - job.started)) : ""],
    [t("Number"), make("code", {}, job.id)],
  ];
  return all.filter(([, value]) => value);
}

/** @param {Job} job */
function tell(job) {
  const title = titleOf(job);
  document.title = `${title} · Passerby`;
  at("job-title").textContent = title;
  at("asked").replaceChildren(...[...askedOf(job), ...timesOf(job)].flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  at("advice").hidden = job.status !== "failed";
  if (job.status !== "failed") return;
  part(at("advice"), "p", ".reason").textContent = said(job.message);
  part(at("advice"), "p", ".do").textContent = adviceOf(job);
}

trying(async () => {
  const first = await call(`/jobs/${id}`);
  const line = new JobLine(first);
  part(at("one"), "ul").replaceChildren(line.element);
  tell(first);
  if (!HAS_ENDED.has(first.status)) {
    follow(id, (job) => {
      line.show(job);
      tell(job);
    });
  }
});
