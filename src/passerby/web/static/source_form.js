// The dialog in which an admin says what a source is: for a new one, and for one that changes.

import { call } from "./api.js";
import { at, field, part, parts, toast } from "./page.js";
import { number, t } from "./words.js";

const DAY = 24 * 60 * 60, GIGABYTE = 1e9;

/**
 * Ask what a source is and keep it; null if that was given up.
 * @param {WatchedSource | null} known null: a new one
 * @returns {Promise<WatchedSource | null>}
 */
export async function describeSource(known) {
  const dialog = at("source-dialog"), form = at("source-form");
  at("source-title").textContent = known ? t("Change {name}", { name: known.name }) : t("Add a source");
  for (const each of form.querySelectorAll(".named")) if (each instanceof HTMLElement) each.hidden = known !== null;
  fill(form, known);
  say("");
  /** @type {WatchedSource | null} */
  let kept = null;
  const keep = async () => {
    const body = told(form, known);
    kept = known ? await call(`/sources/${known.name}`, { method: "PUT", body }) : await call("/sources", { method: "POST", body: { ...body, name: field(form, "name").value.trim() } });
    toast(t("{name} is kept. What watches takes it up by itself.", { name: kept?.name ?? "" }));
    dialog.close();
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    once(keep);
  };
  at("source-test").onclick = () => once(async () => {
    say(t("Asking for a picture …"));
    const found = await call("/sources/test", { method: "POST", body: { ...told(form, known), name: known?.name ?? (field(form, "name").value.trim() || "test") } });
    if (found.works) say(t("It works: {width} × {height} pixels after {seconds} s.", { width: String(found.size[0]), height: String(found.size[1]), seconds: number(found.seconds, { maximumFractionDigits: 1 }) }), "good");
    else say(found.message || t("No picture came."), "bad");
  });
  part(dialog, "button", ".cancel").onclick = () => dialog.close();
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  return kept;
}

/** @param {() => Promise<void>} work */
async function once(work) {
  const form = at("source-form");
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  await work().catch((error) => say(error.message, "bad"));
  form.ariaBusy = null;
}

/**
 * @param {string} words
 * @param {string} look
 */
function say(words, look = "") {
  const place = at("source-said");
  place.className = `notice ${look}`;
  place.textContent = words;
  place.hidden = !words;
}

/**
 * @param {HTMLFormElement} form
 * @param {WatchedSource | null} known
 */
function fill(form, known) {
  const set = (/** @type {string} */ name, /** @type {string} */ value) => (field(form, name).value = value);
  set("name", known?.name ?? "");
  set("address", known?.address ?? "");
  set("login", known?.login ?? "");
  set("days", known?.keep_seconds ? String(known.keep_seconds / DAY) : "");
  set("original_days", known?.original_seconds ? String(known.original_seconds / DAY) : "");
  set("gigabytes", known?.max_bytes ? String(known.max_bytes / GIGABYTE) : "");
  set("zone", known?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC");
  for (const name of /** @type {const} */ (["restream", "allows_private", "keep_original"])) field(form, name).checked = known?.[name] ?? false;
  for (const box of parts(form, "input", "[name=hide]")) box.checked = (known?.hide ?? ["people"]).includes(box.value);
}

/**
 * What the API is to be told; of what the form does not ask it stays as it is.
 * @param {HTMLFormElement} form
 * @param {WatchedSource | null} known
 */
function told(form, known) {
  const text = (/** @type {string} */ name) => field(form, name).value.trim();
  const amount = (/** @type {string} */ name, /** @type {number} */ unit) => (text(name) ? field(form, name).valueAsNumber * unit : null);
  const { name: _name, state: _state, created: _created, pictured: _pictured, ...rest } = known ?? /** @type {Partial<WatchedSource>} */ ({});
  const kind = known && known.address === text("address") ? known.kind : "";
  const most = amount("gigabytes", GIGABYTE);
  return {
    ...rest, kind, address: text("address"), login: text("login"), zone: text("zone") || "UTC",
    hide: parts(form, "input", "[name=hide]:checked").map((box) => box.value),
    keep_seconds: amount("days", DAY), original_seconds: amount("original_days", DAY), max_bytes: most === null ? null : Math.round(most),
    restream: field(form, "restream").checked, allows_private: field(form, "allows_private").checked, keep_original: field(form, "keep_original").checked,
  };
}
