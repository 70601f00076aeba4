// The page where a safe copy is made: look, correct, preview, make, check.

import { call } from "./api.js";
import { untilEnd } from "./job_progress.js";
import { showKnown, showMade } from "./made_copy.js";
import { at, make, part, parts, trying } from "./page.js";
import { Workbench } from "./workbench.js";

const id = location.pathname.split("/")[2];
const bench = new Workbench(id);

at("back").href = `/videos/${id}`;
addEventListener("beforeunload", (event) => {
  if (bench.isUnsaved) event.preventDefault();
});

for (const box of parts(document, "input", "[name=hide]")) {
  box.addEventListener("change", () => (at("pattern-field").hidden = !part(document, "input", "[value=text]").checked));
}

at("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = new FormData(at("choose"));
  if (bench.isUnsaved && !confirm("A new look takes the place of the plan that you have changed and not saved. Go on?")) return;
  const hide = chosen.getAll("hide");
  const pattern = hide.length && !at("pattern-field").hidden ? chosen.get("pattern") : "";
  trying(async () => {
    const begun = await call(`/videos/${id}/plans`, { method: "POST", body: { hide, effort: chosen.get("effort"), text_pattern: pattern } });
    const job = await untilEnd("Looking for what to hide", begun);
    await bench.open(job.result.plan);
  });
});

at("run").addEventListener("submit", (event) => {
  event.preventDefault();
  trying(async () => {
    await bench.save();
    const begun = await call(`/plans/${bench.planId}/copies`, { method: "POST", body: { name: at("copy-name").value } });
    const { copy, summary, audit } = (await untilEnd("Making the copy", begun)).result;
    showMade(copy, summary, audit, bench);
  });
});

/** Show the plan, and the copy, that the address names; and the way to the last plan. */
async function begin() {
  const { name } = await bench.video();
  at("name").textContent = name;
  at("copy-name").value = `${name.replace(/\.[^.]*$/, "")}-safe.mp4`;
  /** @type {{plans: {id: string}[]}} */
  const { plans } = await call(`/videos/${id}/plans`);
  if (plans.length) {
    at("earlier").append(make("button", { type: "button", class: "second", onclick: () => trying(() => bench.open(plans[0].id)) }, "Go on with the last plan"));
  }
  if (location.hash.startsWith("#plan=")) await bench.open(location.hash.slice(6));
  const copy = new URLSearchParams(location.search).get("copy");
  if (bench.isOpen && copy) await showKnown(copy, bench);
}

trying(begin);
