// What tracks are called.

import { at } from "./page.js";
import { t } from "./words.js";

/** @type {Record<string, string>} */
const KINDS = JSON.parse(at("bench").dataset.kinds ?? "{}"); // what a track of each kind is called

/** @param {Pick<Track, "kind">} track */
export const isMade = (track) => ["zone", "drawn"].includes(track.kind); // by people, not by a look
export const kindOf = (/** @type {string} */ kind) => t(KINDS[kind] ?? kind);
export const nameOf = (/** @type {Pick<Track, "kind" | "number">} */ track) => `${kindOf(track.kind)} ${track.number}`;
