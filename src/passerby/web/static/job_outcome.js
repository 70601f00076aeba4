// What came of a job, in words: how it ended and how that looks, where it can be seen, and what to do if it failed.

import { make, may } from "./page.js";
import { said, t, tn } from "./words.js";
import { titleOf } from "./work.js";

/** @typedef {"good" | "warm" | "bad" | "busy" | "none"} Look the colour of a job's edge */

/** @type {Record<string, Look>} */
const OF_STATUS = { waiting: "none", running: "busy", stopping: "busy", cancelled: "none", failed: "bad" };
/** @type {Record<string, Look>} */
const OF_AUDIT = { passed: "good", shows_on_purpose: "warm", failed: "bad", not_audited: "bad" };

/**
 * How a job looks: what has ended well for the program has not always ended well for whoever asked.
 * @param {Job} job
 * @returns {Look}
 */
export function lookOf(job) {
  if (job.status !== "done") return OF_STATUS[job.status] ?? "none";
  const { audit, counts = {} } = job.result;
  if (audit) return OF_AUDIT[audit.state] ?? "bad";
  return counts.failed || counts.damaged ? "warm" : "good";
}

/**
 * How a job ended.
 * @param {Job} job
 * @returns {string}
 */
export function endOf(job) {
  if (job.status === "cancelled") return t("stopped");
  if (job.status === "failed") return t("failed: {reason}", { reason: said(job.message) || t("nobody knows why") });
  const { audit, tracks, counts, videos } = job.result;
  if (audit) return wordsOf(audit);
  if (job.kind === "look") return tracks ? tn("found {count} track to hide", "found {count} tracks to hide", tracks) : t("found nothing to hide");
  if (job.kind === "add") return addedOf(counts ?? {}, videos ?? [], job.message);
  return [t("done"), said(job.message)].filter(Boolean).join(": ");
}

/** @param {Audit} audit */
function wordsOf({ state, faces, problems = [] }) {
  const shown = faces.shown_on_purpose ?? 0;
  if (state === "passed") return t("done: no face shows");
  if (state === "shows_on_purpose" && !shown) return t("done, but no face was to be hidden: look at the copy before you share it");
  if (state === "shows_on_purpose") return tn("done: {count} face shows, on purpose", "done: {count} faces show, on purpose", shown);
  if (state === "not_audited") return t("done, but not audited: look at the copy before you share it");
  if (!faces.leaked) return t("not safe: {problems}", { problems: problems.map(said).join("; ") });
  return tn("not safe: {count} face shows that should be hidden", "not safe: {count} faces show that should be hidden", faces.leaked);
}

/**
 * @param {Record<string, number>} counts
 * @param {string[]} videos
 * @param {string} message
 */
function addedOf(counts, videos, message) {
  const known = counts.skipped ? tn("was in the library already", "{count} were in the library already", counts.skipped) : "";
  const many = videos.length > 1 ? tn("{count} video", "{count} videos", videos.length) : "";
  const damaged = counts.damaged ? tn("{count} file is damaged, and known as far as it goes", "{count} files are damaged, and known as far as they go", counts.damaged) : "";
  const failed = counts.failed ? tn("{count} file could not be added", "{count} files could not be added", counts.failed) : "";
  return [t("done"), many, known, damaged, failed, said(message)].filter(Boolean).join(": ");
}

/**
 * Where what a job has made can be seen.
 * @param {Job} job
 */
export function linksOf(job) {
  if (job.status !== "done") return [];
  const link = (/** @type {string} */ href, /** @type {string} */ text, more = {}) =>
    make("a", { class: "button second small", href, "aria-label": t("{what}: {name}", { what: text, name: titleOf(job) }), ...more }, text);
  const { plan, copy, videos } = job.result;
  const share = `/videos/${job.video}/share`;
  switch (job.kind) {
    case "add": return videos?.length === 1 ? [link(`/videos/${videos[0]}`, t("Video"))] : videos?.length ? [link("/", t("Library"))] : [];
    case "look": return may("redact") ? [link(`${share}${plan ? `#plan=${plan}` : ""}`, t("Plan"))] : [];
    case "redact": return may("redact") ? [link(`${share}?copy=${copy}#plan=${job.asked.from}`, t("Copy"))] : [];
    case "audit": return may("redact") ? [link(`${share}?copy=${copy}`, t("Copy")), link(`/api/v1/jobs/${job.id}/report`, t("Report"), { target: "_blank" })] : [];
    case "pull": return [link("/settings#models", t("Models"))];
    default: return [];
  }
}

/** By the name of the error that a job failed with.
 * @type {Record<string, string>} */
const ADVICE = {
  NotVideoError: t("The file holds no moving picture that can be read. Play it elsewhere to see whether it is whole, or save it anew as MP4, MOV or MKV, and add that."),
  DamagedError: t("The file is damaged. Copy it anew from the camera or card, and add it again; what is whole of it cannot be told apart from what is not."),
  UnreadableError: t("The file could not be read. See whether it is still where it was, and whether the server may read it; then try again."),
  MissingModelError: t("A model is missing that this needs. An admin can fetch it under Settings, Models; then try again."),
  WeightsError: t("A model’s file is not what it should be. Fetch it again under Settings, Models."),
  MissingExtraError: t("A part of Passerby is not installed on the server. Whoever runs the server can add it, as the message says; then try again."),
  OutputError: t("What was made could not be written. Make room on the server’s disk, or choose another name, and try again."),
  StoreError: t("The library could not be read or written. Look at the server’s disk, and try again."),
  ForgottenError: t("The video was forgotten meanwhile. Add it again if it is needed."),
  UnknownVideoError: t("The video was forgotten meanwhile. Add it again if it is needed."),
  UnknownError: t("What this was about has been removed meanwhile."),
  UsageError: t("It was asked for in a way that cannot be done; the message says what was expected."),
  QuarantinedError: t("This file has made its work fail again and again, and is left alone. An admin can have it tried again: passerby add --retry."),
};

/**
 * What to do about a job that has failed.
 * @param {Job} job
 */
export function adviceOf(job) {
  const { error } = job.result;
  if (error && ADVICE[error]) return ADVICE[error];
  if (job.message.startsWith("its process ")) return t("The work was ended since it took too much memory or time, or was cut off. Try it again; if it fails again, the file may be too large for this server.");
  if (!error) return t("The message says what was expected. Mend that, and try it again.");
  return t("This is a fault of the program itself, not yours. Try it again; if it fails again, tell whoever runs the server: its log says more.");
}
