// A day of a watched source: what was recorded, what is missing and why, as a line and as a table.

import { call } from "./api.js";
import { at, field, make, part, refill, toast, trying } from "./page.js";
import { dated, number, t, tn } from "./words.js";

/** @typedef {"recorded" | "open" | "unlooked" | "gap"} StretchKind */
/** @typedef {{kind: StretchKind, start: number, end: number, why: string, video: string}} DayStretch `why` of a gap; the first video of it */

const TOUCHING = 0.5; // seconds between two segments that count as none
const HOUR = 3600, TICKS = 3 * HOUR;

/** @type {Record<StretchKind, string>} */
const KINDS = {
  recorded: t("recorded, people hidden"), open: t("recorded, people kept"), unlooked: t("not looked at: hidden whole"), gap: t("no pictures came"),
};

/**
 * The stretches of a day, in their order; those that were not looked at lie within others.
 * @param {WatchedSegment[]} segments
 */
export function stretchesOf(segments) {
  /** @type {DayStretch[]} */
  const found = [];
  /** @type {DayStretch | null} */
  let open = null;
  let run = "";
  for (const segment of segments) {
    const kind = segment.hidden ? "recorded" : "open";
    const hole = open && segment.start - open.end > TOUCHING;
    if (segment.gap > 0 || hole) found.push({ kind: "gap", start: open && hole ? open.end : segment.start - segment.gap, end: segment.start, why: segment.why, video: "" });
    if (open && open.kind === kind && run === segment.run && !segment.gap && !hole) open.end = segment.end;
    else found.push((open = { kind, start: segment.start, end: segment.end, why: "", video: "" }));
    open.video ||= segment.video;
    run = segment.run;
    for (const [start, end] of segment.unlooked) add(found, { kind: "unlooked", start: segment.start + start, end: segment.start + end, why: "", video: segment.video });
  }
  return found.sort((one, other) => one.start - other.start);
}

/**
 * @param {DayStretch[]} found
 * @param {DayStretch} unlooked
 */
function add(found, unlooked) {
  const before = found.findLast((each) => each.kind === "unlooked");
  if (before && unlooked.start - before.end < TOUCHING) before.end = unlooked.end;
  else found.push(unlooked);
}

export class DayLine {
  /** @type {WatchedDay | null} */
  #day = null;

  /**
   * @param {string} name of the source
   * @param {(day: WatchedDay) => void} onDay hears of each day that is shown
   */
  constructor(name, onDay) {
    this.name = name;
    this.onDay = onDay;
    at("day-date").addEventListener("change", () => trying(() => this.show(at("day-date").value)));
    at("day-before").addEventListener("click", () => trying(() => this.show(this.#beside(-1))));
    at("day-after").addEventListener("click", () => trying(() => this.show(this.#beside(1))));
    at("day-line").addEventListener("click", (event) => this.#openAt(this.#timeAt(event)));
    at("day-jump").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#openAt(this.#typed());
    });
  }

  /** Ask again for the day that is shown, which goes on if it is today. */
  refresh() {
    return this.show(this.#day?.day ?? "");
  }

  /** @param {string} day "" for today */
  async show(day) {
    this.#day = /** @type {WatchedDay} */ (await call(`/sources/${this.name}/segments${day ? `?day=${day}` : ""}`));
    if (document.activeElement !== at("day-date")) at("day-date").value = this.#day.day;
    at("day-zone").textContent = this.#day.zone;
    this.#draw(stretchesOf(this.#day.segments), this.#day);
    this.onDay(this.#day);
  }

  /** @param {number} days */
  #beside(days) {
    const date = new Date(`${this.#day?.day ?? at("day-date").value}T12:00:00Z`);
    date.setUTCDate(date.getUTCDate() + days);
    return date.toISOString().slice(0, 10);
  }

  /**
   * @param {DayStretch[]} stretches
   * @param {WatchedDay} day
   */
  #draw(stretches, day) {
    const share = (/** @type {number} */ time) => (Math.min(Math.max(time, day.start), day.end) - day.start) / (day.end - day.start);
    const percent = (/** @type {number} */ value) => `${value * 100}%`;
    const line = at("day-line");
    line.setAttribute("role", "img");
    line.setAttribute("aria-label", summaryOf(stretches));
    const pieces = stretches.map(({ kind, start, end, why }) =>
      make("span", { class: "piece", dataset: { kind }, title: [this.#clock(start), KINDS[kind], why].filter(Boolean).join(" "), style: { insetInlineStart: percent(share(start)), inlineSize: percent(share(end) - share(start)) } }));
    const ticks = [];
    for (let time = day.start; time < day.end; time += TICKS) ticks.push(make("span", { class: "tick", style: { insetInlineStart: percent(share(time)) } }, dated(new Date(time * 1000), { timeZone: day.zone, hour: "2-digit", minute: "2-digit" })));
    line.replaceChildren(make("span", { class: "track" }, ...pieces), ...ticks);
    refill(part(at("day-table"), "tbody"), ...(stretches.length ? stretches.map((each) => this.#row(each)) : [make("tr", {}, make("td", { colspan: 4 }, t("Nothing was recorded on this day.")))]));
  }

  /** @param {DayStretch} stretch */
  #row({ kind, start, end, why, video }) {
    const from = this.#clock(start);
    return make("tr", {}, make("th", { scope: "row", class: "time" }, from), make("td", { class: "time", dataset: { name: t("To") } }, this.#clock(end)), make("td", {}, why ? `${KINDS[kind]}: ${why}` : KINDS[kind]),
      make("td", {}, video && make("a", { href: `/videos/${video}`, "aria-label": t("The video from {time}", { time: from }) }, t("video"))));
  }

  /** @param {number} time */
  #clock(time) {
    return dated(new Date(time * 1000), { timeZone: this.#day?.zone, timeStyle: "medium" });
  }

  /** @param {MouseEvent} event */
  #timeAt(event) {
    const box = part(at("day-line"), "span", ".track").getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const isTurned = getComputedStyle(at("day-line")).direction === "rtl";
    return this.#day ? this.#day.start + (isTurned ? 1 - share : share) * (this.#day.end - this.#day.start) : 0;
  }

  /** The moment that was typed, by the source's own clock. */
  #typed() {
    const day = this.#day;
    if (!day) return 0;
    const [hours, minutes, seconds = 0] = field(at("day-jump"), "time").value.split(":").map(Number);
    const wanted = hours * HOUR + minutes * 60 + seconds;
    const shown = dayTime(day.start + wanted, day.zone);
    return day.start + wanted + (wanted - shown); // where the clock was put forward or back meanwhile
  }

  /** @param {number} time */
  #openAt(time) {
    const found = this.#day?.segments.find((segment) => segment.start <= time && time < segment.end);
    if (found?.video) location.assign(`/videos/${found.video}#t=${(time - found.start).toFixed(1)}`);
    else toast(found ? t("That is recorded, and will be in the library in a moment.") : t("Nothing was recorded at that time."));
  }
}

/**
 * Seconds since midnight by the clock there.
 * @param {number} time
 * @param {string} zone
 */
function dayTime(time, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).formatToParts(new Date(time * 1000));
  const [hours, minutes, seconds] = ["hour", "minute", "second"].map((type) => Number(parts.find((each) => each.type === type)?.value));
  return hours * HOUR + minutes * 60 + seconds;
}

/** @param {DayStretch[]} stretches */
function summaryOf(stretches) {
  const lasting = (/** @type {StretchKind[]} */ ...kinds) => stretches.filter((each) => kinds.includes(each.kind)).reduce((sum, each) => sum + each.end - each.start, 0);
  const hours = number(lasting("recorded", "open") / HOUR, { style: "unit", unit: "hour", unitDisplay: "long", maximumFractionDigits: 1 });
  const gaps = stretches.filter((each) => each.kind === "gap").length;
  return `${t("Recorded: {hours}.", { hours })} ${tn("{count} gap.", "{count} gaps.", gaps)} ${t("Not looked at: {seconds} s.", { seconds: Math.round(lasting("unlooked")) })}`;
}
