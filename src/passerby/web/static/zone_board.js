// Zones of a watched source: drawn over its picture with the mouse or by keys, and typed as numbers.

import { call } from "./api.js";
import { tellKeys } from "./key_sheet.js";
import { at, make, may, maybe, part, toast, trying } from "./page.js";
import { t } from "./words.js";

const STEP = 0.01, FAR = 0.05; // shares of the picture that a corner moves by a key, and with Shift
const FEWEST = 3, MOST = 50;
const SVG = "http://www.w3.org/2000/svg";
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const within = (/** @type {number} */ share) => Math.round(Math.min(Math.max(share, 0), 1) * 1000) / 1000;
const percent = (/** @type {number} */ share) => String(Math.round(share * 1000) / 10);

/** Corners as they are typed: `10 20, 60 20, 60 90`. */
const textOf = (/** @type {Corner[]} */ corners) => corners.map(([x, y]) => `${percent(x)} ${percent(y)}`).join(", ");

/**
 * @param {string} text
 * @returns {Corner[]}
 */
function cornersOf(text) {
  const corners = text.split(/[,;]\s*/).map((pair) => pair.trim().split(/\s+/).map((each) => Number(each) / 100));
  const isRight = corners.length >= FEWEST && corners.length <= MOST && corners.every((pair) => pair.length === 2 && pair.every((each) => each >= 0 && each <= 1));
  if (!isRight) throw new Error(t("Expected {fewest} corners or more, each from the left and from the top in percent, such as 10 20, 60 20, 60 90.", { fewest: FEWEST }));
  return corners.map((pair) => pair.map(within));
}

export class ZoneBoard {
  /** @type {WatchedZone[]} */
  #zones = [];
  /** @type {WatchedZone[]} */
  #kept = [];
  #chosen = -1; // whose corners can be moved
  #drawing = document.createElementNS(SVG, "svg");
  #handles = make("div", { class: "handles" });
  #isDrawable = may("admin");

  /** @param {string} name of the source */
  constructor(name) {
    this.name = name;
    this.#drawing.setAttribute("viewBox", "0 0 1 1");
    this.#drawing.setAttribute("preserveAspectRatio", "none");
    this.#drawing.setAttribute("aria-hidden", "true");
    at("scene").append(this.#drawing, this.#handles);
    if (this.#isDrawable) tellKeys(() => [
      { keys: ["ArrowLeft"], words: t("Move the corner of a zone on which the focus is; with Shift further") },
      { keys: ["Delete"], words: t("Remove that corner") },
    ]);
    maybe("new-zone")?.addEventListener("click", () => this.#add());
    maybe("undo-zones")?.addEventListener("click", () => this.#take(this.#kept));
    maybe("keep-zones")?.addEventListener("click", () => trying(() => this.#keep()));
  }

  /** @param {WatchedZone[]} zones as the server has them: they are shown unless somebody is drawing others */
  show(zones) {
    const isSame = JSON.stringify(zones) === JSON.stringify(this.#kept);
    const isDrawing = this.#hasChanged();
    this.#kept = structuredClone(zones);
    if (!isSame && !isDrawing) this.#take(zones);
    this.#tellChange();
  }

  /** @param {WatchedZone[]} zones */
  #take(zones) {
    this.#zones = structuredClone(zones);
    this.#chosen = -1;
    this.#draw();
  }

  #hasChanged() {
    return JSON.stringify(this.#zones) !== JSON.stringify(this.#kept);
  }

  #tellChange() {
    for (const id of /** @type {const} */ (["keep-zones", "undo-zones"])) {
      const button = maybe(id);
      if (button) button.disabled = !this.#hasChanged();
    }
  }

  async #keep() {
    const { zones } = /** @type {WatchedSource} */ (await call(`/sources/${this.name}/zones`, { method: "PUT", body: { zones: this.#zones } }));
    this.#kept = structuredClone(zones);
    this.#take(zones);
    at("zones-title").tabIndex = -1;
    at("zones-title").focus();
    toast(t("The zones are kept."));
  }

  #add() {
    const names = new Set(this.#zones.map((zone) => zone.name));
    let number = 1;
    while (names.has(`zone-${number}`)) number += 1;
    this.#zones.push({ name: `zone-${number}`, corners: [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7]] });
    this.#chosen = this.#zones.length - 1;
    this.#draw();
    const input = part(part(at("zones"), "ul", ".zones").children[this.#chosen], "input");
    input.focus();
    input.select();
  }

  #draw() {
    this.#paint();
    const places = this.#zones.map((zone, index) => this.#itemOf(zone, index));
    part(at("zones"), "ul", ".zones").replaceChildren(...(places.length ? places : [make("li", { class: "quiet" }, t("There are none: the whole picture counts."))]));
  }

  /** What is over the picture; the handles stay the same elements while one is dragged. */
  #paint() {
    this.#drawing.replaceChildren(...this.#zones.map((zone, index) => {
      const polygon = document.createElementNS(SVG, "polygon");
      polygon.setAttribute("points", zone.corners.map((corner) => corner.join(",")).join(" "));
      polygon.classList.toggle("chosen", index === this.#chosen);
      return polygon;
    }));
    const zone = this.#zones[this.#chosen];
    const corners = this.#isDrawable && zone ? zone.corners : [];
    while (this.#handles.children.length > corners.length) this.#handles.lastElementChild?.remove();
    while (this.#handles.children.length < corners.length) this.#handles.append(this.#handle(this.#handles.children.length));
    corners.forEach(([x, y], index) => {
      const handle = /** @type {HTMLElement} */ (this.#handles.children[index]);
      Object.assign(handle.style, { left: `${x * 100}%`, top: `${y * 100}%` });
      handle.setAttribute("aria-label", t("Corner {number} of {name}: {x} %, {y} %", { number: index + 1, name: zone.name, x: percent(x), y: percent(y) }));
    });
    this.#tellChange();
  }

  /** @param {number} index */
  #handle(index) {
    const handle = make("button", { type: "button", class: "handle" });
    handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const area = at("scene").getBoundingClientRect();
      this.#move(index, (event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height);
    });
    handle.addEventListener("keydown", (event) => {
      if (event.key === "Delete") this.#removeCorner(index);
      const towards = KEYS[event.key];
      if (!towards) return;
      event.preventDefault();
      const [x, y] = this.#zones[this.#chosen].corners[index];
      const step = event.shiftKey ? FAR : STEP;
      this.#move(index, x + towards[0] * step, y + towards[1] * step);
    });
    return handle;
  }

  /** @type {(index: number, x: number, y: number) => void} */
  #move(index, x, y) {
    this.#zones[this.#chosen].corners[index] = [within(x), within(y)];
    this.#paint();
    this.#showTyped();
  }

  #showTyped() {
    const item = part(at("zones"), "ul", ".zones").children[this.#chosen];
    part(item, "input", "[name=corners]").value = textOf(this.#zones[this.#chosen].corners);
  }

  /** @param {number} index */
  #removeCorner(index) {
    const { corners } = this.#zones[this.#chosen];
    if (corners.length <= FEWEST) return;
    corners.splice(index, 1);
    this.#paint();
    this.#showTyped();
    const next = this.#handles.children[Math.min(index, corners.length - 1)];
    if (next instanceof HTMLElement) next.focus();
  }

  /** A new corner in the middle of the longest side. */
  #addCorner() {
    const { corners } = this.#zones[this.#chosen];
    if (corners.length >= MOST) return;
    const lengths = corners.map(([x, y], index) => {
      const [u, v] = corners[(index + 1) % corners.length];
      return Math.hypot(u - x, v - y);
    });
    const at = lengths.indexOf(Math.max(...lengths));
    const [one, other] = [corners[at], corners[(at + 1) % corners.length]];
    corners.splice(at + 1, 0, [within((one[0] + other[0]) / 2), within((one[1] + other[1]) / 2)]);
    this.#paint();
    this.#showTyped();
    const made = this.#handles.children[at + 1];
    if (made instanceof HTMLElement) made.focus();
  }

  /**
   * @param {WatchedZone} zone
   * @param {number} index
   */
  #itemOf(zone, index) {
    if (!this.#isDrawable) return make("li", {}, make("strong", {}, zone.name));
    const fault = make("span", { class: "fault", role: "alert", hidden: true, id: `zone-fault-${index}` });
    const name = make("input", { name: "name", value: zone.name, maxlength: 50, autocomplete: "off", spellcheck: "false", required: true });
    name.addEventListener("change", () => {
      zone.name = name.value.trim();
      this.#paint();
    });
    const corners = make("input", { name: "corners", value: textOf(zone.corners), autocomplete: "off", inputmode: "decimal", "aria-describedby": fault.id });
    corners.addEventListener("change", () => {
      fault.hidden = true;
      try {
        zone.corners = cornersOf(corners.value);
        this.#paint();
      } catch (error) {
        fault.textContent = error.message;
        fault.hidden = false;
      }
    });
    const choose = () => {
      this.#chosen = index;
      this.#paint();
    };
    const item = make("li", {},
      make("label", {}, `${t("Name")} `, name), make("label", { class: "wide" }, `${t("Corners")} `, corners), fault,
      make("span", { class: "row" },
        this.#button(t("Add a corner"), zone, () => { choose(); this.#addCorner(); }),
        this.#button(t("Remove"), zone, () => this.#remove(index))));
    item.addEventListener("focusin", choose);
    item.addEventListener("pointerdown", choose);
    return item;
  }

  /** @type {(text: string, zone: WatchedZone, onclick: () => void) => HTMLButtonElement} */
  #button(text, zone, onclick) {
    return make("button", { type: "button", class: "second small", "aria-label": t("{what}: {name}", { what: text, name: zone.name }), onclick }, text);
  }

  /** @param {number} index */
  #remove(index) {
    this.#zones.splice(index, 1);
    this.#chosen = -1;
    this.#draw();
    at("new-zone").focus();
  }
}
