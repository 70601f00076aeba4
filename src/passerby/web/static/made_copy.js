// The copy that was made of a plan: its film, what its audit found, and what may be done with it.

import { API, call } from "./api.js";
import { untilEnd } from "./job_progress.js";
import { auditPart, LOOKS } from "./leaks.js";
import { at, make, part, trying } from "./page.js";

/** @typedef {import("./leaks.js").Bench} Bench */

/**
 * Show a copy that was made before.
 * @param {string} copy
 * @param {Bench} bench
 */
export async function showKnown(copy, bench) {
  const [{ summary }, audit] = await Promise.all([call(`/copies/${copy}`), call(`/copies/${copy}/audit`)]);
  showMade(copy, summary, audit, bench);
}

/**
 * Show a copy.
 * @param {string} copy
 * @param {string[]} summary
 * @param {Audit} audit
 * @param {Bench} bench
 */
export function showMade(copy, summary, audit, bench) {
  const link = (/** @type {string} */ what, /** @type {string} */ text) =>
    make("a", { class: "button second", href: `${API}/copies/${copy}/${what}?download=true`, download: "" }, text);
  at("result").replaceChildren(
    auditPart(copy, audit, bench),
    make("ul", {}, ...summary.map((line) => make("li", {}, line))),
    make("video", { controls: true, preload: "metadata", src: `${API}/copies/${copy}/media` }),
    make("p", { class: "row" }, link("media", "Download the copy"), link("manifest", "Manifest"), link("plan", "Plan"),
      make("button", { type: "button", class: "second", onclick: () => trying(() => report(copy, bench)) }, "Make a leak report")),
  );
  at("result").scrollIntoView({ block: "nearest" });
}

/**
 * Have every frame of a copy looked at, and show what that found.
 * @param {string} copy
 * @param {Bench} bench
 */
async function report(copy, bench) {
  const job = await untilEnd("Looking at every frame of the copy", await call(`/copies/${copy}/audits`, { method: "POST" }));
  /** @type {Audit} */
  const audit = job.result.audit;
  part(at("result"), "div", ".audit").replaceWith(auditPart(copy, audit, bench));
  at("result").append(
    make("p", { class: `notice ${LOOKS[audit.state]}` }, job.message, " ",
      make("a", { href: `${API}/jobs/${job.id}/report`, target: "_blank" }, "Open the leak report")),
  );
}
