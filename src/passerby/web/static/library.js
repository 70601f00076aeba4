// The library: all videos as a grid, what narrows and orders it, and what is done with those that are chosen.

import { call } from "./api.js";
import { watchBatches } from "./batch_strip.js";
import { isTyping } from "./common.js";
import { Facets } from "./facets.js";
import { Grid } from "./grid.js";
import { watchIncoming } from "./incoming.js";
import { tellKeys } from "./key_sheet.js";
import { isNarrowed, nothingWanted, placeOf, queryOf, tellPlace, tellWanted, toggled, wantedOf } from "./library_state.js";
import { at, make, may, maybe, toast, trying } from "./page.js";
import { canChange, Selection } from "./selection.js";
import { dated, t, tn } from "./words.js";

const FIRST = 60; // videos that are asked for at once with the shapes of all
const DAY = 86_400_000; // ms
/** @type {Record<string, number>} */
const HEIGHTS = { small: 120, medium: 180, large: 270 }; // of a row, in pixels

let wanted = wantedOf();
/** @type {Collection[]} */
let collections = [];
let asking = new AbortController();
let last = -1; // the video that was chosen last: from there Shift chooses
let refreshed = 0;

const grid = new Grid(at("videos"), { canBePicked: canChange, headingOf, onPick: pick, onOpen: () => {}, onPlace: soonTellPlace });
const facets = new Facets(at("facets"), (kind, value) => want(toggled(wanted, kind, value)));
const selection = new Selection({
  onChange: () => grid.showPicked(selection.has),
  onDone: refresh,
  collections: () => collections,
  allIds: async () => (await call(`/library/ids?${queryOf(wanted)}`)).videos,
});

// What is shown

/** Ask anew for what is shown; tiles stay, so that the focus does. */
async function refresh() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const query = queryOf(wanted);
  const first = new URLSearchParams(query);
  first.set("limit", String(FIRST));
  await trying(async () => {
    const [shapes, { videos }] = await Promise.all([call(`/library/shapes?${query}`, { signal }), call(`/videos?${first}`, { signal })]);
    grid.show(query, shapes, videos);
    tellTotal(shapes.aspects.length);
    if (!refreshed++) {
      grid.scrollTo(placeOf());
      requestAnimationFrame(() => setTimeout(() => performance.mark("ready")));
    }
    const narrowing = new URLSearchParams(query);
    narrowing.delete("sort");
    const [found, known] = await Promise.all([call(`/library/facets?${narrowing}`, { signal }), call("/collections", { signal })]);
    collections = known.collections;
    facets.show(found, wanted, collections);
    tellCollection();
  });
}

/** @param {number} total */
function tellTotal(total) {
  const filtered = isNarrowed(wanted);
  at("empty").hidden = total > 0 || filtered;
  at("shelf").hidden = total === 0 && !filtered;
  at("none").hidden = total > 0 || !filtered;
  at("total").textContent = total ? tn("{count} video", "{count} videos", total) : "";
  at("all").hidden = !filtered;
}

function tellCollection() {
  const collection = collections.find((each) => each.id === wanted.collection);
  at("title").textContent = collection?.name ?? t("Library");
  at("about").textContent = collection?.description ?? "";
  at("about").hidden = !collection?.description;
  const takeOut = maybe("take-out");
  if (takeOut) takeOut.hidden = !collection;
}

/** @type {(day: number | null, count: number) => string} */
function headingOf(day, count) {
  const many = tn("{count} video", "{count} videos", count);
  if (day === null) return wanted.sort === "added" ? t("Added earlier · {videos}", { videos: many }) : t("Not known when it was recorded · {videos}", { videos: many });
  const dateStyle = matchMedia("(max-width: 40rem)").matches ? "medium" : "full"; // a heading has one line
  const when = dated(new Date(day * DAY), { dateStyle, timeZone: "UTC" });
  return wanted.sort === "added" ? t("Added on {day} · {videos}", { day: when, videos: many }) : t("{day} · {videos}", { day: when, videos: many });
}

/**
 * Show other videos, or in another order.
 * @param {import("./library_state.js").Wanted} next
 */
function want(next, replace = false) {
  wanted = next;
  last = -1;
  tellWanted(wanted, replace);
  tellTools();
  scrollTo(0, Math.min(scrollY, at("shelf").offsetTop));
  refresh();
}

function tellTools() {
  if (document.activeElement !== at("named")) at("named").value = wanted.named;
  at("sort").value = wanted.sort;
}

let placing = 0;
/** @param {number} number */
function soonTellPlace(number) {
  clearTimeout(placing);
  placing = setTimeout(() => tellPlace(number), 300);
}

// What is chosen

/** @type {(number: number, range: boolean) => void} */
function pick(number, range) {
  trying(async () => {
    const from = range && last >= 0 ? last : number;
    last = number;
    const id = grid.current?.id;
    if (from === number && id && !range) {
      selection.toggle(id);
      return;
    }
    const { videos } = await call(`/library/ids?${queryOf(wanted)}`);
    selection.add(videos.slice(Math.min(from, number), Math.max(from, number) + 1));
  });
}

// What changes it

let typing = 0;
at("named").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => want({ ...wanted, named: at("named").value.trim() }, true), 200);
});
at("sort").addEventListener("change", () => want({ ...wanted, sort: at("sort").value }));
at("all").addEventListener("click", () => {
  want({ ...nothingWanted(), sort: wanted.sort });
  at("main").focus();
});
addEventListener("popstate", () => {
  wanted = wantedOf();
  tellTools();
  refresh().then(() => grid.scrollTo(placeOf()));
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && selection.ids.size && !document.querySelector("dialog[open]") && !isTyping(event)) {
    if (selection.leave()) grid.focusCurrent();
  }
  if (event.key === "F2" && canChange && grid.current && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    rename(grid.current);
  }
});

/**
 * Let the title of a video be written where it stands.
 * @param {VideoSummary} video
 */
function rename(video) {
  const tile = document.querySelector(`li.video[data-id="${video.id}"]`);
  if (!tile || tile.querySelector(".title")) return;
  const input = make("input", { class: "title", value: video.name, maxlength: "150", "aria-label": t("Title of {name}", { name: video.name }) });
  let isOver = false;
  const end = (/** @type {boolean} */ keep) => {
    if (isOver) return;
    isOver = true;
    input.remove();
    grid.focusCurrent();
    if (!keep || input.value.trim() === video.name) return;
    trying(async () => {
      await call(`/videos/${video.id}`, { method: "PATCH", body: { title: input.value.trim() } });
      toast(input.value.trim() ? t("It is called {name} now", { name: input.value.trim() }) : t("It is called as its file again"));
      await refresh();
    });
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" || event.key === "Escape") end(event.key === "Enter");
  });
  input.addEventListener("blur", () => end(true));
  tile.append(input);
  input.focus();
  input.select();
}

/** @param {string} size */
function setSize(size) {
  const height = HEIGHTS[size] ?? HEIGHTS.medium;
  at("size").value = size in HEIGHTS ? size : "medium";
  grid.setRowHeight(height);
}

at("size").addEventListener("change", () => {
  localStorage.setItem("passerby-size", at("size").value);
  setSize(at("size").value);
});
setSize(localStorage.getItem("passerby-size") ?? (matchMedia("(max-width: 40rem)").matches ? "small" : "medium"));
if (matchMedia("(min-width: 60rem)").matches) at("narrow").open = true;

tellKeys(() => [
  { keys: ["← ↑ → ↓"], words: t("From video to video; Home and End lead to the first and the last") },
  { keys: ["Enter"], words: t("Open the video") },
  { keys: [", ."], words: t("Look at the moments of a video, back and on") },
  ...(canChange ? [
    { keys: [" "], words: t("Choose a video; with shift all up to it") },
    { keys: ["F2"], words: t("Rename a video") },
    { keys: ["Escape"], words: t("End the choice") },
  ] : []),
]);
tellTools();
watchIncoming(refresh);
if (may("redact")) watchBatches();
refresh();
