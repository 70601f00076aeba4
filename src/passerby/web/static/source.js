// One watched source: what it shows now, its days, its events and numbers, its zones, and how it is.

import { call } from "./api.js";
import { DayLine } from "./day_line.js";
import { confirmed } from "./dialogs.js";
import { HiddenStream } from "./hidden_stream.js";
import { LivePicture } from "./live_picture.js";
import { at, make, maybe, meta, part, trying } from "./page.js";
import { CountTable, EventList } from "./source_events.js";
import { describeSource } from "./source_form.js";
import { healthOf, isLive, shortOf } from "./source_state.js";
import { whileSeen } from "./while_seen.js";
import { number, t } from "./words.js";
import { ZoneBoard } from "./zone_board.js";

const STATE_EVERY = 2000, EVENTS_EVERY = 3000, DAY_EVERY = 30_000; // ms

const name = meta("source");
const picture = new LivePicture(name);
at("scene").append(picture.element);
const board = new ZoneBoard(name);
const events = new EventList(name), counts = new CountTable(name);
const day = new DayLine(name, (shown) => trying(() => counts.show(shown)));
/** @type {WatchedSource | null} */
let source = null;
/** @type {HiddenStream | null} */
let stream = null;

let asked = 0; // how often: an answer counts only if nothing newer is known

async function refresh() {
  const mine = ++asked;
  try {
    const told = await call(`/sources/${name}`);
    if (mine === asked) show(told);
  } catch (error) {
    at("gone").textContent = error.message;
    at("gone").hidden = false;
  }
}

/** @param {WatchedSource} told */
function show(told) {
  source = told;
  at("gone").hidden = true;
  const words = shortOf(told.state);
  if (at("status").textContent !== words) at("status").textContent = words;
  at("status").dataset.status = told.state.status;
  picture.show(told);
  board.show(told.zones);
  counts.showZones(told.zones);
  events.showZone(told.zone);
  const lines = healthOf(told).flatMap(([what, value]) => [make("dt", {}, what), make("dd", { class: "time" }, value)]);
  part(at("health"), "dl").replaceChildren(...lines);
  at("see-stream").hidden = !told.restream || told.keep_original || (!isLive(told.state) && !stream);
}

function play() {
  stream = new HiddenStream(name, (words) => stop(words));
  picture.element.after(stream.video);
  picture.element.hidden = true;
  press(true);
}

/** @param {string} words why */
function stop(words = "") {
  stream?.end();
  stream = null;
  picture.element.hidden = false;
  press(false);
  at("delay").hidden = !words;
  at("delay").textContent = words;
}

/** @param {boolean} isPlaying */
function press(isPlaying) {
  at("see-stream").setAttribute("aria-pressed", String(isPlaying));
  at("see-stream").textContent = isPlaying ? t("Back to pictures") : t("Play the hidden stream");
}

/** How long ago what is shown happened: it was hidden, written, fetched and held since. */
function tellDelay() {
  if (!stream || !source) return;
  const age = stream.age(Date.now() / 1000 - clockAhead);
  at("delay").hidden = age === null;
  if (age !== null) at("delay").textContent = t("This happened about {seconds} seconds ago.", { seconds: number(Math.max(age, 0), { maximumFractionDigits: 0 }) });
}

let clockAhead = 0; // seconds that this browser's clock is ahead of the server's

async function refreshNow() {
  await refresh();
  if (source) clockAhead = Date.now() / 1000 - source.state.now;
  tellDelay();
}

async function showCollection() {
  const { collections } = /** @type {{collections: Collection[]}} */ (await call("/collections"));
  const own = collections.find((collection) => collection.name === name);
  at("source-videos").hidden = !own;
  if (own) at("source-videos").href = `/?collection=${own.id}`;
}

at("see-stream").addEventListener("click", () => (stream ? stop() : play()));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" || (stream && stop()));
maybe("change-source")?.addEventListener("click", async () => {
  const kept = await describeSource(source);
  if (!kept) return;
  asked++;
  show(kept);
});
maybe("remove-source")?.addEventListener("click", async () => {
  if (!(await confirmed(at("remove-dialog")))) return;
  await trying(async () => {
    await call(`/sources/${name}`, { method: "DELETE" });
    location.assign("/live");
  });
});
whileSeen(refreshNow, STATE_EVERY);
whileSeen(() => events.refresh(), EVENTS_EVERY);
whileSeen(() => day.refresh(), DAY_EVERY);
trying(showCollection);
