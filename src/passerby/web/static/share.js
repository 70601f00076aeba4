// The page where a safe copy is made: look, correct, make, check.

import { call, stayHere } from "./api.js";
import { BenchWork } from "./bench_work.js";
import { CopyDesk } from "./copy_desk.js";
import { listenToKeys } from "./bench_keys.js";
import { logInHere } from "./log_in_place.js";
import { at, make, part, parts, trying } from "./page.js";
import { offerPresets } from "./presets.js";
import { dated } from "./words.js";
import { Workbench } from "./workbench.js";

const id = location.pathname.split("/")[2];
const bench = new Workbench(id);
const work = new BenchWork(id, ended);
const desk = new CopyDesk(bench, work, makeCopy);
stayHere(logInHere);
listenToKeys(bench);

addEventListener("beforeunload", (event) => {
  if (bench.isUnsaved) event.preventDefault();
});

/**
 * What is done once a job has ended, whoever has begun it.
 * @param {Job} job
 */
async function ended(job) {
  if (job.kind === "look") {
    at("look-part").open = false;
    await bench.open(job.result.plan);
    await listPlans();
    if (!bench.plan.tracks.length) return;
    at("boxes").focus({ preventScroll: true });
  } else {
    await desk.show(job.result.copy, job.kind === "audit" ? job.id : "");
    at("copies-part").scrollIntoView({ block: "start" });
    at("copies-title").focus({ preventScroll: true });
  }
}

// What to look for

const pattern = () => (at("pattern-field").hidden = !part(document, "input", "[value=text]").checked);
for (const box of parts(document, "input", "[name=hide]")) box.addEventListener("change", pattern);

at("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = new FormData(at("choose"));
  const hide = chosen.getAll("hide");
  const text_pattern = hide.length && !at("pattern-field").hidden ? chosen.get("pattern") : "";
  trying(() => work.run(async () => {
    if (bench.isOpen) await bench.draft.save();
    return call(`/videos/${id}/plans`, { method: "POST", body: { hide, effort: chosen.get("effort"), text_pattern, preset: chosen.get("preset") } });
  }));
});

/** @param {import("./presets.js").Preset | null} preset */
function fillIn(preset) {
  if (!preset) return;
  part(at("choose"), "select", "[name=effort]").value = preset.effort;
  pattern();
}

/** Offer the plans that there are, where there are several; the newest comes first. */
async function listPlans() {
  /** @type {{plans: {id: string, changed: number}[]}} */
  const { plans } = await call(`/videos/${id}/plans`);
  at("earlier").hidden = plans.length < 2;
  at("plans").replaceChildren(...plans.map((plan) => make("option", { value: plan.id }, dated(new Date(plan.changed * 1000), { dateStyle: "medium", timeStyle: "short" }))));
  at("plans").value = bench.planId || (plans[0]?.id ?? "");
  return plans;
}
at("plans").addEventListener("change", () => trying(() => bench.open(at("plans").value)));

// The copy

at("run").addEventListener("submit", (event) => {
  event.preventDefault();
  makeCopy();
});

function makeCopy() {
  trying(async () => {
    bench.check(); // before anything else can be changed
    await work.run(async () => {
      await bench.draft.save();
      return call(`/plans/${bench.planId}/copies`, { method: "POST", body: { name: at("copy-name").value } });
    });
  });
}

/** Show the plan, and the copy, that the address names, or else the newest; and go on with what is at work. */
async function begin() {
  const { name } = await bench.video();
  at("name").textContent = name;
  at("copy-name").value = `${name.replace(/\.[^.]*$/, "")}-safe.mp4`;
  const plans = await listPlans();
  const plan = location.hash.startsWith("#plan=") ? location.hash.slice(6) : plans[0]?.id;
  at("look-part").open = !plan;
  if (plan) {
    await bench.open(plan);
    at("plans").value = plan;
  }
  await desk.show(new URLSearchParams(location.search).get("copy"));
  if (desk.open) at("copies-part").scrollIntoView({ block: "start" });
  await work.takeUp();
}

trying(() => offerPresets(at("choose"), fillIn));
trying(begin);
