// What was told of a watched source: events, the latest first, and numbers by the hour.

import { call } from "./api.js";
import { at, make, part } from "./page.js";
import { dated, listed, number, said, t } from "./words.js";
import { momentOf } from "./work.js";

const SHOWN = 50;

/** @type {Record<WatchedEvent["type"], string>} */
const TYPES = { new: t("came"), update: t("is there"), end: t("went") };

/** The cues that are told as events, as they are called there.
 * @type {Record<string, string>} */
const CUES = { stalled: t("the picture stands still"), frozen: t("the picture stands still"), dark: t("dark") };

/** The events of a source, by its own clock, as its day and its numbers are. */
export class EventList {
  /** @type {WatchedEvent[]} */
  #events = [];
  #zone = "UTC";
  #shown = "";

  /** @param {string} name of the source */
  constructor(name) {
    this.name = name;
  }

  async refresh() {
    ({ events: this.#events } = /** @type {{events: WatchedEvent[]}} */ (await call(`/sources/${this.name}/events?limit=${SHOWN}`)));
    this.#draw();
  }

  /** @param {string} zone of the source's clock */
  showZone(zone) {
    this.#zone = zone;
    this.#draw();
  }

  #draw() {
    const now = JSON.stringify([this.#zone, this.#events]);
    if (now === this.#shown) return;
    this.#shown = now;
    part(at("events"), "ol").replaceChildren(...this.#events.map((event) => itemOf(event, this.#zone)));
    part(at("events"), "p", ".none").hidden = this.#events.length > 0;
  }
}

/**
 * @param {WatchedEvent} event
 * @param {string} zone
 */
function itemOf(event, zone) {
  const where = event.zones.length ? t("in {zones}", { zones: listed(event.zones) }) : "";
  const lasted = event.type === "new" ? "" : t("after {seconds} s", { seconds: number(event.seconds, { maximumFractionDigits: 0 }) });
  return make("li", { dataset: { type: event.type } }, momentOf(Date.parse(event.time) / 1000, zone), make("strong", {}, CUES[event.label] ?? said(event.label)), [TYPES[event.type], where, lasted].filter(Boolean).join(" "));
}

/** How many people and vehicles there were in each hour of a day. */
export class CountTable {
  /** @type {WatchedCount[]} */
  #counts = [];
  #zone = "UTC";

  /** @param {string} name of the source */
  constructor(name) {
    this.name = name;
    at("count-zone").addEventListener("change", () => this.#draw());
  }

  /** @param {WatchedZone[]} zones */
  showZones(zones) {
    const names = ["", ...zones.map((zone) => zone.name)];
    const select = at("count-zone");
    if (JSON.stringify([...select.options].map((each) => each.value)) === JSON.stringify(names)) return;
    const { value } = select;
    select.replaceChildren(...names.map((name) => make("option", { value: name, selected: name === value }, name || t("the whole picture"))));
    this.#draw();
  }

  /** @param {WatchedDay} day */
  async show(day) {
    const { counts } = /** @type {{counts: WatchedCount[]}} */ (await call(`/sources/${this.name}/counts?day=${day.day}`));
    this.#counts = counts;
    this.#zone = day.zone;
    this.#draw();
  }

  #draw() {
    const mine = this.#counts.filter((each) => each.zone === at("count-zone").value);
    const most = Math.max(1, ...mine.map((each) => each.number));
    const hours = [...new Set(mine.map((each) => each.hour))].sort((one, other) => one - other);
    const of = (/** @type {number} */ hour, /** @type {WatchedCount["kind"]} */ kind) => mine.find((each) => each.hour === hour && each.kind === kind)?.number ?? 0;
    const clock = (/** @type {number} */ time) => dated(new Date(time * 1000), { timeZone: this.#zone, timeStyle: "short" });
    const cell = (/** @type {number} */ value, /** @type {string} */ kind) =>
      make("td", { dataset: { kind } }, make("span", { class: "bar-of", "aria-hidden": "true", style: { inlineSize: `${(value / most) * 60}%` } }), number(value));
    part(at("counts"), "tbody").replaceChildren(...hours.map((hour) =>
      make("tr", {}, make("th", { scope: "row", class: "time" }, clock(hour)), cell(of(hour, "people"), "people"), cell(of(hour, "vehicles"), "vehicles"))));
    part(at("counts"), "table").hidden = !hours.length;
    part(at("counts"), "p", ".none").hidden = hours.length > 0;
  }
}
