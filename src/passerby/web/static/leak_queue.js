// What an audit found, worked off one after the other: each is looked at, and hidden, or told to be no face.

import { call } from "./api.js";
import { make, timecode, toast, trying } from "./page.js";
import { t, tn } from "./words.js";

const MARGIN = 0.2; // of a face's sides: what is hidden around it

/** @typedef {import("./workbench.js").Workbench} Workbench */

export class LeakQueue {
  #place = 0;
  /** @type {Set<number>} */
  #hidden = new Set(); // numbers of faces that were hidden in the plan since

  /**
   * @param {string} copy its id
   * @param {Audit} audit
   * @param {Workbench} bench
   * @param {{onAudit: (audit: Audit) => void, again: () => void}} heard of another audit, and that all was worked off
   */
  constructor(copy, audit, bench, heard) {
    this.copy = copy;
    this.audit = audit;
    this.bench = bench;
    this.heard = heard;
    this.element = make("section", { class: "queue", "aria-label": t("What shows") });
    this.#place = Math.max(this.#faces.findIndex((face) => !this.#isDone(face)), 0);
    this.#show();
  }

  get #faces() {
    return this.audit.tracks.filter((track) => track.leaks.length);
  }

  /** @param {AuditedFace} face */
  #isDone(face) {
    return face.nobody !== null || this.#hidden.has(face.number);
  }

  /** @param {boolean} [moves] whether the picture goes where it shows */
  #show(moves = false) {
    const faces = this.#faces;
    const face = faces[this.#place];
    if (!face) return this.element.replaceChildren();
    const focused = [...this.element.querySelectorAll("button, input")].findIndex((each) => each === document.activeElement);
    const left = faces.filter((each) => !this.#isDone(each)).length;
    const [first, last] = [face.leaks[0].time, face.leaks[face.leaks.length - 1].time];
    const known = face.plan_track === null ? t("none of the plan's tracks") : t("track {number} of the plan", { number: face.plan_track });
    const button = (/** @type {string} */ text, /** @type {() => void} */ onclick, is = true) =>
      make("button", { type: "button", class: "second small", disabled: !is, onclick }, text);
    this.element.replaceChildren(
      make("h3", {}, t("{place} of {count} that show", { place: this.#place + 1, count: faces.length }), " ",
        make("span", { class: "quiet", role: "status" }, left ? tn("{count} left", "{count} left", left) : t("all worked off"))),
      make("p", {}, `${t("Face {number}", { number: face.number })}, ${known}: `, make("span", { class: "time" }, `${timecode(first, 1)} – ${timecode(last, 1)}`),
        ", ", tn("in {count} frame", "in {count} frames", face.leaks.length), " ", this.#stateOf(face)),
      make("div", { class: "row" },
        button(t("Previous"), () => this.#go(-1), this.#place > 0),
        button(t("Next"), () => this.#go(1), this.#place < faces.length - 1),
        button(t("Look at it"), () => this.#look(face)),
        button(t("Hide it"), () => this.#hide(face), !this.#isDone(face)),
        face.nobody ? button(t("Take that back"), () => trying(() => this.#retract(face))) : this.#formOf(face)),
      left ? "" : make("p", { class: "row" }, make("button", { type: "button", onclick: () => this.heard.again() },
        this.#hidden.size ? t("Make and check the copy again") : t("Check it closely"))));
    if (focused >= 0) this.#focus(focused);
    if (moves) this.#look(face);
    return undefined;
  }

  /** What had the focus keeps it, or what may be pressed next to it. @param {number} place */
  #focus(place) {
    const all = /** @type {(HTMLButtonElement | HTMLInputElement)[]} */ ([...this.element.querySelectorAll("button, input")]);
    const found = all.slice(place).find((each) => !each.disabled) ?? all.find((each) => !each.disabled);
    found?.focus();
  }

  /** @param {AuditedFace} face */
  #stateOf(face) {
    if (face.nobody) return make("span", { class: "chip" }, t("no face, says {name}: {reason}", { name: face.nobody.by || "?", reason: face.nobody.reason }));
    return this.#hidden.has(face.number) ? make("span", { class: "chip" }, t("hidden in the plan now")) : "";
  }

  /** @param {AuditedFace} face */
  #formOf(face) {
    const reason = make("input", { name: "reason", maxlength: 1000, autocomplete: "off", placeholder: t("what is seen there"), "aria-label": t("What is seen there") });
    return make("form", { class: "row", onsubmit: (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      trying(() => this.#answer(face, reason.value.trim() || t("not a face")));
    } }, reason, make("button", { class: "second small", disabled: this.#isDone(face) }, t("Not a face")));
  }

  /** @param {number} by */
  #go(by) {
    this.#place = Math.min(Math.max(this.#place + by, 0), this.#faces.length - 1);
    this.#show(true);
  }

  /** Go on with the next one that is not worked off. */
  #goOn() {
    const faces = this.#faces;
    const next = [...faces.keys()].map((step) => (this.#place + step) % faces.length).find((place) => !this.#isDone(faces[place]));
    const moves = next !== undefined && next !== this.#place;
    this.#place = next ?? Math.min(this.#place, Math.max(faces.length - 1, 0));
    this.#show(moves);
  }

  /** @param {AuditedFace} face */
  #look(face) {
    const { bench } = this;
    bench.seek(face.leaks[0].time);
    if (face.plan_track !== null && bench.plan.find(face.plan_track)) bench.selection.only([face.plan_track]);
  }

  /**
   * Hide a face in the plan: its track, if that is visible, or a new one where it shows.
   * @param {AuditedFace} face
   */
  #hide(face) {
    const { plan, selection, stage } = this.bench;
    const known = face.plan_track === null ? undefined : plan.find(face.plan_track);
    let number = known?.number ?? 0;
    if (known && !known.hidden) plan.set([known.number], { hidden: true });
    else number = plan.add("drawn", boxesOf(face, plan.document.original), t("the audit found that it shows"));
    this.#hidden.add(face.number);
    selection.only([number]);
    stage.seek(face.leaks[0].time);
    toast(t("Track {number} hides it now.", { number }));
    this.#goOn();
  }

  /**
   * @param {AuditedFace} face
   * @param {string} reason
   */
  async #answer(face, reason) {
    this.#take(await call(`/copies/${this.copy}/answers`, { method: "POST", body: { face: face.number, time: face.leaks[0].time, reason } }));
    this.#goOn();
  }

  /** @param {AuditedFace} face */
  async #retract(face) {
    this.#take(await call(`/copies/${this.copy}/answers/${face.number}?time=${face.leaks[0].time}`, { method: "DELETE" }));
    this.#show();
  }

  /** @param {Audit} audit */
  #take(audit) {
    this.audit = audit;
    this.heard.onAudit(audit);
  }
}

/** @type {(face: AuditedFace, original: PlanDocument["original"]) => Point[]} */
const boxesOf = ({ leaks }, { width, height }) =>
  leaks.map(({ time, box: [x1, y1, x2, y2] }) => {
    const [x, y] = [MARGIN * (x2 - x1), MARGIN * (y2 - y1)];
    return { time, box: [Math.max(x1 - x, 0), Math.max(y1 - y, 0), Math.min(x2 + x, width), Math.min(y2 + y, height)] };
  });
