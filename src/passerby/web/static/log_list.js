// The log: who did what, the newest first, of all or of a user, an act, a video; and as a table to keep.

import { API, call } from "./api.js";
import { at, field, make, maybe, part, trying } from "./page.js";
import { cell, fill, row, rowHead, when } from "./tables.js";
import { t } from "./words.js";

const LINES = matchMedia("(max-width: 40rem)").matches ? 15 : 50; // of a page of it: on a phone each takes several

/** What the acts of the log are called.
 * @type {Record<string, string>} */
const ACTS = {
  log_in: t("logged in"), log_in_failed: t("tried to log in, with a wrong password"), log_out: t("logged out"), end_session: t("ended a session"),
  add_user: t("added a user"), set_password: t("set a password"), set_role: t("gave another role"), remove_user: t("removed a user"),
  make_token: t("made a token"), revoke_token: t("revoked a token"), search: t("searched"), view: t("looked at what is known"),
  view_original: t("saw the original"), view_plan: t("saw a plan"), view_copy: t("saw a copy"), view_report: t("saw an audit"),
  export: t("exported"), copy: t("copied the library"), redact: t("made a safe copy"), audit: t("audited a copy"), download: t("downloaded"),
  share: t("made a link"), unshare: t("ended a link"), release: t("released a copy to viewers"), withdraw: t("took a copy back from viewers"),
  add: t("added"), tag: t("tagged"), teach: t("taught a label"), unteach: t("took a taught label back"), look: t("looked for what to hide"),
  change_plan: t("changed a plan"), remove_plan: t("removed a plan"), remove_copy: t("removed a copy"), answer: t("said that a face is nobody"),
  retract: t("took an answer back"), stop: t("stopped a job"), pull: t("fetched a model"), add_hook: t("added an address"),
  remove_hook: t("removed an address"), open_share: t("opened a link"), describe: t("gave a title or description"), trash: t("put into the trash"),
  restore: t("took out of the trash"), make_collection: t("made a collection"), change_collection: t("changed a collection"),
  remove_collection: t("removed a collection"), collect: t("put into a collection"), take_out: t("took out of a collection"), comment: t("commented"),
  forget: t("forgot a video"), take: t("took evidence"), hold: t("held as evidence"), lift: t("lifted a hold"), verify: t("verified evidence"),
  admit: t("let somebody see a case"), dismiss: t("let somebody see a case no more"),
  add_source: t("added a source"), change_source: t("changed a source"), remove_source: t("removed a source"), view_live: t("watched live"),
};

const actOf = (/** @type {string} */ action) => ACTS[action] ?? action.replaceAll("_", " ");

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
