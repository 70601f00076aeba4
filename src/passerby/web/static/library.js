// The library: the videos as cards, and what is being added to it.

import { button, followAdding, Line, Sending } from "./adding.js";
import { call } from "./api.js";
import { HAS_ENDED } from "./job_stream.js";
import { at, field, make, may, maybe, part, parts, timecode, toast, trying } from "./page.js";
import { filesOf } from "./upload.js";
import { titleOf } from "./work.js";

const PAGE = 48;
const MOST = 500; // that the server tells of at once
/** @type {Map<string, {video: VideoSummary, card: HTMLLIElement}>} */
const cards = new Map(); // by the ids of videos
/** @type {string | null} */
let next = null; // the cursor of the next page
let asking = new AbortController();

// The videos

/** @type {(limit: number, cursor: string, signal?: AbortSignal) => Promise<VideoList>} */
const pageOf = (limit, cursor, signal) =>
  call(`/videos?${new URLSearchParams({ sort: at("sort").value, named: at("named").value.trim(), limit: String(limit), cursor })}`, { signal });

/** Ask anew for all that is shown; cards stay, so that the focus does. */
async function refresh(wanted = Math.max(PAGE, at("videos").childElementCount)) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  await trying(async () => {
    const found = await pageOf(Math.min(wanted, MOST), "", signal);
    while (found.next && found.videos.length < wanted) {
      const more = await pageOf(Math.min(wanted - found.videos.length, MOST), found.next, signal);
      found.videos.push(...more.videos);
      found.next = more.next;
    }
    show(found, found.videos);
  });
}

async function showMore() {
  await trying(async () => {
    const found = await pageOf(PAGE, next ?? "");
    show(found, [...shown(), ...found.videos]);
    const first = cards.get(found.videos[0]?.id);
    if (first) part(first.card, "a", ".name").focus();
  });
}

const shown = () => parts(at("videos"), "li").flatMap((card) => cards.get(card.dataset.id ?? "")?.video ?? []);

/**
 * @param {VideoList} found
 * @param {VideoSummary[]} videos
 */
function show({ total, next: following }, videos) {
  next = following;
  at("videos").replaceChildren(...new Set(videos.map(cardOf)));
  const filtered = at("named").value.trim() !== "";
  at("more").hidden = next === null;
  at("empty").hidden = total > 0 || filtered;
  at("tools").hidden = total === 0 && !filtered;
  at("none").hidden = total > 0 || !filtered;
  at("none").textContent = `No name holds “${at("named").value.trim()}”.`;
  at("total").textContent = total ? `${total} ${total === 1 ? "video" : "videos"}` : "";
}

/**
 * The card of a video: the one that is there, unless the video has changed.
 * @param {VideoSummary} video
 */
function cardOf(video) {
  const known = cards.get(video.id);
  if (known && JSON.stringify(known.video) === JSON.stringify(video)) return known.card;
  const card = make("li", { class: "video card", dataset: { id: video.id } }, pictureOf(video), wordsOf(video));
  cards.set(video.id, { video, card });
  return card;
}

/** @param {VideoSummary} video */
function pictureOf(video) {
  const box = make("span", { class: "picture" });
  const failed = () => {
    picture.remove();
    box.classList.add("none");
  };
  const picture = make("img", {
    src: `/api/v1/videos/${video.id}/thumbnail`, alt: "", loading: "lazy", decoding: "async", onerror: failed,
  });
  box.append(picture);
  if (video.duration > 0) box.append(make("span", { class: "length", "aria-hidden": "true" }, timecode(video.duration)));
  return box;
}

/** @param {VideoSummary} video */
function wordsOf(video) {
  return make(
    "div",
    { class: "words" },
    make("a", { class: "name", href: `/videos/${video.id}`, title: video.name }, video.name),
    make(
      "div",
      { class: "facts" },
      video.duration > 0 && make("span", { class: "hidden" }, `${timecode(video.duration)} long`),
      video.recorded && make("span", {}, video.recorded_source === "file" ? "file of " : "recorded ", dateOf(video.recorded)),
      video.status === "damaged" && make("span", { class: "bad" }, "damaged: known as far as it goes"),
      video.status === "incomplete" && make("span", { class: "busy" }, "not looked through to its end"),
      may("admin") &&
        make("button", { type: "button", class: "plain forget", "aria-label": `Forget ${video.name}`, onclick: () => forget(video) }, "Forget"),
    ),
  );
}

/**
 * A date of a video, in the time zone that it tells.
 * @param {string} text
 */
function dateOf(text) {
  const [year, month, day] = text.slice(0, 10).split("-").map(Number);
  const date = new Date(Date.UTC(year, (month || 1) - 1, day || 1));
  return make("time", { datetime: text, title: text }, date.toLocaleDateString([], { dateStyle: "medium", timeZone: "UTC" }));
}

/** @param {VideoSummary} video */
async function forget(video) {
  const dialog = at("forget");
  part(dialog, "span", ".name").textContent = video.name;
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  if (dialog.returnValue !== "forget") return;
  await trying(async () => {
    await call(`/videos/${video.id}`, { method: "DELETE" });
    cards.delete(video.id);
    toast(`${video.name} is forgotten`);
    at("main").focus();
    await refresh();
  });
}

let typing = 0;
at("named").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => refresh(PAGE), 200);
});
at("sort").addEventListener("change", () => refresh(PAGE));
at("more").addEventListener("click", showMore);

// What others add shows too: when a job that takes videos in has ended, and when somebody comes back to this page.
/** @type {Set<string> | null} */
let ended = null;
document.addEventListener("jobs", (event) => {
  const now = new Set(event.detail.filter((job) => job.kind === "add" && HAS_ENDED.has(job.status)).map((job) => job.id));
  const before = ended;
  const isNews = before === null || [...now].some((job) => !before.has(job)); // null: some may have ended since the page asked
  ended = now;
  if (isNews) refresh();
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());

// What is added

if (may("write")) {
  const sending = new Sending();
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
    const job = await call("/videos", { method: "POST", body: { path: path.value.trim() } });
    path.value = "";
    const line = new Line(titleOf(job));
    followAdding(job.id, line, button("Close", titleOf(job), () => line.remove()));
  });
});

refresh();
