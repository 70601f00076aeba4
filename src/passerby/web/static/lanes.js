// The timeline: lanes of what is known, drawn as far as they are seen.

import { timecode } from "./api.js";

const ROW = 20;
const GAP = 4;
const NAMES = 108; // pixels for the names of lanes
const AXIS = 20;
const MOST_LANES = 14;

/** A lane: a name, a colour's variable, and items {start, end, text} in the order of their starts. */
export const lane = (name, colour, items) => ({
  name, colour, items: [...items].sort((a, b) => a.start - b.start),
  longest: items.reduce((most, item) => Math.max(most, item.end - item.start), 0),
});

/** The lanes of a video's document. */
export function lanesOf(video) {
  const objects = Map.groupBy(video.objects, (object) => object.label);
  const byLabel = [...objects].sort(([, a], [, b]) => b.length - a.length).slice(0, MOST_LANES - 5);
  return [
    lane("shots", "--lane-shots", video.shots.map((shot, index) => ({ ...shot, text: `shot ${index + 1}` }))),
    ...byLabel.map(([label, items]) => lane(label, "--lane-objects", items.map((item) => ({ start: item.start, end: item.end, text: label })))),
    lane("tags", "--lane-tags", [...video.tags, ...video.notes.filter((note) => !note.rejected)].map((tag) => ({ ...tag, text: tag.label }))),
    lane("text", "--lane-text", video.text),
    lane("speech", "--lane-speech", video.speech),
  ].filter(({ items }) => items.length);
}

/** Where the first item begins that may still be seen at a time: those before it have all ended. */
function firstAt(items, time) {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].start < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Timeline {
  constructor(canvas, lanes, duration, { onSeek, onHover }) {
    Object.assign(this, { canvas, lanes, duration: Math.max(duration, 0.001), onSeek, onHover });
    this.start = 0;
    this.span = this.duration;
    this.time = 0;
    canvas.style.height = `${AXIS + lanes.length * (ROW + GAP) + GAP}px`;
    canvas.setAttribute("aria-valuemax", duration);
    this.colours = new Map();
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.colours.clear();
      this.draw();
    });
    this.#listen();
  }

  #colour(name) {
    if (!this.colours.has(name)) this.colours.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
    return this.colours.get(name);
  }

  #timeAt(x) {
    return this.start + ((x - NAMES) / Math.max(this.canvas.clientWidth - NAMES, 1)) * this.span;
  }

  /** Show the stretch around a time, so many seconds wide. */
  look(start, span = this.span) {
    this.span = Math.min(Math.max(span, 0.5), this.duration);
    this.start = Math.min(Math.max(start, 0), this.duration - this.span);
    this.draw();
  }

  zoom(factor, around = this.time) {
    const share = (around - this.start) / this.span;
    const span = Math.min(Math.max(this.span * factor, 0.5), this.duration);
    this.look(around - (share >= 0 && share <= 1 ? share : 0.5) * span, span);
  }

  move(time) {
    this.time = time;
    this.canvas.setAttribute("aria-valuenow", time.toFixed(2));
    this.canvas.setAttribute("aria-valuetext", timecode(time, 1));
    if (this.span < this.duration && (time < this.start || time > this.start + this.span)) this.look(time - this.span * 0.1);
    else this.draw();
  }

  draw() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.#paint();
    });
  }

  #paint() {
    const { canvas } = this;
    const scale = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    const perSecond = (width - NAMES) / this.span;
    this.#axis(pen, width, perSecond);
    this.lanes.forEach((each, index) => this.#lane(pen, each, AXIS + GAP + index * (ROW + GAP), width, perSecond));
    const x = NAMES + (this.time - this.start) * perSecond;
    if (x >= NAMES && x <= width) {
      pen.fillStyle = this.#colour("--bad");
      pen.fillRect(x - 1, 0, 2, height);
    }
  }

  #axis(pen, width, perSecond) {
    const steps = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
    const step = steps.find((each) => each * perSecond >= 70) ?? 7200;
    pen.fillStyle = this.#colour("--quiet");
    pen.font = "12px system-ui";
    for (let time = Math.ceil(this.start / step) * step; time <= this.start + this.span; time += step) {
      const x = NAMES + (time - this.start) * perSecond;
      pen.fillRect(x, AXIS - 5, 1, 5);
      pen.fillText(timecode(time, step < 1 ? 1 : 0), x + 3, AXIS - 6);
    }
  }

  #lane(pen, { name, colour, items, longest }, y, width, perSecond) {
    pen.font = "12px system-ui";
    pen.fillStyle = this.#colour("--ink");
    pen.fillText(name.length > 16 ? `${name.slice(0, 15)}…` : name, 0, y + ROW - 6);
    pen.fillStyle = this.#colour("--well");
    pen.fillRect(NAMES, y, width - NAMES, ROW);
    pen.save();
    pen.beginPath();
    pen.rect(NAMES, y, width - NAMES, ROW);
    pen.clip();
    const end = this.start + this.span;
    let drawnTo = -1;
    for (let index = firstAt(items, this.start - longest); index < items.length && items[index].start < end; index += 1) {
      const item = items[index];
      const x = NAMES + (item.start - this.start) * perSecond;
      const wide = Math.max((item.end - item.start) * perSecond - 1, 2);
      if (x + wide <= Math.max(drawnTo, NAMES)) continue; // hidden by what is drawn already
      pen.fillStyle = this.#colour(colour);
      pen.fillRect(x, y, wide, ROW);
      if (wide > 40 && item.text) {
        pen.fillStyle = this.#colour("--on-accent");
        pen.fillText(item.text.slice(0, Math.floor(wide / 6.5)), x + 4, y + ROW - 6);
      }
      drawnTo = x + wide;
    }
    pen.restore();
  }

  #itemAt(x, y) {
    const each = this.lanes[Math.floor((y - AXIS - GAP) / (ROW + GAP))];
    if (!each || x < NAMES) return null;
    const time = this.#timeAt(x);
    for (let index = firstAt(each.items, time - each.longest); index < each.items.length && each.items[index].start <= time; index += 1) {
      if (each.items[index].end >= time) return each.items[index];
    }
    return null;
  }

  #listen() {
    const { canvas } = this;
    let held = null;
    canvas.addEventListener("pointerdown", (event) => {
      held = { x: event.offsetX, start: this.start, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (held) {
        const by = event.offsetX - held.x;
        held.moved ||= Math.abs(by) > 4;
        if (held.moved) this.look(held.start - (by / (canvas.clientWidth - NAMES)) * this.span);
      } else if (event.offsetX >= NAMES) this.onHover(this.#timeAt(event.offsetX), event.offsetX, this.#itemAt(event.offsetX, event.offsetY));
    });
    canvas.addEventListener("pointerup", (event) => {
      if (held && !held.moved && event.offsetX >= NAMES) {
        const item = this.#itemAt(event.offsetX, event.offsetY);
        this.onSeek(event.shiftKey && item ? item.start : this.#timeAt(event.offsetX));
      }
      held = null;
    });
    canvas.addEventListener("pointerleave", () => this.onHover(null));
    canvas.addEventListener("wheel", (event) => {
      if (event.ctrlKey || event.altKey || Math.abs(event.deltaY) > Math.abs(event.deltaX)) this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.#timeAt(event.offsetX));
      else this.look(this.start + (event.deltaX / canvas.clientWidth) * this.span);
      event.preventDefault();
    }, { passive: false });
  }
}
