// What a change of a box does to the boxes of its track at other times. A track's boxes are `{time, box}`, rising in time.

import { boxAt, boxWithin, pointAt } from "./plan.js";

export const ALL = "all"; // a change holds for all of the track's time
export const ON = "on"; // from the time at which it is made to the track's end
export const HERE = "here"; // at that time alone: the track moves through a point there

const SAME = 1e-3; // seconds
/** @typedef {(box: Box) => Box} BoxChange what a change makes of one box */

const tidy = (/** @type {Box} */ box) => box.map((side) => Math.round(side * 100) / 100);

/**
 * How all boxes of a track change when one of them, `from`, is moved or resized to `to`: by as much, or in proportion.
 * @param {Box} from
 * @param {Box} to
 * @returns {BoxChange}
 */
export function changing(from, to) {
  const [w, h] = [from[2] - from[0], from[3] - from[1]];
  const by = to.map((side, index) => side - from[index]);
  const isMoved = Math.abs(by[0] - by[2]) < 0.01 && Math.abs(by[1] - by[3]) < 0.01;
  if (isMoved) return (box) => tidy(box.map((side, index) => side + by[index]));
  return (box) => tidy(box.map((side, index) => side + (index % 2 ? (by[index] / h) * (box[3] - box[1]) : (by[index] / w) * (box[2] - box[0]))));
}

/**
 * How boxes become larger, or smaller, around their middles, by a share of their sides.
 * @type {(share: number) => BoxChange}
 */
export const growing = (share) => ([x1, y1, x2, y2]) => {
  const [x, y] = [((x2 - x1) * share) / 2, ((y2 - y1) * share) / 2];
  return tidy([x1 - x, y1 - y, x2 + x, y2 + y]);
};

/**
 * The boxes of a track after `change` at a time within it, for as long as `scope` says; `tick` is the least step of time.
 * @param {Track} track
 * @param {BoxChange} change
 * @param {string} scope
 * @param {number} time
 * @param {number} tick
 * @returns {Point[]}
 */
export function changed(track, change, scope, time, tick) {
  if (scope === ALL) return track.boxes.map((point) => ({ ...point, box: change(point.box) }));
  const here = { time, box: change(boxWithin(track, time)) };
  const before = track.boxes.filter((point) => point.time < time - SAME);
  const after = track.boxes.filter((point) => point.time > time + SAME);
  if (scope === HERE) return [...before, here, ...after];
  return [...before, ...holding(track, before, time, tick), here, ...after.map((point) => ({ ...point, box: change(point.box) }))];
}

/**
 * The box just before a change, so that nothing slides towards it.
 * @param {Track} track
 * @param {Point[]} before
 * @param {number} time
 * @param {number} tick
 */
function holding(track, before, time, tick) {
  const last = Math.max(0, (Math.round(time / tick) - 1) * tick);
  const isNeeded = before.length && before[before.length - 1].time < last - tick / 2;
  return isNeeded ? [{ time: last, box: boxWithin(track, last) }] : [];
}

/**
 * The boxes of a track that begins (`which` 0) or ends (-1) at another time: what is added holds its first or last box.
 * @param {Track} track
 * @param {0 | -1} which
 * @param {number} time
 * @returns {Point[]}
 */
export function lasting(track, which, time) {
  const edge = { time, box: boxAt(track, time) ?? pointAt(track, which).box };
  return which === 0
    ? [edge, ...track.boxes.filter((point) => point.time > time + SAME)]
    : [...track.boxes.filter((point) => point.time < time - SAME), edge];
}

/**
 * The boxes of one that stays in its place for a while.
 * @param {Box} box
 * @param {number} start
 * @param {number} end
 * @returns {Point[]}
 */
export const staying = (box, start, end) => (end > start ? [{ time: start, box }, { time: end, box }] : [{ time: start, box }]);

/**
 * Whether a track's box is the same all the time.
 * @param {Track} track
 */
export const isStill = (track) => track.boxes.every(({ box }) => box.every((side, index) => side === track.boxes[0].box[index]));
