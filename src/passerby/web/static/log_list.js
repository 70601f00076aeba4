// The log: who did what, the newest first, of all or of a user, an act, a video; and as a table to keep.

import { ACTS, actOf } from "./acts.js";
import { API, call } from "./api.js";
import { at, field, make, maybe, part, trying } from "./page.js";
import { cell, fill, row, rowHead, when } from "./tables.js";
import { t } from "./words.js";

const LINES = matchMedia("(max-width: 40rem)").matches ? 15 : 50; // of a page of it: on a phone each takes several

/** @type {(string | null)[]} */
const pages = [null]; // where the pages begin that were turned

export async function log() {
  const asked = new URLSearchParams({ ...filters(), limit: String(LINES) });
  const cursor = pages[pages.length - 1];
  if (cursor) asked.set("cursor", cursor);
  /** @type {{entries: LogEntry[], next: string | null}} */
  const { entries, next } = await call(`/log/latest?${asked}`);
  fill("log", entries.map((entry) => row(
    rowHead(String(entry.number)),
    make("td", { class: "nowrap", dataset: { name: t("When") } }, when(entry.time)),
    cell(t("Who"), entry.user.startsWith("(") ? make("span", { class: "quiet" }, entry.user) : entry.user),
    cell(t("Did what"), actOf(entry.action)),
    cell(t("To what"), subjectOf(entry), make("span", { class: "quiet" }, detailsIn(entry))),
  )));
  at("older").disabled = next === null;
  at("newer").disabled = pages.length === 1;
  at("older").onclick = () => turn(() => pages.push(next));
  const told = new URLSearchParams(filters());
  part(at("log"), "p", ".none").textContent = told.size ? t("No entry has all of that.") : t("Nothing has been noted yet.");
  part(at("log"), "a", ".button").href = `${API}/log/csv?${told}`;
}

/** What the form asks for. */
function filters() {
  const form = at("log-filter");
  const typed = ["user", "action", "words"].map((name) => [name, field(form, name).value.trim()]);
  return Object.fromEntries(typed.filter(([, value]) => value));
}

/** @param {LogEntry} entry */
function subjectOf({ subject, name }) {
  if (/^[0-9a-f]{64}$/.test(subject)) return make("a", { href: `/videos/${subject}` }, name || t("video {number}", { number: subject.slice(0, 12) }));
  const job = /^job:(.*)/.exec(subject)?.[1];
  return job ? make("a", { href: `/jobs/${job}` }, t("job {number}", { number: job.slice(0, 8) })) : subject.replace(":", " ");
}

const detailsIn = (/** @type {LogEntry} */ { details }) => Object.entries(details).map(([name, value]) => ` ${name.replaceAll("_", " ")} ${value}`).join(",");

/** @param {() => unknown} change */
function turn(change) {
  change();
  trying(log);
}

if (maybe("log")) {
  field(at("log-filter"), "action").append(...Object.entries(ACTS).map(([value, words]) => make("option", { value }, words)));
  at("newer").addEventListener("click", () => turn(() => pages.pop()));
  at("log-filter").addEventListener("change", () => turn(() => (pages.length = 1)));
  at("log-filter").addEventListener("submit", (event) => {
    event.preventDefault();
    turn(() => (pages.length = 1));
  });
}
