// How far the newest batch of safe copies is, on the page of the library: until it is done, and whenever the page is loaded.

import { call } from "./api.js";
import { isBusy, progressOf, sizeOf } from "./batch_words.js";
import { at, part, trying } from "./page.js";
import { number, t } from "./words.js";

/** @typedef {import("./batch_words.js").BatchSummary} BatchSummary */

const PAUSE = 2000; // ms from one asking to the next, however fast jobs change

/** Ask how the batches are, and say so. */
export async function tellBatches() {
  /** @type {{batches: BatchSummary[]}} */
  const { batches } = await call("/batches");
  const going = batches.find(isBusy);
  const strip = at("batch");
  strip.hidden = !going;
  if (going) {
    const { made = 0, needs_look = 0, failed = 0, stopped = 0 } = going.counts;
    part(strip, "span", ".told").textContent = progressOf(going);
    part(strip, "progress").value = (made + needs_look + failed + stopped) / sizeOf(going);
    part(strip, "a").href = `/batches#${going.id}`;
  }
  const waiting = batches.reduce((sum, { counts }) => sum + (counts.needs_look ?? 0), 0);
  const badge = at("to-look-at");
  badge.hidden = !waiting;
  badge.textContent = number(waiting);
  badge.title = t("Need your look");
}

/** Keep saying it while jobs change. */
export function watchBatches() {
  let asking = 0;
  document.addEventListener("jobs", () => {
    asking ||= setTimeout(() => trying(tellBatches).finally(() => (asking = 0)), PAUSE);
  });
  trying(tellBatches);
}
