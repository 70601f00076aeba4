// The safe copies of a video: each with its state, its film, its papers, and what may be done with it.

import { API, call } from "./api.js";
import { jobEnd } from "./job_stream.js";
import { auditPart, LOOKS } from "./leaks.js";
import { make, may, refill, toast, trying } from "./page.js";
import { linksTo } from "./share_links.js";
import { dated, said, t } from "./words.js";

/**
 * Show the copies of a video in a list.
 * @param {HTMLElement} list
 * @param {Copy[]} copies
 */
export function showCopies(list, copies) {
  refill(list, ...(copies.length ? copies.map((copy) => itemOf(list, copy)) : [make("li", { class: "quiet" }, t("None has been made."))]));
}

/**
 * @param {HTMLElement} list
 * @param {string} video
 */
async function anew(list, video) {
  const { copies } = await call(`/copies?video=${video}`);
  showCopies(list, copies);
}

/**
 * @param {HTMLElement} list
 * @param {Copy} copy
 */
function itemOf(list, copy) {
  const link = (/** @type {string} */ what, /** @type {string} */ text) =>
    make("a", { class: "button second small", href: `${API}/copies/${copy.id}/${what}?download=true`, download: "", "aria-label": t("{what}: {name}", { what: text, name: copy.name }) }, text);
  const found = make("div", {});
  const work = may("redact") ? workOn(copy, found, () => anew(list, copy.video)) : [];
  return make("li", { class: "copy", dataset: { state: copy.state } },
    make("p", {}, make("strong", {}, copy.name), `, ${dated(new Date(copy.created * 1000), { dateStyle: "medium", timeStyle: "short" })}`, copy.released ? `, ${t("released to viewers by {name}", { name: copy.released.by })}` : ""),
    make("p", { class: `notice ${LOOKS[copy.state]}` }, said(copy.verdict)),
    make("p", { class: "row" }, link("media", t("Download")), link("manifest", t("What was hidden")), ...work),
    filmOf(copy), found, ...(may("redact") && (copy.state === "passed" || copy.released) ? [linksTo(copy)] : []));
}

/**
 * What may be done with a copy; what an audit found is shown in `found`, and `again()` shows all copies anew.
 * @param {Copy} copy
 * @param {HTMLElement} found
 * @param {() => Promise<void>} again
 */
function workOn(copy, found, again) {
  const button = (/** @type {string} */ text, /** @type {() => Promise<void>} */ work, kind = "second") =>
    make("button", { type: "button", class: `${kind} small`, "aria-label": t("{what}: {name}", { what: text, name: copy.name }), onclick: () => trying(work) }, text);
  const ask = async (/** @type {string} */ words, /** @type {string} */ method, /** @type {string} */ path) => {
    if (words && !confirm(words)) return;
    await call(`/copies/${copy.id}${path}`, { method });
    await again();
  };
  const correction = `/videos/${copy.video}/share?copy=${copy.id}#plan=${copy.plan}`;
  const release = () => ask(`${said(copy.verdict)}.\n\n${t("Let all viewers see it?")}`, "POST", "/release");
  return [
    copy.plan ? make("a", { class: "button second small", href: correction, "aria-label": t("{what}: {name}", { what: t("Correct it"), name: copy.name }) }, t("Correct it")) : null,
    button(t("What the audit found"), async () => found.replaceChildren(await auditOf(copy))),
    button(t("Check it closely"), async () => checkClosely(copy, found)),
    copy.released ? button(t("Take it back from viewers"), () => ask("", "DELETE", "/release")) : null,
    !copy.released && copy.state === "shows_on_purpose" ? button(t("Release to viewers"), release) : null,
    button(t("Delete"), () => ask(t("Delete {name} with its plan and manifest?", { name: copy.name }), "DELETE", ""), "bad"),
  ];
}

/** @param {Copy} copy */
const auditOf = async (copy) => auditPart(copy.id, await call(`/copies/${copy.id}/audit`));

/**
 * Have every frame of a copy looked at, and show what that found.
 * @param {Copy} copy
 * @param {HTMLElement} found
 */
async function checkClosely(copy, found) {
  const begun = await call(`/copies/${copy.id}/audits`, { method: "POST" });
  toast(t("Looking at every frame of the copy."));
  const job = await jobEnd(begun.id);
  found.replaceChildren(
    await auditOf(copy),
    make("p", {}, make("a", { href: `${API}/jobs/${job.id}/report`, target: "_blank" }, t("Open the leak report"))));
}

/**
 * The film of a copy, fetched once it is asked for.
 * @param {Copy} copy
 */
function filmOf(copy) {
  const film = make("details", { class: "film", ontoggle: () => {
    if (film.open && !film.querySelector("video")) film.append(make("video", { controls: true, preload: "metadata", src: `${API}/copies/${copy.id}/media` }));
  } }, make("summary", { "aria-label": t("{what}: {name}", { what: t("Play"), name: copy.name }) }, t("Play")));
  return film;
}
