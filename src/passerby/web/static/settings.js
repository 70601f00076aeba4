// The settings: models, users, tokens, webhooks and the log; each part fills its own section, if it is there.

import { call } from "./api.js";
import "./language.js";
import { log } from "./log_list.js";
import { models } from "./model_list.js";
import { choose, isChosen } from "./own_browser.js";
import { at, field, make, maybe, part, parts, toast, trying } from "./page.js";
import { actions, cell, fill, row, rowHead, small, when } from "./tables.js";
import { listed, t, te } from "./words.js";
import { momentOf } from "./work.js";

/** @typedef {import("./tables.js").Part} Part */

/**
 * Do what a form asks for, once at a time.
 * @param {"add-user" | "change-password" | "change-contact" | "make-token" | "add-hook"} id
 * @param {(form: HTMLFormElement) => Promise<void>} work
 */
function onSubmit(id, work) {
  const form = at(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true"; // a button that is disabled loses the focus
    await trying(() => work(form));
    form.ariaBusy = null;
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

// This browser

function ownBrowser() {
  const keys = at("single-keys"), notices = at("notices");
  keys.checked = isChosen("single-keys");
  keys.addEventListener("change", () => choose("single-keys", keys.checked));
  const can = "Notification" in window && window.isSecureContext;
  notices.disabled = !can;
  notices.checked = can && isChosen("notices") && Notification.permission === "granted";
  notices.addEventListener("change", async () => {
    if (notices.checked && Notification.permission !== "granted" && (await Notification.requestPermission()) !== "granted") {
      notices.checked = false;
      toast(t("This browser does not allow it. Its own settings for this address may."));
    }
    choose("notices", notices.checked);
  });
}

// Users

/** @type {Record<string, string>} */
const ROLE_NAMES = { viewer: t("viewer"), reviewer: t("reviewer"), custodian: t("custodian"), admin: t("admin") };
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

// Messages

async function contact() {
  const { mail, wanted, sends } = await call("/contact");
  const form = at("change-contact");
  field(form, "mail").value = mail;
  for (const box of parts(form, "input", "[name=wanted]")) box.checked = wanted.includes(box.value);
  at("contact-none").hidden = sends;
}

if (maybe("contact")) {
  onSubmit("change-contact", async (form) => {
    const wanted = parts(form, "input", "[name=wanted]:checked").map((box) => box.value);
    await call("/contact", { method: "PUT", body: { mail: field(form, "mail").value.trim(), wanted } });
    toast(t("Your choice is kept."));
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
const SCOPES = { read: t("read"), redact: t("redact"), write: t("add and tag"), custody: t("keep evidence"), admin: t("do everything") };

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

// Sessions

async function sessions() {
  /** @type {{sessions: OwnSession[]}} */
  const { sessions: found } = await call("/sessions");
  fill("sessions", found.map((session) => row(
    rowHead(browserOf(session), " ", session.current ? make("span", { class: "chip" }, t("this one")) : ""),
    cell(t("Last used"), when(session.used)),
    cell(t("Since"), when(session.created)),
    cell(t("Until"), when(session.expires)),
    actions(session.current ? null : small(t("End it"), t("End the session of {date}", { date: when(session.created).textContent ?? "" }), async () => {
      await call(`/sessions/${session.id}`, { method: "DELETE" });
      await sessions();
    })),
  )));
}

/** @param {OwnSession} session */
function browserOf({ browser }) {
  const [name, system] = browser.split(" on ");
  if (name === "a program") return t("a program");
  return system ? t("{browser} on {system}", { browser: name, system }) : name || t("unknown");
}

// Webhooks

async function hooks() {
  /** @type {{hooks: Hook[]}} */
  const { hooks: found } = await call("/hooks");
  fill("hooks", found.map((hook) => row(
    rowHead(hook.url),
    cell(t("Since"), momentOf(hook.created)),
    cell(t("Not told yet"), ...undeliveredOf(hook)),
    actions(small(t("Test"), t("{what}: {name}", { what: t("Test"), name: hook.url }), () => testHook(hook)), small(t("Remove"), t("Remove {name}", { name: hook.url }), async () => {
      await call(`/hooks/${hook.id}`, { method: "DELETE" });
      await hooks();
    })),
  )));
}

/**
 * @param {Hook} hook
 * @returns {(Node | string)[]}
 */
const undeliveredOf = ({ undelivered }) =>
  undelivered ? te("{count}, next try {time}", { count: undelivered.number, time: momentOf(undelivered.due) }) : [t("nothing")];

/** @param {Hook} hook */
async function testHook(hook) {
  const { arrived, status } = await call(`/hooks/${hook.id}/test`, { method: "POST" });
  if (arrived) toast(t("{address} has heard it.", { address: hook.url }));
  else toast(status === null ? t("{address} does not answer.", { address: hook.url }) : t("{address} answers {status}.", { address: hook.url, status: String(status) }), true);
}

if (maybe("hooks")) {
  onSubmit("add-hook", async (form) => {
    const made = await call("/hooks", { method: "POST", body: { url: field(form, "url").value } });
    tellSecret("hooks", t("This is the secret that signs what this address is told. Keep it now: it is not shown again."), made.secret);
    form.reset();
    await hooks();
  });
}

for (const [name, show] of Object.entries({ models, users, contact, tokens, sessions, hooks, log })) if (maybe(/** @type {Part} */ (name))) trying(show);
ownBrowser();
