// The models by what they are needed for, with how much there is to fetch, and all of them with their papers.

import { call } from "./api.js";
import { HAS_ENDED, shareOf } from "./job_stream.js";
import { at, make, may, refill, trying } from "./page.js";
import { cell, fill, row, rowHead, small } from "./tables.js";
import { said, t } from "./words.js";
import { bar, follow, sizeOf, stateOf, stopButton, titleOf } from "./work.js";

/** @type {Record<string, string>} */
const TASKS = {
  objects: t("things"), faces: t("faces, to hide them"), "redacted-faces": t("faces, to hide them"), shots: t("shots"), tags: t("tags"),
  sentences: t("search by meaning"), speech: t("where speech is"), plates: t("number plates, to hide them"), text: t("where text is"),
  reading: t("reading text"), transcription: t("words said"), "image-text": t("search by looks"),
};

/**
 * What people want, and the models that it takes; the first of each that there is will do.
 * @type {{name: string, gives: string, models: string[]}[]}
 */
const NEEDS = [
  { name: t("Text on screen"), gives: t("Signs, captions and papers are read, found and, if asked, hidden."), models: ["ppocr-det", "ppocr-rec"] },
  { name: t("Words that are said"), gives: t("Speech is written down, found, and muted in copies word by word."), models: ["speech-base"] },
  { name: t("Search by looks"), gives: t("Moments are found by what they look like, though no tag names it."), models: ["clip-vit-b-32"] },
  { name: t("Number plates"), gives: t("Plates are found in order to hide them."), models: ["plates"] },
  { name: t("More things"), gives: t("Small and distant things are found more often; it takes longer."), models: ["nanodet-plus"] },
];

export async function models() {
  /** @type {{models: Model[]}} */
  const { models: found } = await call("/models");
  refill(at("needs"), ...NEEDS.map((need) => needOf(need, found)));
  fill("models", found.map((model) => row(
    rowHead(detailsOf(model)),
    cell(t("For"), TASKS[model.task] ?? model.task),
    cell(t("Size"), model.size ? sizeOf(model.size) : t("not known")),
    cell(t("Licence"), model.licence),
    cell(t("Here"), model.here ? t("yes") : model.published && may("admin") ? small(t("Fetch"), t("Fetch {name}", { name: model.name }), () => pull([model.name])) : t("no")),
  )));
}

/**
 * @param {{name: string, gives: string, models: string[]}} need
 * @param {Model[]} all
 */
function needOf({ name, gives, models: wanted }, all) {
  const missing = all.filter((model) => wanted.includes(model.name) && !model.here);
  const size = missing.reduce((sum, model) => sum + model.size, 0);
  const words = missing.every((model) => model.size) ? t("Fetch {size}", { size: sizeOf(size) }) : t("Fetch");
  const fetch = may("admin") && missing.every((model) => model.published)
    ? small(words, t("{what}: {name}", { what: words, name }), () => pull(missing.map((model) => model.name)))
    : make("span", { class: "quiet" }, t("not here"));
  return make("li", {}, make("div", {}, make("strong", {}, name), make("p", { class: "quiet" }, gives)),
    missing.length ? fetch : make("span", { class: "have" }, t("is here")));
}

const detailsOf = (/** @type {Model} */ model) => make(
  "details", {},
  make("summary", {}, model.name),
  make("p", {}, t("From: {source}", { source: model.upstream })),
  model.training_data && make("p", {}, t("Learned from: {source}", { source: model.training_data })),
  make("p", {}, t("Limits: {limits}", { limits: model.limits })),
  model.get && make("p", {}, t("Get it with: {command}", { command: model.get })),
);

/** @param {string[]} names */
async function pull(names) {
  for (const name of names) showPull(await call(`/models/${encodeURIComponent(name)}`, { method: "POST" }));
}

/** @type {Set<string>} */
const shownPulls = new Set();

/** @param {Job} job */
function showPull(job) {
  if (shownPulls.has(job.id)) return;
  shownPulls.add(job.id);
  const state = make("span", { class: "state", role: "status" }, stateOf(job));
  const buttons = make("span", { class: "buttons" }, stopButton(job));
  const progress = bar(t("Progress: {name}", { name: titleOf(job) }));
  const line = make("li", { dataset: { status: job.status } }, make("span", { class: "title" }, titleOf(job)), buttons, state, progress.element);
  at("pulls").append(line);
  follow(job.id, (now) => {
    line.dataset.status = now.status;
    progress.show(shareOf(now));
    if (!HAS_ENDED.has(now.status)) {
      state.textContent = stateOf(now);
      return;
    }
    state.textContent = now.status === "cancelled" ? t("stopped") : said(now.message);
    state.classList.toggle("bad", now.status === "failed");
    progress.element.hidden = true;
    buttons.replaceChildren(small(t("Close"), t("{what}: {name}", { what: t("Close"), name: titleOf(now) }), () => line.remove()));
    trying(models);
  });
}

// What is being fetched already, as others or an earlier look at this page have asked for.
document.addEventListener("jobs", (event) => {
  for (const job of event.detail) if (job.kind === "pull" && !HAS_ENDED.has(job.status)) showPull(job);
});

