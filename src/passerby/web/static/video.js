// The page of a video: its player, lanes, transcript, labels, exports and copies.

import { API, call } from "./api.js";
import { Chapters } from "./chapters.js";
import { Comments } from "./comments.js";
import { isTyping } from "./common.js";
import { showCopies } from "./copies.js";
import { Corrections } from "./corrections.js";
import { changeDetails, recordedOf } from "./details_dialog.js";
import { tellKeys } from "./key_sheet.js";
import { lanesOf, listsOf } from "./known.js";
import { Lanes } from "./lanes.js";
import { showLists } from "./lists.js";
import { Notes } from "./notes.js";
import { at, make, may, maybe, parts, timecode, trying } from "./page.js";
import { filmPlayer, stepped, stillPlayer } from "./player.js";
import { showReview } from "./review.js";
import { Stretch } from "./stretch.js";
import { lastBefore, Transcript } from "./transcript.js";
import { said, t, tn } from "./words.js";

const id = location.pathname.split("/")[2];
const base = `${API}/videos/${id}`;
const JUMP = 10; // seconds
const pictureOf = (/** @type {number} */ moment) => `${base}/thumbnail?moment=${moment}`;

class VideoPage {
  #now = 0; // seconds
  #unfolded = false;
  #lanes;
  #transcript;
  #stretch;
  #notes;
  #chapters;
  #comments;
  #player;

  /**
   * @param {VideoDocument} video
   * @param {Copy[]} copies
   */
  constructor(video, copies) {
    this.video = video;
    const seek = (/** @type {number} */ seconds) => this.#seek(seconds);
    this.#lanes = new Lanes(at("lanes"), {
      duration: Math.max(video.duration, 0.01), seek, preview: (seconds, labels) => this.#preview(seconds, labels),
    });
    at("look").hidden = !(video.speech ?? []).length;
    const corrections = new Corrections(video, (number, line) => this.#correct(number, line));
    this.#transcript = new Transcript(at("transcript"), video.speech ?? [], seek, (line, number) => corrections.toolsOf(line, number));
    Corrections.tellUnplaced(at("unplaced"), video.unplaced ?? [], seek);
    this.#stretch = new Stretch({ moment: () => video.moments[this.#momentAt(this.#now)] ?? { start: 0, end: video.duration }, now: () => this.#now });
    this.#notes = new Notes(video, { seek, changed: () => {
      this.#showLabels();
      this.#showKnown();
    } });
    this.#chapters = new Chapters(video, { seek, now: () => this.#now, shot: () => this.#shotAt(this.#now), changed: () => this.#showLanes() });
    this.#comments = may("write") ? new Comments(video.id, { seek, now: () => this.#now }) : null;
    showReview(video);
    this.#showKnown();
    showCopies(at("copies"), copies);
    this.#player = this.#makePlayer(copies);
    this.#follow(0);
    this.#seekToAddress();
    this.#listen();
  }

  #listen() {
    addEventListener("hashchange", () => this.#seekToAddress());
    // Before the film itself hears of keys: its own controls would do the same once more.
    addEventListener("keydown", (event) => this.#press(event), { capture: true });
    let count = 0;
    at("look-for").addEventListener("input", () => tellFound((count = this.#transcript.search(at("look-for").value))));
    at("look").addEventListener("submit", (event) => {
      event.preventDefault();
      const number = this.#transcript.next();
      if (number) at("found").textContent = t("{number} of {count} found", { number, count });
    });
    maybe("give")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const label = at("label").value.trim();
      if (label) trying(() => this.#notes.say(this.#stretch.span, label)).then(() => (at("label").value = ""));
    });
    at("zoom-in").addEventListener("click", () => this.#lanes.zoom(0.5));
    at("zoom-out").addEventListener("click", () => this.#lanes.zoom(2));
    at("fold").addEventListener("click", () => {
      this.#unfolded = !this.#unfolded;
      this.#showLanes();
    });
  }

  // Playing

  /** @param {Copy[]} copies */
  #makePlayer(copies) {
    const told = (/** @type {number} */ seconds) => this.#follow(seconds);
    if (may("redact")) {
      return filmPlayer(at("player"), `${base}/media`, { told, failed: () => this.#showFrames() });
    }
    if (copies.length) {
      const failed = () => this.#showSlides(t("This browser cannot play the safe copy. These are pictures of its moments, people masked."));
      return filmPlayer(at("player"), `${API}/copies/${copies[0].id}/media`, { told, failed });
    }
    return this.#slides(t("There is no safe copy of this video yet. These are pictures of its moments, people masked."));
  }

  #showFrames() {
    const now = this.#now;
    this.#player = stillPlayer(at("player"), (seconds) => `${base}/frame?time=${stepped(seconds)}`, {
      duration: this.video.duration, told: (seconds) => this.#follow(seconds),
      words: t("This browser cannot play the file, so it is shown picture by picture, without sound."),
    });
    this.#player.seek(now);
  }

  /** @param {string} words */
  #showSlides(words) {
    const now = this.#now;
    this.#player = this.#slides(words);
    this.#player.seek(now);
  }

  /** @param {string} words */
  #slides(words) {
    const pictureAt = (/** @type {number} */ seconds) => pictureOf(this.#momentAt(seconds));
    return stillPlayer(at("player"), pictureAt, { duration: this.video.duration, words, told: (seconds) => this.#follow(seconds) });
  }

  /** @param {number} seconds */
  #seek(seconds) {
    this.#player.seek(seconds);
  }

  /** Go to where the address says. */
  #seekToAddress() {
    const told = /^#t=([\d.]+)/.exec(location.hash)?.[1] ?? new URLSearchParams(location.search).get("t");
    const seconds = Number(told);
    if (told && Number.isFinite(seconds)) this.#seek(Math.min(Math.max(seconds, 0), this.video.duration));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (isTyping(event)) return;
    const isControl = event.target instanceof Element && event.target.closest("button, a, summary, dialog");
    /** @type {Record<string, (() => void) | undefined>} */
    const actions = {
      " ": isControl ? undefined : () => this.#player.toggle(),
      k: () => this.#player.toggle(),
      j: () => this.#seek(Math.max(this.#now - JUMP, 0)),
      l: () => this.#seek(Math.min(this.#now + JUMP, this.video.duration)),
      i: () => this.#stretch.setIn(),
      o: () => this.#stretch.setOut(),
      ArrowLeft: () => this.#step(-1),
      ArrowRight: () => this.#step(1),
      "+": () => this.#lanes.zoom(0.5),
      "=": () => this.#lanes.zoom(0.5),
      "-": () => this.#lanes.zoom(2),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  /**
   * Go some frames on, or back.
   * @param {number} by
   */
  #step(by) {
    const { frames, duration } = this.video;
    const frame = frames ? duration / frames : 0.04;
    const number = Math.min(Math.max(Math.floor(this.#now / frame + 1e-6) + by, 0), Math.max(frames - 1, 0));
    this.#seek((number + 0.5) * frame);
  }

  // What is shown

  /**
   * The time that is played has changed.
   * @param {number} seconds
   */
  #follow(seconds) {
    const moment = this.#momentAt(seconds);
    const isOther = moment !== this.#momentAt(this.#now) || !at("labels").childElementCount;
    this.#now = seconds;
    at("clock").textContent = timecode(seconds, 1);
    at("like").setAttribute("href", `/search?like=${id}@${seconds.toFixed(3)}`);
    this.#lanes.head(seconds);
    this.#transcript.at(seconds);
    this.#chapters.at(seconds);
    this.#comments?.at(seconds);
    if (isOther) this.#showLabels();
  }

  /** @param {number} seconds */
  #momentAt(seconds) {
    return Math.max(lastBefore(this.video.moments, seconds), 0);
  }

  /** @param {number} seconds */
  #shotAt(seconds) {
    const shots = this.video.shots ?? [];
    return shots[lastBefore(shots, seconds)]?.start ?? 0;
  }

  /**
   * A line of the transcript has other words.
   * @param {number} number
   * @param {Speech} line
   */
  #correct(number, line) {
    this.video.speech?.splice(number, 1, line);
    this.#transcript.replace(number, line);
    if (at("look-for").value) tellFound(this.#transcript.search(at("look-for").value));
    this.#showKnown();
  }

  #showKnown() {
    this.#showLanes();
    this.#notes.showAll();
    const reject = (/** @type {LabelledSpan} */ span) => trying(() => this.#notes.say(span, span.label, true));
    showLists(at("as-lists"), listsOf(this.video), (seconds) => this.#seek(seconds), may("write") ? reject : undefined);
  }

  #showLanes() {
    const { lanes, folded } = lanesOf(this.video, this.#unfolded);
    at("fold").hidden = folded <= 0;
    at("fold").textContent = this.#unfolded ? t("Fewer objects") : tn("{count} more object", "{count} more objects", folded);
    at("fold").setAttribute("aria-expanded", String(this.#unfolded));
    this.#lanes.fill(lanes);
  }

  #showLabels() {
    const moment = this.video.moments[this.#momentAt(this.#now)];
    if (moment) this.#notes.showLabels(moment);
    this.#stretch.tell();
  }

  /**
   * What the lanes show of a time when hovering.
   * @param {number} seconds
   * @param {string[]} labels
   */
  #preview(seconds, labels) {
    const number = this.#momentAt(seconds);
    const words = [make("strong", { class: "time" }, timecode(seconds, 1)), ` ${labels.join(", ")}`];
    if (this.video.moments[number]?.not_described) return words;
    const picture = make("img", { alt: "", src: pictureOf(number) });
    picture.addEventListener("error", () => picture.remove());
    return [picture, ...words];
  }
}

/**
 * Say what stays the same while a page is open.
 * @param {VideoDocument} video
 */
function tellOf(video) {
  tellDetails(video);
  maybe("details")?.removeAttribute("disabled");
  maybe("details")?.addEventListener("click", () => trying(async () => {
    if (await changeDetails(video)) tellDetails(Object.assign(video, await call(`/videos/${id}?boxes=false`)));
  }));
  at("facts").textContent = [timecode(video.duration), `${video.width} × ${video.height}`, recordedOf(video)].filter(Boolean).join(" · ");
  if (video.status === "incomplete") {
    at("told").append(make("p", { class: "notice" }, t("This video is not indexed to its end; what is known so far is shown.")));
  }
  if (video.note) at("told").append(make("p", { class: "notice" }, t("The file is damaged: {reason}", { reason: said(video.note) })));
  at("player").style.setProperty("--ratio", `${video.width} / ${video.height}`);
  for (const link of parts(document, "a", "[data-export]")) link.href = `${base}/${link.dataset.export}`;
  const labels = new Set([...(video.tags ?? []), ...(video.objects ?? []), ...(video.notes ?? [])].map((each) => each.label));
  maybe("known")?.append(...[...labels].map((label) => make("option", { value: label })));
}

/**
 * Say what people have said of the whole video.
 * @param {VideoDocument} video
 */
function tellDetails({ name, description }) {
  document.title = `${name} · Passerby`;
  at("name").textContent = name;
  at("description").textContent = description;
  at("description").hidden = !description;
}

/** @param {number} count */
function tellFound(count) {
  at("found").textContent = at("look-for").value.trim() ? t("{count} found", { count }) : "";
}

tellKeys(() => [
  { keys: [" "], words: t("Play, or pause; so does K") },
  { keys: ["J"], words: t("Back 10 s") },
  { keys: ["L"], words: t("Forward 10 s") },
  { keys: ["ArrowLeft"], words: t("One frame back, to its middle") },
  { keys: ["ArrowRight"], words: t("One frame on; the frames of a video of uneven rate are stepped by their average length") },
  ...(may("write") ? [{ keys: ["I"], words: t("A label begins here") }, { keys: ["O"], words: t("A label ends here") }] : []),
  { keys: ["+ −"], words: t("Zoom the lanes") },
]);

/** Mark, for whoever measures the page, when all of it is painted and answers. */
const tellReady = () => requestAnimationFrame(() => setTimeout(() => performance.mark("ready")));

const [known, made] = await Promise.all([
  trying(() => call(`/videos/${id}?boxes=false`)),
  trying(() => call(`/copies?video=${id}`)),
]);
if (known) {
  tellOf(known);
  new VideoPage(known, made?.copies ?? []);
  tellReady();
} else at("facts").textContent = t("This video could not be loaded; reload the page to try again.");
