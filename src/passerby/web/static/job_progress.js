// The one job that a page waits for: what it does, how far it is, and a button that stops it.

import { call } from "./api.js";
import { jobEnd, shareOf } from "./job_stream.js";
import { at, trying } from "./page.js";
import { stateOf } from "./work.js";

/**
 * Show how a job is until it ends; the job, or an error with its message.
 * @param {string} title
 * @param {Job} begun
 */
export async function untilEnd(title, begun) {
  at("working").hidden = false;
  at("work-title").textContent = title;
  at("work-stop").onclick = () => trying(() => call(`/jobs/${begun.id}`, { method: "DELETE" }));
  at("working").scrollIntoView({ block: "nearest" });
  try {
    return await jobEnd(begun.id, show);
  } finally {
    at("working").hidden = true;
  }
}

/** @param {Job} job */
function show(job) {
  at("work-state").textContent = stateOf(job);
  const share = shareOf(job);
  if (share === null) at("work-bar").removeAttribute("value");
  else at("work-bar").value = share;
}
