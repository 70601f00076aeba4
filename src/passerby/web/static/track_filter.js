// Which tracks of a plan are listed, and in which order.

import { pointAt } from "./plan.js";

/**
 * @typedef {object} Filter
 * @property {string} kind "" for all
 * @property {"" | "hidden" | "shown"} state
 * @property {number} score found with at most this, 0 to 1
 * @property {number} smallest pixels of height, at least
 * @property {number} largest at most
 * @property {Stretch | null} within seen at some time of it
 * @property {string} order a name of ORDERS
 */

/** @type {Filter} */
export const ALL = { kind: "", state: "", score: 1, smallest: 0, largest: Infinity, within: null, order: "doubt" };

/** @type {WeakMap<Track, number>} */
const heights = new WeakMap();

/**
 * How tall a track is where it is tallest, in pixels.
 * @param {Track} track
 */
export function heightOf(track) {
  const known = heights.get(track);
  if (known !== undefined) return known;
  const height = track.boxes.reduce((most, { box }) => Math.max(most, box[3] - box[1]), 0);
  heights.set(track, height);
  return height;
}

const startOf = (/** @type {Track} */ track) => track.boxes[0].time;

/** @type {Record<string, (one: Track, other: Track) => number>} */
const ORDERS = {
  doubt: (one, other) => one.score - other.score || one.number - other.number,
  time: (one, other) => startOf(one) - startOf(other) || one.number - other.number,
  size: (one, other) => heightOf(other) - heightOf(one) || one.number - other.number,
  number: (one, other) => one.number - other.number,
};

/**
 * The tracks that a filter lets through, in its order.
 * @param {Track[]} tracks
 * @param {Filter} filter
 */
export function filtered(tracks, { kind, state, score, smallest, largest, within, order }) {
  const found = tracks.filter((track) =>
    (!kind || track.kind === kind) &&
    (!state || track.hidden === (state === "hidden")) &&
    track.score <= score &&
    (!within || (startOf(track) <= within[1] && pointAt(track, -1).time >= within[0])) &&
    (smallest === 0 || heightOf(track) >= smallest) &&
    (largest === Infinity || heightOf(track) <= largest));
  return found.sort(ORDERS[order]);
}
