// Lanes over time, on a canvas: only what is visible is drawn, and what is narrower than a pixel is drawn once.

import { make, timecode } from "./api.js";

const RULER = 24; // pixels, as the padding of the names in video.css
const LANE = 26; // pixels, as their height there
const CLOSEST = 0.5; // seconds across, at the nearest
const STEPS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];

/** Spans sorted by their start, with the latest end up to each: so the first that is visible is found by halving. */
function indexed(spans) {
  const sorted = [...spans].sort((one, other) => one.start - other.start);
  let latest = 0;
  return { spans: sorted, ends: sorted.map((span) => (latest = Math.max(latest, span.end))) };
}

function firstAfter(ends, time) {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Lanes in `place`. `seek(seconds)` is called for a click, `preview(seconds, labels)` gives what to show when hovering. */
export function makeLanes(place, { duration, seek, preview }) {
  const names = make("ol", { "aria-hidden": "true" });
  const canvas = make("canvas", { role: "img", "aria-label": "Lanes of the video over time; the lists below tell the same" });
  const hover = make("div", { class: "preview", hidden: true });
  place.replaceChildren(names, canvas, hover);
  const view = { start: 0, end: duration };
  let lanes = [];
  let head = 0;
  let asked = 0;
  let width = 1;

  const xOf = (time) => ((time - view.start) / (view.end - view.start)) * width;
  const timeOf = (x) => view.start + (x / width) * (view.end - view.start);
  const redraw = () => {
    if (!asked) asked = requestAnimationFrame(draw);
  };

  function draw() {
    asked = 0;
    const height = RULER + lanes.length * LANE;
    const scale = devicePixelRatio;
    width = canvas.clientWidth || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.height = `${height}px`;
    }
    const colours = getComputedStyle(document.documentElement);
    const known = new Map(); // asking the style for each span takes longer than drawing it
    const colour = (name) => {
      if (!known.has(name)) known.set(name, colours.getPropertyValue(name));
      return known.get(name);
    };
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    drawRuler(pen, colour, height);
    lanes.forEach((lane, number) => drawLane(pen, colour, lane, RULER + number * LANE));
    pen.fillStyle = colour("--bad");
    pen.fillRect(xOf(head) - 1, 0, 2, height);
  }

  function drawRuler(pen, colour, height) {
    const step = STEPS.find((each) => xOf(view.start + each) > 70) ?? 14400;
    for (let time = Math.ceil(view.start / step) * step; time <= view.end; time += step) {
      pen.fillStyle = colour("--line");
      pen.fillRect(xOf(time), 0, 1, height);
      pen.fillStyle = colour("--quiet");
      pen.fillText(timecode(time, step < 1 ? 1 : 0), xOf(time) + 4, RULER / 2);
    }
  }

  function drawLane(pen, colour, lane, top) {
    pen.fillStyle = colour("--line");
    pen.fillRect(0, top, width, 1);
    const { spans, ends } = lane.index;
    let drawn = -1; // the pixel up to which the lane is painted
    for (let n = firstAfter(ends, view.start); n < spans.length && spans[n].start < view.end; n += 1) {
      const left = Math.max(xOf(spans[n].start), 0);
      const right = Math.min(Math.max(xOf(spans[n].end), left + 2), width);
      if (right <= drawn + 0.5) continue;
      pen.fillStyle = colour(lane.colour);
      pen.globalAlpha = lane.alternate && n % 2 ? 0.6 : 1;
      pen.fillRect(left, top + 4, Math.max(right - left - 0.5, 1), LANE - 7);
      pen.globalAlpha = 1;
      drawn = right;
      if (lane.written && right - left > 34) {
        pen.save();
        pen.beginPath();
        pen.rect(left, top, right - left - 4, LANE);
        pen.clip();
        pen.fillStyle = colour("--card");
        pen.fillText(spans[n].label, left + 4, top + LANE / 2 + 1);
        pen.restore();
      }
    }
  }

  function move(start, length) {
    const across = Math.min(Math.max(length, Math.min(CLOSEST, duration)), duration);
    view.start = Math.min(Math.max(start, 0), duration - across);
    view.end = view.start + across;
    hover.hidden = true;
    redraw();
  }
  function zoom(factor, around = head) {
    const length = view.end - view.start;
    const inside = around >= view.start && around <= view.end ? around : view.start + length / 2;
    move(inside - (inside - view.start) * factor, length * factor);
  }

  /** Labels at a time of the lane under the pointer, or of all lanes. */
  function labelsAt(time, y) {
    const lane = lanes[Math.floor((y - RULER) / LANE)];
    const found = new Set();
    for (const each of lane ? [lane] : lanes) {
      const { spans, ends } = each.index;
      for (let n = firstAfter(ends, time); n < spans.length && spans[n].start <= time && found.size < 6; n += 1) {
        if (spans[n].end > time) found.add(spans[n].label);
      }
    }
    return [...found];
  }

  const fingers = new Map();
  let dragged = 0;
  canvas.addEventListener("wheel", (event) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    const isWhole = view.end - view.start >= duration;
    if (isWhole && (sideways || event.deltaY > 0)) return; // nothing to do here: the page scrolls
    event.preventDefault();
    const length = view.end - view.start;
    if (sideways) move(view.start + ((event.deltaX || event.deltaY) / width) * length, length);
    else zoom(Math.exp(event.deltaY * 0.002), timeOf(event.offsetX));
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event.offsetX);
    if (fingers.size === 1) dragged = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return showHover(event);
    const length = view.end - view.start;
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const apart = Math.max(Math.abs(event.offsetX - other), 8);
      zoom(Math.max(Math.abs(before - other), 8) / apart, timeOf((event.offsetX + other) / 2));
      dragged = Infinity;
    } else {
      dragged += Math.abs(event.offsetX - before);
      if (dragged > 4) move(view.start - ((event.offsetX - before) / width) * length, length);
    }
    fingers.set(event.pointerId, event.offsetX);
    return undefined;
  });
  canvas.addEventListener("pointerup", (event) => {
    if (fingers.delete(event.pointerId) && dragged <= 4) seek(Math.min(Math.max(timeOf(event.offsetX), 0), duration));
  });
  canvas.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
  canvas.addEventListener("pointerleave", () => (hover.hidden = true));

  function showHover(event) {
    const time = timeOf(event.offsetX);
    hover.replaceChildren(...preview(time, labelsAt(time, event.offsetY)));
    hover.hidden = false;
    const left = canvas.offsetLeft + event.offsetX + 14;
    hover.style.left = `${Math.max(Math.min(left, place.clientWidth - hover.offsetWidth - 4), 0)}px`;
    const above = event.offsetY > hover.offsetHeight + 20;
    hover.style.top = `${above ? event.offsetY - hover.offsetHeight - 14 : event.offsetY + 18}px`;
  }

  new ResizeObserver(redraw).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  return {
    /** Show these lanes: `{name, colour, spans: [{start, end, label}], written, alternate}`. */
    fill(shown) {
      lanes = shown.map((lane) => ({ ...lane, index: indexed(lane.spans) }));
      names.replaceChildren(...lanes.map((lane) => make("li", { title: lane.name }, lane.name)));
      redraw();
    },
    head(time) {
      head = time;
      const length = view.end - view.start;
      if (length < duration && (time < view.start || time > view.end)) move(time - length * 0.1, length);
      redraw();
    },
    zoom,
  };
}
