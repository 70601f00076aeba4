// The picture with the plan's boxes over it: choosing, drawing, moving and resizing them by pointer and by keys.

import { make } from "./api.js";
import { boxAt, within } from "./plan.js";

const STEP = 4; // pixels of the picture, of an arrow key

export class Stage {
  /** `edit`: a PlanEdit; `time()`: now, in seconds; `chose(number)` and `drew(box)` hear of what the user does. */
  constructor(root, layer, { edit, time, chose, drew }) {
    Object.assign(this, { root, layer, edit, time, chose, drew, chosen: null, drawing: false });
    root.addEventListener("pointerdown", (event) => this.drawing && this.#draw(event));
  }

  get #size() { return this.edit.plan.original; }

  #point(event) {
    const shown = this.layer.getBoundingClientRect();
    const { width, height } = this.#size;
    return [((event.clientX - shown.left) / shown.width) * width, ((event.clientY - shown.top) / shown.height) * height];
  }

  startDrawing(on) {
    this.drawing = on;
    this.root.classList.toggle("drawing", on);
  }

  #within(box) { return within(box, this.#size.width, this.#size.height); }

  #put(element, box) {
    const { width, height } = this.#size;
    const percent = (value, whole) => `${(100 * value) / whole}%`;
    Object.assign(element.style, {
      left: percent(box[0], width), top: percent(box[1], height),
      width: percent(box[2] - box[0], width), height: percent(box[3] - box[1], height),
    });
  }

  /** Follow a pointer until it is let go; `moved` makes the box of each place, `done` has the last. */
  #follow(event, element, boxOf, done) {
    event.preventDefault();
    const from = this.#point(event);
    let box = null;
    const move = (next) => {
      box = this.#within(boxOf(from, this.#point(next)));
      this.#put(element, box);
    };
    const end = (last) => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      done(last.type === "pointerup" ? box : null);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }

  #draw(event) {
    event.stopPropagation();
    const ghost = make("button", { type: "button", class: "chosen", tabindex: -1 });
    this.layer.append(ghost);
    this.#follow(event, ghost, (a, b) => [...a, ...b], (box) => {
      ghost.remove();
      this.startDrawing(false);
      if (box) this.drew(box);
    });
  }

  #grab(event, track, box, element) {
    if (this.drawing) return;
    const corner = event.target.classList.contains("corner");
    const time = this.time();
    this.#follow(event, element, ([x, y], [to, down]) => {
      const [dx, dy] = [to - x, down - y];
      return corner ? [box[0], box[1], box[2] + dx, box[3] + dy] : this.#moved(box, dx, dy);
    }, (placed) => {
      if (placed) this.edit.place(track.number, time, placed);
      this.chose(track.number);
    });
  }

  #moved([x1, y1, x2, y2], dx, dy) {
    const { width, height } = this.#size;
    const x = Math.min(Math.max(dx, -x1), width - x2);
    const y = Math.min(Math.max(dy, -y1), height - y2);
    return [x1 + x, y1 + y, x2 + x, y2 + y];
  }

  #key(event, track, box) {
    const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!way) return;
    event.preventDefault();
    const to = event.shiftKey ? [box[0], box[1], box[2] + way[0], box[3] + way[1]] : this.#moved(box, ...way);
    this.edit.place(track.number, this.time(), this.#within(to));
    this.layer.querySelector(`[data-track="${track.number}"]`)?.focus();
  }

  show() {
    const focused = document.activeElement?.dataset?.track;
    const elements = [];
    for (const track of this.edit.plan.tracks) {
      const box = boxAt(track, this.time());
      if (!box) continue;
      const chosen = track.number === this.chosen;
      const element = make("button", {
        type: "button", dataset: { track: track.number }, "aria-pressed": String(chosen),
        class: `${track.hidden ? "" : "shown"} ${chosen ? "chosen" : ""}`,
        "aria-label": `Track ${track.number}, ${track.kind}, ${track.hidden ? "hidden" : "shown"}`,
        onclick: () => this.chose(track.number),
        onkeydown: (event) => this.#key(event, track, box),
      }, make("span", { class: "tag" }, String(track.number)), chosen && make("span", { class: "corner" }));
      element.addEventListener("pointerdown", (event) => this.#grab(event, track, box, element));
      this.#put(element, box);
      elements.push(element);
    }
    this.layer.replaceChildren(...elements);
    if (focused) this.layer.querySelector(`[data-track="${focused}"]`)?.focus();
  }
}
