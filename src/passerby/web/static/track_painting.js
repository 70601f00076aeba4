// How the lanes of tracks are painted: only the rows and the times that are seen.

import { colours, paintRuler, penOn } from "./lane_painting.js";

export const ROW = 40; // pixels, as the height of .track in lanes.css
export const RULER = 24;

/** @typedef {import("./time_window.js").TimeWindow} TimeWindow */

/**
 * @typedef {object} Scene what is painted
 * @property {Track[]} tracks all that are listed, in their order
 * @property {number} top pixels by which they are scrolled
 * @property {number} height pixels
 * @property {number} head the time that is seen
 * @property {Stretch | null} within the time in which the plan hides
 * @property {(number: number) => boolean} isChosen
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {TimeWindow} view
 * @param {Scene} scene
 */
export function paintTracks(canvas, view, { tracks, top, height, head, within, isChosen }) {
  const pen = penOn(canvas, view.width, height);
  const colour = colours();
  const first = Math.floor(top / ROW);
  const last = Math.min(tracks.length, Math.ceil((top + height - RULER) / ROW));
  pen.save();
  pen.beginPath();
  pen.rect(0, RULER, view.width, height - RULER);
  pen.clip();
  for (let row = first; row < last; row += 1) {
    const y = RULER + row * ROW - top;
    if (isChosen(tracks[row].number)) fill(pen, colour("--accent-soft"), 0, y, view.width, ROW);
    fill(pen, colour("--line"), 0, y + ROW - 1, view.width, 1);
    paintTrack(pen, colour, view, tracks[row], y);
  }
  if (within) paintWithin(pen, colour, view, within, height);
  pen.restore();
  paintRuler(pen, colour, view, height);
  fill(pen, colour("--bad"), view.xOf(head) - 1, 0, 2, height);
}

/**
 * Hidden: a full bar. Shown: an empty one, so that they differ without colours too.
 * @param {CanvasRenderingContext2D} pen
 * @param {(name: string) => string} colour
 * @param {TimeWindow} view
 * @param {Track} track
 * @param {number} y
 */
function paintTrack(pen, colour, view, { boxes, hidden }, y) {
  const [start, end] = [boxes[0].time, boxes[boxes.length - 1].time];
  if (end < view.start || start > view.end) return;
  const left = Math.max(view.xOf(start), -4);
  const width = Math.max(Math.min(view.xOf(end), view.width + 4) - left, 3);
  const shade = colour(hidden ? "--accent" : "--warm");
  if (hidden) {
    fill(pen, shade, left, y + 10, width, ROW - 21);
    return;
  }
  pen.strokeStyle = shade;
  pen.lineWidth = 2;
  pen.setLineDash([5, 3]);
  pen.strokeRect(left + 1, y + 11, Math.max(width - 2, 1), ROW - 23);
  pen.setLineDash([]);
}

/**
 * Outside of the time in which the plan hides at all, nothing is.
 * @param {CanvasRenderingContext2D} pen
 * @param {(name: string) => string} colour
 * @param {TimeWindow} view
 * @param {Stretch} within
 * @param {number} height
 */
function paintWithin(pen, colour, view, [start, end], height) {
  pen.globalAlpha = 0.75;
  fill(pen, colour("--well"), 0, RULER, view.xOf(start), height);
  fill(pen, colour("--well"), view.xOf(end), RULER, view.width - view.xOf(end), height);
  pen.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} shade
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function fill(pen, shade, x, y, width, height) {
  pen.fillStyle = shade;
  if (width > 0) pen.fillRect(x, y, width, height);
}
