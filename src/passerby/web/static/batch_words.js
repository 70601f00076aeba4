// Batches of safe copies in words: how a video of one is, why it waits for a person, and how far the whole is.

import { said, t, tn } from "./words.js";

/** @typedef {"needs_look" | "failed" | "looking" | "copying" | "waiting" | "made" | "stopped"} RowState */
/** @typedef {{video: string, name: string, state: RowState, doubts: Record<string, number>, plan: string, copy: string, job: string,
 *   step: string, done: number, total: number | null, message: string}} BatchVideo */
/** @typedef {{id: string, created: number, caller: string, hide: string[], preset: string, counts: Partial<Record<RowState, number>>}} BatchSummary */

/** What asks for a person first, what is over last.
 * @type {RowState[]} */
export const STATES = ["needs_look", "failed", "looking", "copying", "waiting", "made", "stopped"];
/** @type {Set<RowState>} */
export const BUSY = new Set(["looking", "copying", "waiting"]);

/** @type {Record<RowState, (count: number) => string>} */
const COUNTS = {
  needs_look: (count) => tn("{count} needs your look", "{count} need your look", count),
  failed: (count) => t("{count} failed", { count }),
  looking: (count) => t("{count} looked through now", { count }),
  copying: (count) => t("{count} copied and checked now", { count }),
  waiting: (count) => t("{count} waiting", { count }),
  made: (count) => t("{count} made", { count }),
  stopped: (count) => t("{count} stopped", { count }),
};

/** @type {(state: RowState, count: number) => string} */
export const countOf = (state, count) => COUNTS[state](count);

/** @param {BatchSummary} batch */
export const sizeOf = ({ counts }) => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** @param {BatchSummary} batch */
export const isBusy = ({ counts }) => STATES.some((state) => BUSY.has(state) && counts[state]);

/**
 * How far a batch is, and what of it waits for a person, in a line.
 * @param {BatchSummary} batch
 */
export const progressOf = (batch) => STATES.filter((state) => batch.counts[state]).map((state) => countOf(state, batch.counts[state] ?? 0)).join(", ");

/** Why a person should look, by what there is how many of.
 * @type {Record<string, (count: number) => string>} */
const DOUBTS = {
  uncertain: (count) => tn("{count} find is less than 50 % certain", "{count} finds are less than 50 % certain", count),
  nothing: () => t("nothing was found to hide"),
  unclear: (count) => tn("{count} stretch of speech was not understood", "{count} stretches of speech were not understood", count),
  damaged: () => t("the file is damaged"),
  faces_stay: () => t("faces are not to be hidden"),
  leaks: (count) => tn("the copy shows {count} face that should be hidden", "the copy shows {count} faces that should be hidden", count),
  on_purpose: () => t("the copy shows faces on purpose"),
  problems: (count) => tn("the check found {count} fault in the copy", "the check found {count} faults in the copy", count),
};

/** @param {BatchVideo} row */
export function reasonOf(row) {
  if (row.state === "failed") return said(row.message) || t("nobody knows why");
  return Object.entries(row.doubts).map(([doubt, count]) => DOUBTS[doubt]?.(count) ?? doubt).join("; ");
}
