// The words of the transcript: what is selected of them is muted, or heard again.

import { at, make, part, parts, timecode, toast } from "./page.js";
import { t, tn } from "./words.js";

export class MutedWords {
  /** @param {import("./workbench.js").Workbench} bench */
  constructor(bench) {
    this.bench = bench;
    at("words").addEventListener("click", (event) => this.#click(event));
    at("mute").addEventListener("click", () => this.mute());
    at("keep-sound").addEventListener("click", () => this.#keepSound());
    document.addEventListener("selectionchange", () => this.#showSelected());
  }

  /** @param {Speech[]} speech */
  fill(speech) {
    at("words").replaceChildren(...speech.map((said) => make("p", {},
      make("button", { type: "button", class: "plain time quiet", dataset: { seek: said.start } }, timecode(said.start)), " ",
      ...(said.words.length ? said.words : [said]).flatMap((word) => [
        make("button", { type: "button", class: "word", "aria-pressed": "false", dataset: { start: word.start, end: word.end } }, word.text), " ",
      ]))));
    at("no-words").hidden = speech.length > 0;
    at("mute").hidden = !speech.length;
    this.#showSelected();
  }

  /** Show which words are muted. */
  show() {
    const { mode, spans } = this.bench.plan.policy.audio;
    const isMuted = ["mute", "bleep"].includes(mode);
    at("keep-sound").hidden = mode !== "drop" || at("mute").hidden;
    for (const button of parts(at("words"), "button", ".word")) {
      const [start, end] = [Number(button.dataset.start), Number(button.dataset.end)];
      const is = String(isMuted && spans.some((span) => span[0] < end && span[1] > start));
      if (button.getAttribute("aria-pressed") !== is) button.setAttribute("aria-pressed", is);
    }
  }

  /** The words that are selected as text. */
  get #selected() {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return [];
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(at("words"))) return [];
    return parts(at("words"), "button", ".word").filter((button) => range.intersectsNode(button));
  }

  #showSelected() {
    const count = this.#selected.length;
    at("mute").disabled = !count;
    at("mute").textContent = count ? tn("Mute the selected word", "Mute the {count} selected words", count) : t("Select words to mute them");
  }

  /** Mute what is selected; or have it heard again, if all of it is muted. */
  mute() {
    const words = this.#selected;
    if (!words.length) return toast(t("Select words of the transcript first."));
    const isMuted = words.every((word) => word.getAttribute("aria-pressed") === "true");
    getSelection()?.removeAllRanges();
    return this.#set([[Number(words[0].dataset.start), Number(words[words.length - 1].dataset.end)]], !isMuted);
  }

  /** Have all be heard but what will be muted; the words are what comes next. */
  #keepSound() {
    const { plan } = this.bench;
    plan.setPolicy({ audio: { ...plan.policy.audio, mode: "mute" } });
    part(at("words"), "button", ".word").focus();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (target?.dataset.seek !== undefined) this.bench.stage.seek(Number(target.dataset.seek));
    else if (target?.classList.contains("word") && getSelection()?.isCollapsed !== false) {
      this.#set([[Number(target.dataset.start), Number(target.dataset.end)]], target.getAttribute("aria-pressed") !== "true");
    }
  }

  /**
   * @param {Stretch[]} stretches
   * @param {boolean} isMuted
   */
  #set(stretches, isMuted) {
    const { plan } = this.bench;
    const { audio } = plan.policy;
    if (audio.mode === "drop") {
      toast(t("All sound is dropped. To mute words alone, choose that the sound is muted for spans."));
      return;
    }
    const wasMuted = ["mute", "bleep"].includes(audio.mode);
    const spans = stretches.reduce((known, [start, end]) => known.flatMap((span) => without(span, start, end)), wasMuted ? audio.spans : []);
    if (isMuted) spans.push(...stretches);
    spans.sort((a, b) => a[0] - b[0]);
    plan.setPolicy({ audio: { ...audio, mode: wasMuted ? audio.mode : "mute", spans } });
  }
}

/**
 * What is left of a span without a stretch of it.
 * @param {Stretch} span
 * @param {number} start
 * @param {number} end
 * @returns {Stretch[]}
 */
const without = ([from, to], start, end) => [[from, Math.min(to, start)], [Math.max(from, end), to]].filter(([first, last]) => first < last);
