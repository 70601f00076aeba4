// The settings: models, users, tokens, webhooks and the log; each part fills its own section, if it is there.

import { call, HAS_ENDED, make, may, shareOf, toast, trying } from "./api.js";
import { bar, follow, listed, momentOf, stateOf, stopButton, titleOf } from "./work.js";

const at = (id) => document.getElementById(id);
const row = (...cells) => make("tr", {}, ...cells);
const cell = (name, ...children) => make("td", { dataset: { name } }, ...children);
const rowHead = (...children) => make("th", { scope: "row" }, ...children);
const actions = (...buttons) => make("td", {}, make("div", { class: "row" }, ...buttons));
const small = (text, label, onclick) =>
  make("button", { type: "button", class: "second small", "aria-label": label, onclick: () => trying(onclick) }, text);
const when = (iso) => momentOf(Date.parse(iso) / 1000);

/** Fill the table of a part; the sentence for an empty one shows if there is nothing. */
function fill(part, rows) {
  const section = at(part);
  section.querySelector("tbody").replaceChildren(...rows);
  const none = section.querySelector(".none");
  if (none) none.hidden = rows.length > 0;
  section.querySelector("table").hidden = none !== null && !rows.length;
}

/** Do what a form asks for, once at a time. */
function onSubmit(id, work) {
  at(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    button.disabled = true;
    await trying(() => work(event.target));
    button.disabled = false;
  });
}

/** Show what is told once only. */
function tellSecret(part, words, secret) {
  const box = at(part).querySelector(".secret");
  const copy = make("button", {
    type: "button", class: "second small",
    onclick: () => trying(async () => {
      await navigator.clipboard.writeText(secret);
      toast("copied");
    }),
  }, "Copy");
  box.replaceChildren(make("strong", {}, words), make("code", {}, secret), navigator.clipboard ? copy : "");
  box.hidden = false;
}

// Models

const TASKS = {
  objects: "things", faces: "faces, to hide them", shots: "shots", tags: "tags", sentences: "search by meaning", speech: "where speech is",
  plates: "number plates, to hide them", text: "where text is", reading: "reading text", transcription: "words said", "image-text": "search by looks",
};

async function models() {
  const { models: found } = await call("/models");
  fill("models", found.map((model) => row(
    rowHead(detailsOf(model)),
    cell("For", TASKS[model.task] ?? model.task),
    cell("Licence", model.licence),
    cell("Here", model.here ? "yes" : model.published && may("admin") ? small("Fetch", `Fetch ${model.name}`, () => pull(model.name)) : "no"),
  )));
}

const detailsOf = (model) => make(
  "details", {},
  make("summary", {}, model.name),
  make("p", {}, `From: ${model.upstream}`),
  model.training_data && make("p", {}, `Learned from: ${model.training_data}`),
  make("p", {}, `Limits: ${model.limits}`),
  model.get && make("p", {}, `Get it with: ${model.get}`),
);

const pull = async (name) => showPull(await call(`/models/${encodeURIComponent(name)}`, { method: "POST" }));

const shownPulls = new Set();

function showPull(job) {
  if (shownPulls.has(job.id)) return;
  shownPulls.add(job.id);
  const state = make("span", { class: "state", role: "status" }, stateOf(job));
  const buttons = make("span", { class: "buttons" }, stopButton(job));
  const progress = bar(`Progress: ${titleOf(job)}`);
  const line = make("li", { dataset: { status: job.status } }, make("span", { class: "title" }, titleOf(job)), buttons, state, progress.element);
  at("pulls").append(line);
  follow(job.id, (now) => {
    line.dataset.status = now.status;
    progress.show(shareOf(now));
    if (!HAS_ENDED.has(now.status)) {
      state.textContent = stateOf(now);
      return;
    }
    state.textContent = now.status === "cancelled" ? "stopped" : now.message;
    state.classList.toggle("bad", now.status === "failed");
    progress.element.hidden = true;
    buttons.replaceChildren(small("Close", `Close: ${titleOf(now)}`, () => line.remove()));
    trying(models);
  });
}

// What is being fetched already, as others or an earlier look at this page have asked for.
document.addEventListener("jobs", (event) => {
  for (const job of event.detail) if (job.kind === "pull" && !HAS_ENDED.has(job.status)) showPull(job);
});

// Users

const ROLES = ["viewer", "reviewer", "admin"];

async function users() {
  const { users: found } = await call("/users");
  fill("users", found.map((user) => {
    const role = make("select", { "aria-label": `Role of ${user.name}` }, ...ROLES.map((each) => make("option", { selected: each === user.role }, each)));
    role.addEventListener("change", async () => {
      await trying(async () => {
        await call(userPath(user), { method: "PATCH", body: { role: role.value } });
        toast(`${user.name} is ${role.value} now`);
      });
      await trying(users);
    });
    return row(
      rowHead(user.name),
      cell("Role", role),
      cell("Since", when(user.created)),
      actions(small("Password", `Another password for ${user.name}`, () => setPassword(user)), small("Remove", `Remove ${user.name}`, () => removeUser(user))),
    );
  }));
}

const userPath = (user) => `/users/${encodeURIComponent(user.name)}`;

async function setPassword(user) {
  const dialog = at("password");
  const field = dialog.querySelector("input");
  dialog.querySelector(".name").textContent = user.name;
  field.value = dialog.returnValue = "";
  dialog.showModal();
  await closed(dialog);
  const password = field.value;
  field.value = "";
  if (dialog.returnValue !== "set" || !password) return;
  await call(userPath(user), { method: "PATCH", body: { password } });
  toast(`${user.name} has another password now`);
}

const closed = (dialog) => new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));

async function removeUser(user) {
  if (!(await sure(`Remove ${user.name}?`, "Their sessions and tokens end. What they did stays in the log.", "Remove"))) return;
  await call(userPath(user), { method: "DELETE" });
  await users();
}

/** Ask whether somebody is sure. */
async function sure(title, text, yes) {
  const dialog = make("dialog", { "aria-labelledby": "sure-title" }, make(
    "form", { method: "dialog" },
    make("h2", { id: "sure-title" }, title),
    make("p", {}, text),
    make("p", { class: "row end" }, make("button", { value: "", class: "second", autofocus: true }, "Cancel"), make("button", { value: "yes", class: "bad" }, yes)),
  ));
  document.body.append(dialog);
  dialog.showModal();
  await closed(dialog);
  dialog.remove();
  return dialog.returnValue === "yes";
}

if (at("users")) {
  onSubmit("add-user", async (form) => {
    const { name, password, role } = form.elements;
    await call("/users", { method: "POST", body: { name: name.value, password: password.value, role: role.value } });
    toast(`${name.value} may log in now`);
    form.reset();
    await users();
  });
}

// One's own password

if (at("own-password")) {
  onSubmit("change-password", async (form) => {
    const { current, new: chosen } = form.elements;
    await call("/session/password", { method: "PUT", body: { current: current.value, new: chosen.value } });
    toast("You have another password now");
    form.reset();
  });
}

// Tokens

async function tokens() {
  const { tokens: found } = await call("/tokens");
  fill("tokens", found.map((token) => row(
    rowHead(token.label || "(not told)"),
    cell("May", listed(token.scopes)),
    cell("Until", when(token.expires), token.expired ? " (expired)" : ""),
    actions(small("Revoke", `Revoke the token for ${token.label || token.number}`, async () => {
      if (!(await sure(`Revoke the token for ${token.label || "(not told)"}?`, "Programs that use it are let in no more.", "Revoke"))) return;
      await call(`/tokens/${token.number}`, { method: "DELETE" });
      await tokens();
    })),
  )));
}

if (at("tokens")) {
  onSubmit("make-token", async (form) => {
    const scopes = [...form.querySelectorAll("[name=scopes]:checked")].map((box) => box.value);
    if (!scopes.length) throw new Error("Say what the token may do: tick at least one box.");
    const { label, days } = form.elements;
    const made = await call("/tokens", { method: "POST", body: { label: label.value, scopes, days: Number(days.value) } });
    tellSecret("tokens", "This is the token. Keep it now: it is not shown again.", made.token);
    form.reset();
    await tokens();
  });
}

// Webhooks

async function hooks() {
  const { hooks: found } = await call("/hooks");
  fill("hooks", found.map((hook) => row(
    rowHead(hook.url),
    cell("Since", momentOf(hook.created)),
    actions(small("Remove", `Remove ${hook.url}`, async () => {
      await call(`/hooks/${hook.id}`, { method: "DELETE" });
      await hooks();
    })),
  )));
}

if (at("hooks")) {
  onSubmit("add-hook", async (form) => {
    const made = await call("/hooks", { method: "POST", body: { url: form.elements.url.value } });
    tellSecret("hooks", "This is the secret that signs what this address is told. Keep it now: it is not shown again.", made.secret);
    form.reset();
    await hooks();
  });
}

// The log

const LINES = 50;
let end = null; // the number of the last entry that is shown; null: of the newest

async function log() {
  const { count } = await call("/log?limit=1");
  const last = Math.min(end ?? count, count);
  const first = Math.max(last - LINES, 0);
  const { entries } = last ? await call(`/log?after=${first}&limit=${last - first}`) : { entries: [] };
  fill("log", entries.reverse().map((entry) => row(
    rowHead(String(entry.number)),
    make("td", { class: "nowrap", dataset: { name: "When" } }, when(entry.time)),
    cell("Who", entry.user.startsWith("(") ? make("span", { class: "quiet" }, entry.user) : entry.user),
    cell("Did what", entry.action.replaceAll("_", " ")),
    cell("To what", subjectOf(entry), make("span", { class: "quiet" }, detailsIn(entry))),
  )));
  at("older").disabled = first === 0;
  at("newer").disabled = last === count;
  at("log").querySelector("[role=status]").textContent = count ? `${first + 1} to ${last} of ${count}` : "";
  end = last === count ? null : last;
}

function subjectOf({ subject }) {
  if (/^[0-9a-f]{64}$/.test(subject)) return make("a", { href: `/videos/${subject}` }, `video ${subject.slice(0, 12)}`);
  return subject.replace(":", " ");
}

const detailsIn = ({ details }) => Object.entries(details).map(([name, value]) => ` ${name.replaceAll("_", " ")} ${value}`).join(",");

if (at("log")) {
  const turn = (by) => trying(async () => {
    const now = end ?? (await call("/log?limit=1")).count;
    end = Math.max(now + by * LINES, 1);
    await log();
  });
  at("older").addEventListener("click", () => turn(-1));
  at("newer").addEventListener("click", () => turn(1));
}

for (const part of [models, users, tokens, hooks, log]) if (at(part.name)) trying(part);
