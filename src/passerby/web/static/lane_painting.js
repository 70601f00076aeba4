// How lanes are painted: only what is visible is drawn, and what is narrower than a pixel is drawn once.

import { timecode } from "./page.js";

export const RULER = 24; // pixels, as the padding of the names in video.css
export const LANE = 26; // pixels, as their height there
const STEPS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];

/**
 * @typedef {object} Lane
 * @property {string} name
 * @property {string} colour of its spans: the name of a variable of the style
 * @property {LabelledSpan[]} spans
 * @property {boolean} [written] whether labels are written into the spans
 * @property {boolean} [graph] whether each span is as high as its share says
 * @property {boolean} [alternate] whether every second span is lighter
 */

/** @typedef {Lane & {ends: number[]}} IndexedLane sorted by start, with the latest end up to each span */
/** @typedef {import("./time_window.js").TimeWindow} TimeWindow */
/** @typedef {(name: string) => string} Colour */

/**
 * A lane by whose ends the first span that is visible is found by halving.
 * @param {Lane} lane
 * @returns {IndexedLane}
 */
export function indexed(lane) {
  const spans = [...lane.spans].sort((one, other) => one.start - other.start);
  let latest = 0;
  return { ...lane, spans, ends: spans.map((span) => (latest = Math.max(latest, span.end))) };
}

/**
 * The number of the first span that ends after a time, or has one before it that does.
 * @param {number[]} ends
 * @param {number} time
 */
export function firstAfter(ends, time) {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {TimeWindow} view
 * @param {IndexedLane[]} lanes
 * @param {number} head the time that is played
 */
export function paint(canvas, view, lanes, head) {
  const height = RULER + lanes.length * LANE;
  const pen = penOn(canvas, view.width, height);
  const colour = colours();
  paintRuler(pen, colour, view, height);
  lanes.forEach((lane, number) => paintLane(pen, colour, view, lane, RULER + number * LANE));
  pen.fillStyle = colour("--bad");
  pen.fillRect(view.xOf(head) - 1, 0, 2, height);
}

/**
 * What paints on a canvas that is made as large as it has to be, and emptied.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function penOn(canvas, width, height) {
  const scale = devicePixelRatio;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.height = `${height}px`;
  }
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = "12px system-ui, sans-serif";
  pen.textBaseline = "middle";
  return pen;
}

/**
 * The colours of the style by their names; asking the style for each span takes longer than drawing it.
 * @returns {Colour}
 */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  /** @type {Map<string, string>} */
  const known = new Map();
  return (name) => {
    const colour = known.get(name) ?? style.getPropertyValue(name);
    known.set(name, colour);
    return colour;
  };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Colour} colour
 * @param {TimeWindow} view
 * @param {number} height
 */
export function paintRuler(pen, colour, view, height) {
  const step = STEPS.find((each) => view.xOf(view.start + each) > 70) ?? 14400;
  for (let time = Math.ceil(view.start / step) * step; time <= view.end; time += step) {
    pen.fillStyle = colour("--line");
    pen.fillRect(view.xOf(time), 0, 1, height);
    pen.fillStyle = colour("--quiet");
    pen.fillText(timecode(time, step < 1 ? 1 : 0), view.xOf(time) + 4, RULER / 2);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Colour} colour
 * @param {TimeWindow} view
 * @param {IndexedLane} lane
 * @param {number} top
 */
function paintLane(pen, colour, view, lane, top) {
  const { spans, ends } = lane;
  pen.fillStyle = colour("--line");
  pen.fillRect(0, top, view.width, 1);
  let drawn = -1; // the pixel up to which the lane is painted
  for (let n = firstAfter(ends, view.start); n < spans.length && spans[n].start < view.end; n += 1) {
    const left = Math.max(view.xOf(spans[n].start), 0);
    const right = Math.min(Math.max(view.xOf(spans[n].end), left + 2), view.width);
    if (right <= drawn + 0.5 && !lane.graph) continue;
    pen.fillStyle = colour(lane.colour);
    pen.globalAlpha = lane.alternate && n % 2 ? 0.6 : 1;
    const high = (LANE - 7) * (lane.graph ? spans[n].share ?? 1 : 1);
    pen.fillRect(left, top + LANE - 3 - high, Math.max(right - left - (lane.graph ? 0 : 0.5), 1), high);
    pen.globalAlpha = 1;
    drawn = right;
    if (!lane.written || right - left <= 34) continue;
    pen.fillStyle = colour("--card");
    write(pen, spans[n].label, left, right, top);
  }
}

/**
 * Write a label into its span, as far as there is room.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} label
 * @param {number} left
 * @param {number} right
 * @param {number} top
 */
function write(pen, label, left, right, top) {
  pen.save();
  pen.beginPath();
  pen.rect(left, top, right - left - 4, LANE);
  pen.clip();
  pen.fillText(label, left + 4, top + LANE / 2 + 1);
  pen.restore();
}
