// What pages of cases and items share: times in UTC, verdicts, holds, and the chain of custody.

import { actOf } from "./acts.js";
import { call } from "./api.js";
import { at, make, may, maybe, refill, toast, trying } from "./page.js";
import { t, tn } from "./words.js";

/** @type {Record<string, string>} */
const CLOCKS = { synchronised: t("clock kept right by a time server"), "free-running": t("clock not kept right"), unknown: t("whether the clock is kept right is not known") };

/**
 * A moment as it is in the log: UTC, the same for every reader.
 * @param {string} iso
 */
export const utc = (iso) => make("time", { class: "time", datetime: iso, title: iso }, `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`);

/** @param {string} clock */
export const clockOf = (clock) => CLOCKS[clock] ?? t("clock not noted");

/** @param {Check | null} check */
export function verdictOf(check) {
  if (!check) return make("span", { class: "quiet" }, t("not yet"));
  return make("span", {}, make("span", { class: check.sound ? "sound" : "unsound" }, check.sound ? t("sound") : t("not sound")), " ", utc(check.time));
}

/** @param {EvidenceItem} item */
export const rowOf = (item) =>
  make(
    "tr", {},
    make("td", {}, make("a", { href: `/items/${item.id}` }, item.name)),
    make("td", { dataset: { of: t("Taken") } }, utc(item.taken)), make("td", { dataset: { of: t("Last verified") } }, verdictOf(item.last_check)),
  );

/**
 * The chain of custody as a time line.
 * @param {ChainLink[]} links
 */
export const showChain = (links) => refill(at("chain"), ...links.map(linkOf));

/** @param {ChainLink} link */
function linkOf({ number, time, clock, user, action, details, hash }) {
  return make(
    "li", { class: details.faults ? "faulty" : "", dataset: { act: action } },
    make("p", {}, make("strong", {}, user), " ", whatOf(action, details)),
    make("p", { class: "quiet" }, utc(time), ` · ${clockOf(clock)} · ${t("entry {number}", { number: String(number) })}`),
    make("details", {}, make("summary", {}, t("Hash of the entry")), make("p", { class: "digest" }, hash)),
  );
}

/**
 * What was done, of an export in which form, and of a check what came of it: that one was asked for has an entry of its own.
 * @param {string} action
 * @param {Record<string, unknown>} details
 */
function whatOf(action, details) {
  if (details.format === "report") return t("had a report written");
  if (details.format === "bag") return details.sealed ? t("exported a sealed bag") : t("exported a bag with originals");
  if (action !== "verify") return actOf(action);
  if (details.faults === undefined) return t("asked for a check");
  const faults = Number(details.faults);
  return `${actOf(action)}: ${faults ? tn("{count} fault", "{count} faults", faults) : t("sound")}`;
}

/**
 * What holds a case or an item, with a button for each that the caller may lift.
 * @param {Hold[]} holds
 * @param {() => unknown} onLifted
 */
export function showHolds(holds, onLifted) {
  const lift = (/** @type {Hold} */ hold) => make("button", {
    type: "button", class: "second small", "aria-label": t("{action}: {name}", { action: t("Lift"), name: hold.reason }),
    onclick: () => trying(async () => {
      await call(`/holds/${hold.id}`, { method: "DELETE" });
      toast(t("The hold is lifted"));
      await onLifted();
    }),
  }, t("Lift"));
  refill(at("holds"), ...holds.map((hold) => make(
    "li", {},
    make("span", {}, hold.reason, make("br"), make("span", { class: "quiet" }, t("by {name}, since", { name: hold.by }), " ", utc(hold.since), hold.case ? ` · ${t("the whole case")}` : "")),
    may("custody") && lift(hold),
  )));
  at("no-holds").hidden = holds.length > 0;
}

/**
 * The form that holds something, by its address in the API.
 * @param {string} path
 * @param {() => unknown} onHeld
 */
export function holdsBy(path, onHeld) {
  maybe("hold")?.addEventListener("submit", (event) => {
    event.preventDefault();
    trying(async () => {
      await call(`${path}/holds`, { method: "POST", body: { reason: at("reason").value } });
      at("hold").reset();
      toast(t("It is held"));
      await onHeld();
    });
  });
}
