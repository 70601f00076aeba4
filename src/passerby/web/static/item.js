// An item of evidence: what was noted of it, its chain of custody, checks in place, and what holds it.

import { call } from "./api.js";
import { clockOf, holdsBy, showChain, showHolds, utc, verdictOf } from "./evidence.js";
import { HAS_ENDED } from "./job_stream.js";
import { at, make, maybe, refill, trying } from "./page.js";
import { number, said, t } from "./words.js";
import { bar, follow, stateOf } from "./work.js";

const base = location.pathname; // /items/ID, as in the API

async function refresh() {
  const [item, { links }, { checks }] = /** @type {[PlacedItem, {links: ChainLink[]}, {checks: Check[]}]} */ (
    await Promise.all([call(base), call(`${base}/chain`), call(`${base}/checks`)])
  );
  at("name").textContent = item.name;
  document.title = `${item.name} · Passerby`;
  refill(at("in-cases"), ...item.cases.flatMap(({ id, name }) => [" › ", make("a", { href: `/cases/${id}` }, name)]));
  refill(at("last"), t("Last verified"), ": ", verdictOf(item.last_check));
  refill(at("noted"), ...notedOf(item));
  showHolds(item.holds, refresh);
  showChain(links);
  at("no-checks").hidden = checks.length > 0;
  refill(at("checks"), ...checks.map((check) => make(
    "li", {}, make("span", {}, verdictOf(check), ...check.faults.map((fault) => make("div", {}, said(fault))), make("div", { class: "quiet" }, `${check.by} · ${clockOf(check.clock)}`)),
  )));
}

/** @param {EvidenceItem} item */
function notedOf(item) {
  const { digests, acquisition, device } = item;
  const digest = (/** @type {string} */ value) => make("span", { class: "digest" }, value);
  /** @type {[string, Node | string][]} */
  const rows = [
    [t("SHA-256"), digest(digests.sha256)], [t("SHA-512"), digest(digests.sha512)],
    [t("Size"), t("{count} bytes", { count: number(digests.size) })],
    [t("Taken"), make("span", {}, utc(item.taken), ` · ${clockOf(item.clock)}`)],
    [t("From (as told)"), acquisition.source], [t("By (as told)"), acquisition.by], [t("Notes (as told)"), acquisition.notes],
    [t("Last written to, as its disk said"), utc(item.modified)],
    [t("Recorded, as the file says"), [item.recorded, item.zone].filter(Boolean).join(" ")],
    [t("Device, as the file says"), Object.entries(device).map(([name, value]) => `${name}: ${value}`).join(", ")],
    ...item.sidecars.map((each) => /** @type {[string, Node]} */ ([t("Lay beside it"), make("span", {}, `${each.name} · ${each.kind} · ${said(each.verdict)}`, make("br"), digest(each.sha256))])),
    [t("Hash of what was noted"), digest(item.record)],
  ];
  return rows.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
}

maybe("verify")?.addEventListener("click", () => trying(async () => {
  const job = /** @type {Job} */ (await call(`${base}/checks`, { method: "POST" }));
  const progress = bar(t("Verifying"));
  const told = make("p", {}, stateOf(job));
  at("verdict").replaceChildren(make("div", { class: "notice" }, told, progress.element));
  follow(job.id, (now) => {
    told.textContent = stateOf(now);
    if (HAS_ENDED.has(now.status)) trying(() => verdict(now));
  });
}));

/** @param {Job} job */
async function verdict(job) {
  const found = job.result.items?.[0];
  const faults = [...(found?.faults ?? []), ...(job.result.log && job.result.log !== "whole" ? [job.result.log] : [])];
  const sound = job.status === "done";
  const words = sound ? t("Sound: all files are what was taken, and the log is whole.") : found ? t("Not sound:") : t("It could not be verified: {reason}", { reason: said(job.message) });
  at("verdict").replaceChildren(make("div", { class: `notice ${sound ? "good" : "bad"}` }, make("p", {}, make("strong", {}, words)), ...faults.map((fault) => make("p", {}, said(fault)))));
  await refresh();
}

holdsBy(base, refresh);
trying(refresh);
