// The library: the videos as cards, and what is being added to it.

import { call, HAS_ENDED, make, may, shareOf, timecode, toast, trying } from "./api.js";
import { drop, unfinished, uploadOf } from "./unfinished.js";
import { bytesThere, filesOf, giveUp, Upload } from "./upload.js";
import { bar, follow, sizeOf, stateOf, stopButton, titleOf } from "./work.js";

const PAGE = 48;
const MOST = 500; // that the server tells of at once
const AT_ONCE = 2; // files that are sent side by side
const at = (id) => document.getElementById(id);
const cards = new Map(); // id of a video -> its card
let next = null;
let asking = new AbortController();

// The videos

const pageOf = (limit, cursor, signal) =>
  call(`/videos?${new URLSearchParams({ sort: at("sort").value, named: at("named").value.trim(), limit, cursor })}`, { signal });

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
    const found = await pageOf(PAGE, next);
    const first = found.videos[0]?.id;
    show(found, [...shown(), ...found.videos]);
    cards.get(first)?.querySelector(".name").focus();
  });
}

const shown = () => [...at("videos").children].map((card) => card.video);

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

/** The card of a video: the one that is there, unless the video has changed. */
function cardOf(video) {
  const told = JSON.stringify(video);
  const known = cards.get(video.id);
  if (known?.told === told) return known;
  const card = make("li", { class: "video card" }, pictureOf(video), wordsOf(video));
  Object.assign(card, { video, told });
  cards.set(video.id, card);
  return card;
}

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

/** A date of a video, in the time zone that it tells. */
function dateOf(text) {
  const [year, month, day] = text.slice(0, 10).split("-").map(Number);
  const date = new Date(Date.UTC(year, (month || 1) - 1, day || 1));
  return make("time", { datetime: text, title: text }, date.toLocaleDateString([], { dateStyle: "medium", timeZone: "UTC" }));
}

async function forget(video) {
  const dialog = at("forget");
  dialog.querySelector(".name").textContent = video.name;
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
let ended = null;
document.addEventListener("jobs", (event) => {
  const now = new Set(event.detail.filter((job) => job.kind === "add" && HAS_ENDED.has(job.status)).map((job) => job.id));
  const isNews = ended === null || [...now].some((job) => !ended.has(job)); // null: some may have ended since the page asked
  ended = now;
  if (isNews) refresh();
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());

// What is added

const waiting = [];
let sending = 0;

/** A line in the list of what is being added. */
function lineOf(title) {
  const state = make("span", { class: "state", role: "status" });
  const buttons = make("span", { class: "buttons" });
  const { element, show: move } = bar(`Progress of ${title}`);
  const line = make("li", { dataset: { status: "waiting" } }, make("span", { class: "title" }, title), buttons, state, element);
  at("uploads").append(line);
  at("adding").hidden = false;
  return {
    tell(status, text, share = null, ...shownButtons) {
      line.dataset.status = status;
      if (state.textContent !== text) state.textContent = text;
      state.classList.toggle("bad", status === "failed");
      element.hidden = HAS_ENDED.has(status) || status === "waiting";
      move(share);
      if (!same(buttons.children, shownButtons)) buttons.replaceChildren(...shownButtons);
    },
    remove() {
      line.remove();
      at("adding").hidden = !at("uploads").childElementCount;
    },
  };
}

const same = (some, others) => some.length === others.length && [...some].every((each, i) => each === others[i]);
const button = (text, name, onclick) => make("button", { type: "button", class: "second small", "aria-label": `${text}: ${name}`, onclick }, text);

function add(files) {
  for (const file of files) waiting.push(sent(file));
  takeNext();
}

function takeNext() {
  while (sending < AT_ONCE && waiting.length) {
    sending += 1;
    waiting.shift()().finally(() => {
      sending -= 1;
      takeNext();
    });
  }
}

const cut = new Map(); // address of an upload -> its line, where the page was loaded anew before its end

/** What this tab has begun to send, and not ended: the file has to be chosen again, the page cannot keep it. */
async function showCut() {
  for (const { address, name, size } of unfinished()) {
    const there = await bytesThere(address);
    if (there === null) {
      drop(address);
      continue;
    }
    const line = lineOf(name);
    cut.set(address, line);
    const choose = button("Choose it again", name, () => at("files").click());
    const stop = button("Give up", name, () => trying(async () => {
      await giveUp(address);
      line.remove();
    }));
    line.tell("cut", `cut off at ${Math.floor((100 * there) / size)} % of ${sizeOf(size)}; choose the file again, and it goes on from there`, there / size, choose, stop);
  }
}

/** The work of sending one file, to be begun when its turn comes. */
function sent(file) {
  const begun = uploadOf(file)?.address;
  cut.get(begun)?.remove();
  const line = lineOf(file.name);
  const close = button("Close", file.name, () => line.remove());
  const stop = button("Stop", file.name, () => {
    upload.stop().catch((error) => toast(error.message, true));
    line.remove();
  });
  const upload = new Upload(file, (bytes, pause) => {
    const share = bytes / file.size;
    const words = pause ? "the line is broken; it goes on by itself" : `uploading, ${Math.floor(share * 100)} % of ${sizeOf(file.size)}`;
    line.tell("running", words, share, stop);
  }, cut.delete(begun) ? begun : "");
  const send = async () => {
    if (!file.size) {
      line.tell("failed", "this file is empty", null, close);
      return;
    }
    line.tell("running", "uploading", 0, stop);
    try {
      followAdding(await upload.send(), line, close);
    } catch (error) {
      if (error.name === "AbortError") return;
      const again = button("Try again", file.name, () => {
        waiting.push(send);
        line.tell("waiting", "waits for its turn", null, stop);
        takeNext();
      });
      line.tell("failed", error.message, null, again, close);
    }
  };
  line.tell("waiting", "waits for its turn", null, stop);
  return send;
}

function followAdding(id, line, close) {
  line.tell("waiting", "is all there; waits for its turn", null);
  let stop;
  follow(id, (job) => {
    stop ??= stopButton(job);
    if (!HAS_ENDED.has(job.status)) {
      line.tell(job.status, stateOf(job), shareOf(job), stop);
    } else if (job.status === "done" && !job.message && !job.result.counts?.skipped) {
      line.remove();
      toast(`${job.asked.name} is in the library`);
    } else {
      line.tell(job.status, endOf(job), null, close);
    }
  });
}

function endOf(job) {
  if (job.status === "cancelled") return "stopped";
  const { counts = {}, videos = [] } = job.result;
  if (job.status === "done" && !job.message && counts.skipped === videos.length) return "is in the library already";
  return job.message || (job.status === "failed" ? "it could not be added" : `${videos.length} in the library`);
}

if (may("write")) {
  trying(showCut);
  at("files").addEventListener("change", (event) => {
    add([...event.target.files]);
    event.target.value = ""; // so that the same file can be chosen again
  });
  for (const choose of document.querySelectorAll(".choose")) choose.addEventListener("click", () => at("files").click());
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0; // dragenter and dragleave come for each element on the way
  const hover = (event, change) => {
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
    if (hasFiles(event)) trying(async () => add(await filesOf(event.dataTransfer)));
  });
  addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
}

at("by-path")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { path } = event.target.elements;
  trying(async () => {
    const job = await call("/videos", { method: "POST", body: { path: path.value.trim() } });
    path.value = "";
    const line = lineOf(titleOf(job));
    followAdding(job.id, line, button("Close", titleOf(job), () => line.remove()));
  });
});

refresh();
