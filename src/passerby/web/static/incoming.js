// What comes into the library: files that are dropped or chosen, paths of the server, and the jobs that take them in.

import { button, followAdding, Line, Sending } from "./adding.js";
import { call } from "./api.js";
import { HAS_ENDED } from "./job_stream.js";
import { at, field, may, maybe, trying } from "./page.js";
import { filesOf } from "./upload.js";
import { t } from "./words.js";
import { titleOf } from "./work.js";

/** @type {Set<string>} */
const followed = new Set(); // jobs that have a line
/** @type {Set<string> | null} */
let ended = null;

/** @param {Job} job */
function showAdding(job) {
  if (followed.has(job.id)) return;
  followed.add(job.id);
  const title = titleOf(job);
  const line = new Line(title);
  followAdding(job.id, line, button(t("Close"), title, () => line.remove()));
}

/**
 * Show what is being added, and call `onNews` when there may be other videos than before.
 * @param {() => void} onNews
 */
export function watchIncoming(onNews) {
  document.addEventListener("jobs", ({ detail }) => {
    const adding = detail.filter((job) => job.kind === "add");
    if (may("write")) for (const job of adding) if (!HAS_ENDED.has(job.status) && !isSent(job)) showAdding(job);
    const now = new Set(adding.filter((job) => HAS_ENDED.has(job.status)).map((job) => job.id));
    const before = ended;
    ended = now;
    if (before !== null && [...now].some((job) => !before.has(job))) onNews();
  });
  document.addEventListener("visibilitychange", () => document.hidden || onNews());
}

/**
 * Whether a file that this page sends has become that job: it has a line of its own.
 * @param {Job} job
 */
const isSent = (job) => sending?.jobs.has(job.id) || (sending?.isSending ?? false);

const sending = may("write") ? new Sending() : null;
if (sending) listenForFiles(sending);

/** @param {Sending} sending */
function listenForFiles(sending) {
  const files = at("files");
  trying(() => sending.showCut());
  files.addEventListener("change", () => {
    sending.add([...(files.files ?? [])]);
    files.value = ""; // so that the same file can be chosen again
  });
  for (const choose of document.querySelectorAll(".choose")) choose.addEventListener("click", () => files.click());
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  let depth = 0; // dragenter and dragleave come for each element on the way
  const hover = (/** @type {DragEvent} */ event, /** @type {number} */ change) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = Math.max(0, depth + change);
    at("drop").hidden = !depth;
  };
  addEventListener("dragenter", (event) => hover(event, 1));
  addEventListener("dragleave", (event) => hover(event, -1));
  addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    hover(event, -depth);
    const { dataTransfer } = event;
    if (dataTransfer && hasFiles(event)) trying(async () => sending.add(await filesOf(dataTransfer)));
  });
  addEventListener("beforeunload", (event) => {
    if (sending.isSending) event.preventDefault();
  });
}

const byPath = maybe("by-path");
byPath?.addEventListener("submit", (event) => {
  event.preventDefault();
  const path = field(byPath, "path");
  trying(async () => {
    showAdding(await call("/videos", { method: "POST", body: { path: path.value.trim() } }));
    path.value = "";
  });
});
