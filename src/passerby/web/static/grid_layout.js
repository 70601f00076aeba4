// Where each video of a grid lies: rows that are filled from side to side, under a heading for each day.

/** @typedef {{top: number, height: number, first: number, lefts: number[], widths: number[]}} Row of tiles, in pixels; `first` is the number of the first video */
/** @typedef {{top: number, first: number, day: number | null, count: number}} Heading of so many videos of a day, counted from 1970; `first` is the number of the first */
/** @typedef {{rows: Row[], headings: Heading[], height: number}} Layout */
/** @typedef {{width: number, rowHeight: number, gap: number, headingHeight: number}} Room */

// Of very wide and very narrow pictures the middle is shown: width through height.
const NARROWEST = 0.6;
const WIDEST = 2.4;

/**
 * @param {number[]} aspects 100 times the width through the height of each video
 * @param {[number | null, number][]} days and how many videos follow each other of each; empty: there are no headings
 * @param {Room} room
 * @returns {Layout}
 */
export function layoutOf(aspects, days, room) {
  /** @type {Layout} */
  const layout = { rows: [], headings: [], height: 0 };
  let first = 0;
  for (const [day, count] of days.length ? days : [[null, aspects.length]]) {
    if (days.length) {
      layout.headings.push({ top: layout.height, first, day, count: count ?? 0 });
      layout.height += room.headingHeight;
    }
    addRows(layout, aspects, first, first + (count ?? 0), room);
    first += count ?? 0;
  }
  return layout;
}

/** @type {(layout: Layout, aspects: number[], first: number, end: number, room: Room) => void} */
function addRows(layout, aspects, first, end, room) {
  let start = first;
  let sum = 0; // of the aspects in the row
  for (let at = first; at < end; at += 1) {
    sum += shown(aspects[at]);
    const space = room.width - room.gap * (at - start);
    if (sum * room.rowHeight < space && at < end - 1) continue;
    // A row that is not full keeps the height of the others.
    const height = Math.min(Math.max(space / sum, room.rowHeight * 0.6), room.rowHeight * 1.25);
    addRow(layout, aspects, start, at + 1, height, room);
    start = at + 1;
    sum = 0;
  }
}

/** @type {(layout: Layout, aspects: number[], first: number, end: number, height: number, room: Room) => void} */
function addRow(layout, aspects, first, end, height, room) {
  const lefts = [];
  const widths = [];
  let left = 0;
  for (let at = first; at < end; at += 1) {
    const width = Math.min(shown(aspects[at]) * height, room.width - left);
    lefts.push(left);
    widths.push(width);
    left += width + room.gap;
  }
  layout.rows.push({ top: layout.height, height, first, lefts, widths });
  layout.height += height + room.gap;
}

/** @param {number} aspect */
const shown = (aspect) => Math.min(Math.max(aspect / 100 || 1.78, NARROWEST), WIDEST);

/**
 * The number of the row that a video is in.
 * @param {Layout} layout
 * @param {number} number
 */
export function rowOf({ rows }, number) {
  return lastWhere(rows.length, (at) => rows[at].first <= number);
}

/**
 * The rows and headings between two heights: the numbers of the first and of the one behind the last.
 * @param {{top: number}[]} parts
 * @param {number} from
 * @param {number} to
 * @returns {[number, number]}
 */
export function between(parts, from, to) {
  return [Math.max(lastWhere(parts.length, (at) => parts[at].top <= from), 0), lastWhere(parts.length, (at) => parts[at].top < to) + 1];
}

/**
 * The greatest number below `count` for which something holds that holds for those before it; -1 if for none.
 * @param {number} count
 * @param {(at: number) => boolean} holds
 */
function lastWhere(count, holds) {
  let low = -1;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
