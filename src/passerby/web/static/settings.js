// The settings: models, users, tokens, webhooks and the log; each part fills its own section, if it is there.

import { call } from "./api.js";
import { HAS_ENDED, shareOf } from "./job_stream.js";
import "./language.js";
import { at, field, make, may, maybe, part, parts, toast, trying } from "./page.js";
import { listed, said, t } from "./words.js";
import { bar, follow, momentOf, stateOf, stopButton, titleOf } from "./work.js";

/** @typedef {import("./page.js").Child} Child */
/** @typedef {"models" | "users" | "tokens" | "hooks" | "log"} Part */

const row = (/** @type {Child[]} */ ...cells) => make("tr", {}, ...cells);
const cell = (/** @type {string} */ name, /** @type {Child[]} */ ...children) => make("td", { dataset: { name } }, ...children);
const rowHead = (/** @type {Child[]} */ ...children) => make("th", { scope: "row" }, ...children);
const actions = (/** @type {Child[]} */ ...buttons) => make("td", {}, make("div", { class: "row" }, ...buttons));
const small = (/** @type {string} */ text, /** @type {string} */ label, /** @type {() => unknown} */ onclick) =>
  make("button", { type: "button", class: "second small", "aria-label": label, onclick: () => trying(onclick) }, text);
const when = (/** @type {string} */ iso) => momentOf(Date.parse(iso) / 1000);

/**
 * Fill the table of a part; the sentence for an empty one shows if there is nothing.
 * @param {Part} name
 * @param {HTMLElement[]} rows
 */
function fill(name, rows) {
  const section = at(name);
  part(section, "tbody").replaceChildren(...rows);
  /** @type {HTMLElement | null} */
  const none = section.querySelector(".none");
  if (none) none.hidden = rows.length > 0;
  part(section, "table").hidden = none !== null && !rows.length;
}

/**
 * Do what a form asks for, once at a time.
 * @param {"add-user" | "change-password" | "make-token" | "add-hook"} id
 * @param {(form: HTMLFormElement) => Promise<void>} work
 */
function onSubmit(id, work) {
  const form = at(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = /** @type {HTMLButtonElement} */ (event.submitter);
    button.disabled = true;
    await trying(() => work(form));
    button.disabled = false;
  });
}

/**
 * Show what is told once only.
 * @param {Part} name
 * @param {string} words
 * @param {string} secret
 */
function tellSecret(name, words, secret) {
  const box = part(at(name), "div", ".secret");
  const copy = make("button", {
    type: "button", class: "second small",
    onclick: () => trying(async () => {
      await navigator.clipboard.writeText(secret);
      toast(t("copied"));
    }),
  }, t("Copy"));
  box.replaceChildren(make("strong", {}, words), make("code", {}, secret), navigator.clipboard ? copy : "");
  box.hidden = false;
}

// Models

/** @type {Record<string, string>} */
const TASKS = {
  objects: t("things"), faces: t("faces, to hide them"), shots: t("shots"), tags: t("tags"), sentences: t("search by meaning"), speech: t("where speech is"),
  plates: t("number plates, to hide them"), text: t("where text is"), reading: t("reading text"), transcription: t("words said"), "image-text": t("search by looks"),
};

async function models() {
  /** @type {{models: Model[]}} */
  const { models: found } = await call("/models");
  fill("models", found.map((model) => row(
    rowHead(detailsOf(model)),
    cell(t("For"), TASKS[model.task] ?? model.task),
    cell(t("Licence"), model.licence),
    cell(t("Here"), model.here ? t("yes") : model.published && may("admin") ? small(t("Fetch"), t("Fetch {name}", { name: model.name }), () => pull(model.name)) : t("no")),
  )));
}

const detailsOf = (/** @type {Model} */ model) => make(
  "details", {},
  make("summary", {}, model.name),
  make("p", {}, t("From: {source}", { source: model.upstream })),
  model.training_data && make("p", {}, t("Learned from: {source}", { source: model.training_data })),
  make("p", {}, t("Limits: {limits}", { limits: model.limits })),
  model.get && make("p", {}, t("Get it with: {command}", { command: model.get })),
);

const pull = async (/** @type {string} */ name) => showPull(await call(`/models/${encodeURIComponent(name)}`, { method: "POST" }));

/** @type {Set<string>} */
const shownPulls = new Set();

/** @param {Job} job */
function showPull(job) {
  if (shownPulls.has(job.id)) return;
  shownPulls.add(job.id);
  const state = make("span", { class: "state", role: "status" }, stateOf(job));
  const buttons = make("span", { class: "buttons" }, stopButton(job));
  const progress = bar(t("Progress: {name}", { name: titleOf(job) }));
  const line = make("li", { dataset: { status: job.status } }, make("span", { class: "title" }, titleOf(job)), buttons, state, progress.element);
  at("pulls").append(line);
  follow(job.id, (now) => {
    line.dataset.status = now.status;
    progress.show(shareOf(now));
    if (!HAS_ENDED.has(now.status)) {
      state.textContent = stateOf(now);
      return;
    }
    state.textContent = now.status === "cancelled" ? t("stopped") : said(now.message);
    state.classList.toggle("bad", now.status === "failed");
    progress.element.hidden = true;
    buttons.replaceChildren(small(t("Close"), t("{what}: {name}", { what: t("Close"), name: titleOf(now) }), () => line.remove()));
    trying(models);
  });
}

// What is being fetched already, as others or an earlier look at this page have asked for.
document.addEventListener("jobs", (event) => {
  for (const job of event.detail) if (job.kind === "pull" && !HAS_ENDED.has(job.status)) showPull(job);
});

// Users

/** @type {Record<string, string>} */
const ROLE_NAMES = { viewer: t("viewer"), reviewer: t("reviewer"), admin: t("admin") };
const ROLES = Object.keys(ROLE_NAMES);

async function users() {
  /** @type {{users: User[]}} */
  const { users: found } = await call("/users");
  fill("users", found.map((user) => {
    const role = make("select", { "aria-label": t("Role of {name}", { name: user.name }) }, ...ROLES.map((each) => make("option", { value: each, selected: each === user.role }, ROLE_NAMES[each])));
    role.addEventListener("change", async () => {
      await trying(async () => {
        await call(userPath(user), { method: "PATCH", body: { role: role.value } });
        toast(t("{name} is {role} now", { name: user.name, role: ROLE_NAMES[role.value] }));
      });
      await trying(users);
    });
    return row(
      rowHead(user.name),
      cell(t("Role"), role),
      cell(t("Since"), when(user.created)),
      actions(small(t("Password"), t("Another password for {name}", { name: user.name }), () => setPassword(user)), small(t("Remove"), t("Remove {name}", { name: user.name }), () => removeUser(user))),
    );
  }));
}

const userPath = (/** @type {User} */ user) => `/users/${encodeURIComponent(user.name)}`;

/** @param {User} user */
async function setPassword(user) {
  const dialog = at("password");
  const typed = part(dialog, "input");
  part(dialog, "span", ".name").textContent = user.name;
  typed.value = dialog.returnValue = "";
  dialog.showModal();
  await closed(dialog);
  const password = typed.value;
  typed.value = "";
  if (dialog.returnValue !== "set" || !password) return;
  await call(userPath(user), { method: "PATCH", body: { password } });
  toast(t("{name} has another password now", { name: user.name }));
}

const closed = (/** @type {HTMLDialogElement} */ dialog) => new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));

/** @param {User} user */
async function removeUser(user) {
  if (!(await sure(t("Remove {name}?", { name: user.name }), t("Their sessions and tokens end. What they did stays in the log."), t("Remove")))) return;
  await call(userPath(user), { method: "DELETE" });
  await users();
}

/**
 * Ask whether somebody is sure.
 * @param {string} title
 * @param {string} text
 * @param {string} yes
 */
async function sure(title, text, yes) {
  const dialog = make("dialog", { "aria-labelledby": "sure-title" }, make(
    "form", { method: "dialog" },
    make("h2", { id: "sure-title" }, title),
    make("p", {}, text),
    make("p", { class: "row end" }, make("button", { value: "", class: "second", autofocus: true }, t("Cancel")), make("button", { value: "yes", class: "bad" }, yes)),
  ));
  document.body.append(dialog);
  dialog.showModal();
  await closed(dialog);
  dialog.remove();
  return dialog.returnValue === "yes";
}

if (maybe("users")) {
  onSubmit("add-user", async (form) => {
    const [name, password, role] = ["name", "password", "role"].map((each) => field(form, each).value);
    await call("/users", { method: "POST", body: { name, password, role } });
    toast(t("{name} may log in now", { name }));
    form.reset();
    await users();
  });
}

// One's own password

if (maybe("own-password")) {
  onSubmit("change-password", async (form) => {
    await call("/session/password", { method: "PUT", body: { current: field(form, "current").value, new: field(form, "new").value } });
    toast(t("You have another password now"));
    form.reset();
  });
}

// Tokens

/** @type {Record<string, string>} */
const SCOPES = { read: t("read"), redact: t("redact"), write: t("add and tag"), admin: t("do everything") };

async function tokens() {
  /** @type {{tokens: Token[]}} */
  const { tokens: found } = await call("/tokens");
  fill("tokens", found.map((token) => row(
    rowHead(token.label || t("(not told)")),
    cell(t("May"), listed(token.scopes.map((scope) => SCOPES[scope] ?? scope))),
    cell(t("Until"), when(token.expires), token.expired ? ` (${t("expired")})` : ""),
    actions(small(t("Revoke"), t("Revoke the token for {name}", { name: token.label || String(token.number) }), async () => {
      if (!(await sure(t("Revoke the token for {name}?", { name: token.label || t("(not told)") }), t("Programs that use it are let in no more."), t("Revoke")))) return;
      await call(`/tokens/${token.number}`, { method: "DELETE" });
      await tokens();
    })),
  )));
}

if (maybe("tokens")) {
  onSubmit("make-token", async (form) => {
    const scopes = parts(form, "input", "[name=scopes]:checked").map((box) => box.value);
    if (!scopes.length) throw new Error(t("Say what the token may do: tick at least one box."));
    const made = await call("/tokens", { method: "POST", body: { label: field(form, "label").value, scopes, days: Number(field(form, "days").value) } });
    tellSecret("tokens", t("This is the token. Keep it now: it is not shown again."), made.token);
    form.reset();
    await tokens();
  });
}

// Webhooks

async function hooks() {
  /** @type {{hooks: Hook[]}} */
  const { hooks: found } = await call("/hooks");
  fill("hooks", found.map((hook) => row(
    rowHead(hook.url),
    cell(t("Since"), momentOf(hook.created)),
    actions(small(t("Remove"), t("Remove {name}", { name: hook.url }), async () => {
      await call(`/hooks/${hook.id}`, { method: "DELETE" });
      await hooks();
    })),
  )));
}

if (maybe("hooks")) {
  onSubmit("add-hook", async (form) => {
    const made = await call("/hooks", { method: "POST", body: { url: field(form, "url").value } });
    tellSecret("hooks", t("This is the secret that signs what this address is told. Keep it now: it is not shown again."), made.secret);
    form.reset();
    await hooks();
  });
}

// The log

const LINES = 50;
/** @type {number | null} */
let end = null; // the number of the last entry that is shown; null: of the newest

async function log() {
  /** @type {{count: number}} */
  const { count } = await call("/log?limit=1");
  const last = Math.min(end ?? count, count);
  const first = Math.max(last - LINES, 0);
  /** @type {{entries: LogEntry[]}} */
  const { entries } = last ? await call(`/log?after=${first}&limit=${last - first}`) : { entries: [] };
  fill("log", entries.reverse().map((entry) => row(
    rowHead(String(entry.number)),
    make("td", { class: "nowrap", dataset: { name: t("When") } }, when(entry.time)),
    cell(t("Who"), entry.user.startsWith("(") ? make("span", { class: "quiet" }, entry.user) : entry.user),
    cell(t("Did what"), entry.action.replaceAll("_", " ")),
    cell(t("To what"), subjectOf(entry), make("span", { class: "quiet" }, detailsIn(entry))),
  )));
  at("older").disabled = first === 0;
  at("newer").disabled = last === count;
  part(at("log"), "span", "[role=status]").textContent = count ? t("{first} to {last} of {count}", { first: first + 1, last, count }) : "";
  end = last === count ? null : last;
}

/** @param {LogEntry} entry */
function subjectOf({ subject }) {
  if (/^[0-9a-f]{64}$/.test(subject)) return make("a", { href: `/videos/${subject}` }, t("video {number}", { number: subject.slice(0, 12) }));
  return subject.replace(":", " ");
}

const detailsIn = (/** @type {LogEntry} */ { details }) => Object.entries(details).map(([name, value]) => ` ${name.replaceAll("_", " ")} ${value}`).join(",");

if (maybe("log")) {
  const turn = (/** @type {number} */ by) => trying(async () => {
    const now = end ?? (await call("/log?limit=1")).count;
    end = Math.max(now + by * LINES, 1);
    await log();
  });
  at("older").addEventListener("click", () => turn(-1));
  at("newer").addEventListener("click", () => turn(1));
}

for (const [name, show] of Object.entries({ models, users, tokens, hooks, log })) if (maybe(/** @type {Part} */ (name))) trying(show);
