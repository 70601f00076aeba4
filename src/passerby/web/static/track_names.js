// What tracks are called.

import { at } from "./page.js";
import { said } from "./words.js";

/** @type {Record<string, string>} */
const KINDS = JSON.parse(at("bench").dataset.kinds ?? "{}"); // what a track of each kind is called

/** @param {Pick<Track, "kind">} track */
export const isMade = (track) => ["zone", "drawn"].includes(track.kind); // by people, not by a look
export const kindOf = (/** @type {string} */ kind) => said(KINDS[kind] ?? kind);
export const nameOf = (/** @type {Pick<Track, "kind" | "number">} */ track) => `${kindOf(track.kind)} ${track.number}`;
