// Safe copies of many videos: each batch with its videos, what waits for a person first.

import { API, call } from "./api.js";
import { countOf, isBusy, reasonOf, sizeOf, STATES } from "./batch_words.js";
import { at, make, part, refill, toast, trying } from "./page.js";
import { listed, said, t, tn } from "./words.js";
import { bar, momentOf } from "./work.js";

/** @typedef {import("./batch_words.js").BatchSummary} BatchSummary */
/** @typedef {import("./batch_words.js").BatchVideo} BatchVideo */
/** @typedef {import("./batch_words.js").RowState} RowState */

const PAUSE = 1500; // ms from one asking to the next, however fast jobs change

/** @type {Record<RowState, string>} */
const HEADS = {
  needs_look: t("Needs your look"), failed: t("Failed"), looking: t("Looked through now"), copying: t("Copied and checked now"),
  waiting: t("Waiting"), made: t("Made and checked: nothing shows"), stopped: t("Stopped"),
};
/** @type {Partial<Record<RowState, string>>} */
const LOOKS = { needs_look: "warm", failed: "bad", made: "good" };

/** What written policies are called, by their names.
 * @type {Map<string, string>} */
const presets = new Map();

/** @type {Map<string, HTMLDetailsElement>} */
const shown = new Map(); // by the ids of batches

/** Ask for all batches, and for the videos of those that are open. */
async function refresh() {
  /** @type {{batches: BatchSummary[]}} */
  const { batches } = await call("/batches");
  at("none").hidden = batches.length > 0;
  const wanted = location.hash.slice(1) || batches[0]?.id;
  for (const [id, element] of shown) if (!batches.some((each) => each.id === id)) element.remove();
  for (const batch of batches) {
    const known = shown.get(batch.id);
    const element = known ?? made(batch);
    if (!known) {
      element.open = batch.id === wanted; // which has its videos asked for
      at("batches").append(element);
    }
    refill(part(element, "ul", ".counts"), ...STATES.filter((state) => batch.counts[state]).map((state) => make("li", { class: `chip ${state}` }, countOf(state, batch.counts[state] ?? 0))));
    if (known?.open) await showVideos(batch.id);
  }
}

/** @param {BatchSummary} batch */
function made(batch) {
  const element = make("details", { class: "batch card", id: `batch-${batch.id}`, ontoggle: () => element.open && trying(() => showVideos(batch.id)) },
    make("summary", {},
      make("h2", {}, tn("{count} video", "{count} videos", sizeOf(batch))),
      make("span", { class: "quiet" }, momentOf(batch.created), ` · ${ruleOf(batch).join(" · ")}`),
      make("ul", { class: "counts" })),
    make("div", { class: "videos" }));
  shown.set(batch.id, element);
  return element;
}

/**
 * What was asked for, in words.
 * @param {BatchSummary} batch
 */
function ruleOf({ hide, preset }) {
  const hides = t("hides {what}", { what: listed(hide.map(said)) });
  return preset ? [hides, t("as written for {preset}", { preset: presets.get(preset) ?? preset })] : [hides];
}

/** @param {string} id */
async function showVideos(id) {
  /** @type {BatchSummary & {videos: BatchVideo[]}} */
  const batch = await call(`/batches/${id}`);
  const place = part(/** @type {HTMLDetailsElement} */ (shown.get(id)), "div", ".videos");
  const groups = STATES.map((state) => ({ state, rows: batch.videos.filter((row) => row.state === state) })).filter(({ rows }) => rows.length);
  refill(place,
    ...groups.flatMap(({ state, rows }) => [make("h3", {}, HEADS[state]), make("ul", { class: "work" }, ...rows.map(rowOf))]),
    ...(isBusy(batch) || batch.counts.made ? [make("p", { class: "row end" }, isBusy(batch) && stopButton(id), batch.counts.made ? allOf(id, batch.counts.made) : null)] : []));
}

/** @param {BatchVideo} row */
function rowOf(row) {
  const name = row.name || t("a video");
  const share = row.total ? Math.min(row.done / row.total, 1) : null;
  const progress = row.state === "looking" || row.state === "copying" ? bar(t("Progress: {name}", { name })) : null;
  progress?.show(share);
  return make("li", { dataset: { look: LOOKS[row.state] ?? "none", status: progress ? "running" : "" } },
    make("a", { class: "title", href: `/videos/${row.video}` }, name),
    make("span", { class: "buttons" }, ...linksOf(row, name)),
    reasonOf(row) && make("span", { class: `state${row.state === "failed" ? " bad" : ""}` }, reasonOf(row)),
    progress?.element);
}

/**
 * @param {BatchVideo} row
 * @param {string} name
 */
function linksOf(row, name) {
  const link = (/** @type {string} */ href, /** @type {string} */ text, second = true) =>
    make("a", { class: `button small${second ? " second" : ""}`, href, "aria-label": t("{what}: {name}", { what: text, name }) }, text);
  const bench = `/videos/${row.video}/share${row.copy ? `?copy=${row.copy}` : ""}${row.plan ? `#plan=${row.plan}` : ""}`;
  if (row.state === "needs_look") return [link(bench, t("Look at it"), false)];
  if (row.state === "made") {
    const file = link(`${API}/copies/${row.copy}/media?download=true`, t("Download"));
    file.download = "";
    return [link(bench, t("Copy")), file];
  }
  return row.state === "failed" || row.state === "stopped" ? [link(`/jobs/${row.job}`, t("Job"))] : [];
}

/** @param {string} id */
const stopButton = (id) =>
  make("button", {
    type: "button", class: "second small",
    onclick: () => trying(async () => {
      await call(`/batches/${id}`, { method: "DELETE" });
      toast(t("The rest is stopped; what was made stays"));
      await refresh();
    }),
  }, t("Stop the rest"));

/** @type {(id: string, count: number) => HTMLAnchorElement} */
const allOf = (id, count) =>
  make("a", { class: "button small", href: `${API}/batches/${id}/copies`, download: "" }, tn("Download the copy", "Download all {count} copies", count));

let asking = 0;
document.addEventListener("jobs", () => {
  asking ||= setTimeout(() => trying(refresh).finally(() => (asking = 0)), PAUSE);
});

trying(async () => {
  for (const { name, title } of (await call("/presets")).presets) presets.set(name, said(title));
  await refresh();
});
