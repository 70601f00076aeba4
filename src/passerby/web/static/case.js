// A case: its items, what holds it, who sees it, what was done with it, and its export with a preview of what leaves.

import { API, call } from "./api.js";
import { confirmed } from "./dialogs.js";
import { holdsBy, rowOf, showChain, showHolds } from "./evidence.js";
import { HAS_ENDED } from "./job_stream.js";
import { at, field, make, may, maybe, part, refill, toast, trying } from "./page.js";
import { t, tn } from "./words.js";
import { follow, momentOf, sizeOf, stateOf, titleOf } from "./work.js";

const base = location.pathname; // /cases/ID, as in the API

/** @type {Record<string, string>} */
const CONTENTS = {
  original: t("original"), beside: t("lay beside the original"), copy: t("safe copy"), noted: t("what was noted of it"),
  custody: t("chain of custody"), found: t("what machines found in it"), report: t("report to print"), proof: t("proof"),
};

async function refresh() {
  const [found, { items }, { links }] = /** @type {[Case, {items: EvidenceItem[]}, {links: ChainLink[]}]} */ (
    await Promise.all([call(base), call(`${base}/items`), call(`${base}/chain`)])
  );
  at("name").textContent = found.name;
  document.title = `${found.name} · Passerby`;
  at("facts").textContent = [tn("{count} item", "{count} items", found.items), t("made by {name}", { name: found.made_by })].join(" · ");
  at("described").textContent = found.description;
  at("described").hidden = !found.description;
  refill(part(at("case-items"), "tbody"), ...items.map(rowOf));
  at("case-items").hidden = !items.length;
  at("no-items").hidden = items.length > 0;
  showHolds(found.holds, refresh);
  refill(at("people"), ...found.users.map(personOf));
  showChain(links);
  if (may("custody")) await showBags();
}

/** @param {string} name */
const personOf = (name) => make("li", {}, make("span", {}, name), may("custody") && make("button", {
  type: "button", class: "second small", "aria-label": t("{action}: {name}", { action: t("Let see it no more"), name }),
  onclick: () => trying(async () => {
    await call(`${base}/users/${encodeURIComponent(name)}`, { method: "DELETE" });
    await refresh();
  }),
}, t("Let see it no more")));

async function showBags() {
  const { jobs } = /** @type {{jobs: Job[]}} */ (await call(`${base}/bags`));
  at("bags-part").hidden = !jobs.length;
  refill(at("bags"), ...jobs.map(bagOf));
}

/** @param {Job} job */
function bagOf(job) {
  const told = make("span", {});
  const line = make("li", {}, told);
  const show = (/** @type {Job} */ now) => {
    const state = now.status === "failed" ? t("failed: {reason}", { reason: now.message }) : stateOf(now);
    told.replaceChildren(titleOf(now), make("br"), make("span", { class: "quiet" }, momentOf(now.created), ` · ${state}`));
    if (now.status !== "done") return;
    told.append(make("br"), make("span", { class: "quiet" }, t("Key to tell its receivers by another way:"), " ", make("span", { class: "digest" }, now.result.key)));
    line.append(make("a", { class: "button small", href: `${API}${base}/bags/${now.id}`, download: "" }, t("Download ({size})", { size: sizeOf(now.result.size) })));
  };
  show(job);
  if (!HAS_ENDED.has(job.status)) follow(job.id, show);
  return line;
}

async function preview() {
  const form = part(at("export-dialog"), "form");
  const sealed = field(form, "sealed").value === "yes";
  at("leaving-sum").textContent = t("Looking …");
  const leaving = /** @type {Leaving} */ (await call(`${base}/preview?sealed=${sealed}`));
  if (sealed !== (field(form, "sealed").value === "yes")) return; // changed meanwhile
  const originals = leaving.originals ? tn("{count} original", "{count} originals", leaving.originals) : t("no original");
  at("leaving-sum").textContent = t("{files}, {originals}; {size}, and what is written when it is made.", {
    files: tn("{count} file", "{count} files", leaving.files.length), originals, size: sizeOf(leaving.size),
  });
  refill(part(at("leaving"), "tbody"), ...leaving.files.map((file) => make(
    "tr", { dataset: { content: file.content } },
    make("td", {}, file.path), make("td", {}, CONTENTS[file.content]),
    make("td", {}, file.size === null ? t("written then") : sizeOf(file.size)), make("td", { class: "digest" }, file.sha256),
  )));
}

maybe("export")?.addEventListener("click", async () => {
  const dialog = at("export-dialog");
  trying(preview);
  if (!(await confirmed(dialog))) return;
  const sealed = field(part(dialog, "form"), "sealed").value === "yes";
  await trying(async () => {
    await call(`${base}/bags`, { method: "POST", body: { sealed } });
    toast(t("The bag is being written; it can be downloaded here"));
    await refresh();
  });
});
maybe("export-dialog")?.addEventListener("change", () => trying(preview));
maybe("admit")?.addEventListener("submit", (event) => {
  event.preventDefault();
  trying(async () => {
    await call(`${base}/users`, { method: "POST", body: { name: field(at("admit"), "name").value.trim() } });
    at("admit").reset();
    await refresh();
  });
});
holdsBy(base, refresh);
trying(refresh);
