// A video: its player, its timeline, its transcript, its tags and its copies.

import { API, call, make, may, timecode, toast, trying } from "./api.js";
import { isTyping } from "./common.js";
import { lanesOf, Timeline } from "./lanes.js";

const at = (id) => document.getElementById(id);
const id = location.pathname.split("/")[2];
const FORMATS = ["json", "csv", "webvtt", "webvtt-chapters", "webvtt-metadata", "srt", "otio", "edl", "fcpxml", "coco", "cvat", "mot", "yolo", "annotations", "iiif", "sheet"];
let video;
let timeline;
let clock = 0; // seconds
let way = "film"; // how pictures are shown: film, frames, or masked moments

const film = at("film");

trying(async () => {
  video = await call(`/videos/${id}`);
  document.title = `${video.name} – Passerby`;
  at("name").textContent = video.name;
  at("facts").textContent = [
    timecode(video.duration, 1), `${video.width}×${video.height}`,
    video.recorded && `recorded ${video.recorded.slice(0, 10)}`,
    video.people.seconds ? `people in view for ${timecode(video.people.seconds)}` : "nobody in view",
    video.status === "done" ? "" : `${video.status}: ${video.note}`,
  ].filter(Boolean).join(" · ");
  timeline = new Timeline(at("timeline"), lanesOf(video), video.duration, { onSeek: seek, onHover: hover });
  showLists();
  showTranscript();
  await choosePlayer();
  const asked = new URLSearchParams(location.hash.slice(1)).get("t") ?? new URLSearchParams(location.search).get("t");
  moved(0);
  if (asked !== null && Number.isFinite(Number(asked))) seek(Number(asked));
  document.documentElement.dataset.ready = "true";
});

// The player

async function choosePlayer() {
  const { copies } = await call(`/copies?video=${id}`);
  showCopies(copies);
  film.addEventListener("error", () => fallBack(may("redact") ? "frames" : "moments"));
  if (may("redact")) return play(`${API}/videos/${id}/media`, "");
  if (copies.length) return play(`${API}/copies/${copies[0].id}/media`, `You see the safe copy ${copies[0].name}.`);
  return fallBack("moments");
}

function play(address, told) {
  film.src = address;
  film.hidden = false;
  tell(told);
}

function tell(text) {
  at("told").textContent = text;
  at("told").hidden = !text;
}

function fallBack(next) {
  if (way !== "film") return;
  way = next;
  film.hidden = true;
  at("still").hidden = false;
  tell(next === "frames" ? "This browser cannot play the file. It is shown frame by frame." : "You see a picture of each moment, with people masked: there is no safe copy of this video yet.");
  showStill();
}

function showStill() {
  clearTimeout(showStill.waiting);
  showStill.waiting = setTimeout(() => {
    at("still").src = way === "frames" ? `${API}/videos/${id}/frame?time=${clock}` : `${API}/videos/${id}/thumbnail?moment=${momentAt(clock)}`;
    at("still").alt = `The picture at ${timecode(clock, 1)}`;
  }, 100);
}

/** The index of the moment that holds a time. */
function momentAt(time) {
  const after = video.moments.findIndex((moment) => moment.end > time);
  return after < 0 ? Math.max(video.moments.length - 1, 0) : after;
}

function seek(time) {
  const wanted = Math.max(0, Math.min(time, video.duration));
  if (way === "film") film.currentTime = wanted;
  else showStill();
  moved(wanted);
}

function moved(time) {
  clock = time;
  timeline.move(time);
  at("clock").textContent = timecode(time, 2);
  at("like").href = `/search?like=${id}@${time.toFixed(3)}`;
  if (at("share")) at("share").href = `/videos/${id}/share`;
  follow(time);
  showTags();
  if (way !== "film") showStill();
}

film.addEventListener("timeupdate", () => film.paused && moved(film.currentTime));
film.addEventListener("play", () => {
  const step = () => {
    moved(film.currentTime);
    if (!film.paused) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
});

// Frames last about as long as each other; to the middle of one, so that rounding leads to no other.
const frame = () => video.duration / Math.max(video.frames, 1);
const KEYS = {
  " ": () => (film.paused ? film.play() : film.pause()),
  k: () => film.pause(),
  j: () => seek(clock - 5),
  l: () => (film.paused ? film.play() : seek(clock + 5)),
  ArrowLeft: () => seek((Math.floor(clock / frame() + 1e-6) - 0.5) * frame()),
  ArrowRight: () => seek((Math.floor(clock / frame() + 1e-6) + 1.5) * frame()),
  ",": () => KEYS.ArrowLeft(),
  ".": () => KEYS.ArrowRight(),
  "+": () => timeline.zoom(0.7),
  "-": () => timeline.zoom(1.4),
};
addEventListener("keydown", (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (isTyping(event) || !KEYS[key] || (key === " " && /^(BUTTON|A|SUMMARY)$/.test(event.target.tagName))) return;
  event.preventDefault();
  KEYS[key]();
});
at("closer").addEventListener("click", () => timeline.zoom(0.6));
at("wider").addEventListener("click", () => timeline.zoom(1.7));

// The timeline

function hover(time, x, item) {
  at("hover").hidden = time === null || time < 0 || time > video.duration;
  if (at("hover").hidden) return;
  const picture = at("hover").querySelector("img");
  const address = `${API}/videos/${id}/thumbnail?moment=${momentAt(time)}`;
  if (picture.getAttribute("src") !== address) picture.src = address;
  at("hover").querySelector("p").textContent = [timecode(time, 1), item?.text].filter(Boolean).join(" · ");
  at("hover").style.left = `${Math.min(Math.max(x - 104, 0), at("lanes").clientWidth - 208)}px`;
}

function showLists() {
  at("as-lists").addEventListener("toggle", () => {
    if (at("lists").childElementCount) return;
    at("lists").append(
      ...timeline.lanes.map(({ name, items }) =>
        make("section", {}, make("h3", {}, `${name} (${items.length})`),
          make("ul", {}, ...items.slice(0, 500).map((item) =>
            make("li", {}, make("button", { type: "button", onclick: () => seek(item.start) }, `${timecode(item.start, 1)} ${item.text ?? ""}`))))),
      ),
    );
  });
}

// The transcript

const lines = []; // [start, element]

function showTranscript() {
  if (!video.speech.length) {
    at("words").hidden = true;
    return;
  }
  const page = document.createDocumentFragment();
  for (const said of video.speech) {
    const line = make("p", {}, make("span", { class: "at quiet time", dataset: { start: said.start } }, timecode(said.start)));
    for (const word of said.words.length ? said.words : [said]) line.append(make("span", { dataset: { start: word.start } }, word.text.trim()), " ");
    lines.push([said.start, line]);
    page.append(line);
  }
  at("transcript").append(page);
  at("transcript").addEventListener("click", (event) => {
    const { start } = event.target.dataset;
    if (start !== undefined) seek(Number(start));
  });
}

let current = null;

function follow(time) {
  const next = lines.findLast(([start]) => start <= time + 1e-3)?.[1] ?? null;
  if (next === current) return;
  current?.classList.remove("now");
  current = next;
  if (!current) return;
  current.classList.add("now");
  const box = at("transcript");
  if (!box.matches(":hover")) box.scrollTop = current.offsetTop - box.clientHeight / 3;
}

let found = [];
at("within").addEventListener("input", () => {
  const wanted = at("within").value.trim().toLowerCase();
  for (const [, line] of found) line.classList.remove("found");
  found = wanted ? lines.filter(([, line]) => line.textContent.toLowerCase().includes(wanted)) : [];
  for (const [, line] of found) line.classList.add("found");
  at("within-count").textContent = wanted ? `${found.length} ${found.length === 1 ? "place" : "places"}; Enter goes to the next` : "";
  found[0]?.[1].scrollIntoView({ block: "nearest" });
});
at("within").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !found.length) return;
  const next = found.find(([start]) => start > clock + 0.01) ?? found[0];
  seek(next[0]);
});

// Tags

let tagged = "";

function showTags() {
  const moment = video.moments[momentAt(clock)];
  const here = (span) => span.start <= clock + 1e-6 && span.end > clock;
  const rejected = new Set(video.notes.filter((note) => note.rejected && here(note)).map((note) => note.label));
  const own = video.notes.filter((note) => !note.rejected && here(note)).map((note) => note.label);
  const labels = [...new Set([...own, ...video.tags.filter(here).map((tag) => tag.label), ...video.objects.filter(here).map((object) => object.label)])];
  const shown = labels.filter((label) => !rejected.has(label));
  const key = JSON.stringify([momentAt(clock), shown]);
  if (key === tagged) return;
  tagged = key;
  at("tags").replaceChildren(
    ...shown.map((label) =>
      make("li", { class: "chip" }, make("a", { href: `/search?label=${encodeURIComponent(label)}` }, label),
        may("write") ? make("button", { type: "button", "aria-label": `${label} is wrong here`, title: "Wrong here", onclick: () => note(moment, [], [label]) }, "×") : null)),
    ...(shown.length ? [] : [make("li", { class: "quiet" }, "None.")]),
  );
}

function note(moment, given, rejected) {
  return trying(async () => {
    const told = await call(`/videos/${id}/notes`, { method: "POST", body: { start: moment.start, end: moment.end, given, rejected } });
    video.notes = told.notes;
    tagged = "";
    showTags();
    timeline.lanes = lanesOf(video);
    timeline.draw();
    toast(given.length ? `Tagged ${timecode(moment.start)} to ${timecode(moment.end)}.` : "Taken note of.");
  });
}

at("tag")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await note(video.moments[momentAt(clock)], [at("label").value.trim()], []);
  at("label").value = "";
});

// Exports and copies

for (const name of FORMATS) at("export").append(make("option", { value: name }, name));
at("export").append(make("option", { value: "page" }, "a page to mail"));
at("export").addEventListener("change", () => {
  const name = at("export").value;
  at("export").value = "";
  if (name) location.assign(name === "page" ? `${API}/videos/${id}/page` : `${API}/videos/${id}/exports/${name}`);
});

function showCopies(copies) {
  at("copies").replaceChildren(
    ...copies.map((copy) =>
      make("li", {}, make("a", { href: `${API}/copies/${copy.id}/media?download=true`, download: "" }, copy.name),
        ` ${new Date(copy.created * 1000).toLocaleString()} `,
        make("span", { class: "chip" }, copy.passed ? "audit passed" : "audit found faces"), " ",
        make("a", { href: `${API}/copies/${copy.id}/manifest?download=true` }, "manifest"))),
    ...(copies.length ? [] : [make("li", { class: "quiet" }, "None yet.")]),
  );
}
