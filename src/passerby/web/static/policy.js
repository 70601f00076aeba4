// What holds for the whole copy: its sound, how places are hidden, and within which time; and the words of the transcript.

import { spansOf, textOfSpans, timeWithin } from "./fields.js";
import { at, make, parts, timecode, toast } from "./page.js";

const isSpanned = (/** @type {PlanPolicy} */ policy) => ["mute", "bleep"].includes(policy.audio.mode);

export class Policy {
  /** @type {(() => void)[]} */
  #shows = []; // each shows a choice as the plan has it

  /**
   * @param {import("./workbench.js").Workbench} bench
   * @param {import("./fields.js").Fields} fields
   */
  constructor(bench, fields) {
    this.bench = bench;
    this.fields = fields;
    this.#bind("audio", (policy) => policy.audio.mode, (policy, mode) => (policy.audio = { ...policy.audio, mode }));
    this.#bind("style", (policy) => policy.style, (policy, style) => (policy.style = style));
    this.#bind("shape", (policy) => policy.shape, (policy, shape) => (policy.shape = shape));
    fields.add(at("span-text"), {
      name: "Spans", get: () => this.#text((policy) => textOfSpans(policy.audio.spans)), set: (text) => this.#setSpans(text), counts: () => isSpanned(this.#policy),
    });
    fields.add(at("from"), { name: "Hide from", get: () => this.#text(startOf), set: (text) => this.#setWithin(0, text) });
    fields.add(at("to"), { name: "Hide to", get: () => this.#text((policy) => endOf(policy, this.#duration)), set: (text) => this.#setWithin(1, text) });
  }

  get #policy() {
    return this.bench.plan.document.policy;
  }

  get #duration() {
    return this.bench.plan.document.original.duration;
  }

  /** @param {(policy: PlanPolicy) => string} of */
  #text(of) {
    return this.bench.isOpen ? of(this.#policy) : "";
  }

  /**
   * @param {"audio" | "style" | "shape"} id
   * @param {(policy: PlanPolicy) => string} get
   * @param {(policy: PlanPolicy, value: string) => void} set
   */
  #bind(id, get, set) {
    at(id).addEventListener("change", () => this.bench.plan.change(({ policy }) => set(policy, at(id).value)));
    this.#shows.push(() => (at(id).value = get(this.#policy)));
  }

  show() {
    for (const show of this.#shows) show();
    at("spans").hidden = !isSpanned(this.#policy);
    this.#showPressed();
  }

  /** Throw an Error where sound is to be muted and nothing says when. */
  check() {
    const { audio } = this.#policy;
    if (!isSpanned(this.#policy) || audio.spans.length || audio.pii) return;
    at("span-text").focus();
    throw new Error("Say which spans are muted or bleeped, or choose words; or have the sound kept or dropped.");
  }

  /** @param {string} text */
  #setSpans(text) {
    const spans = spansOf(text, this.#policy.audio.spans, this.#duration);
    this.bench.plan.change(({ policy }) => (policy.audio = { ...policy.audio, spans }));
  }

  /**
   * @param {0 | 1} which
   * @param {string} text
   */
  #setWithin(which, text) {
    const within = [...(this.#policy.within ?? [0, this.#duration])];
    within[which] = text.trim() ? timeWithin(text, this.#duration) : [0, this.#duration][which];
    if (within[0] >= within[1]) throw new Error(`Expected a time ${which ? `after ${timecode(within[0], 3)}, from which on` : `before ${timecode(within[1], 3)}, up to which`} is hidden.`);
    const isAll = within[0] === 0 && within[1] >= this.#duration;
    this.bench.plan.change(({ policy }) => (policy.within = isAll ? null : within));
  }

  // Words of the transcript

  /** @param {Speech[]} speech */
  showWords(speech) {
    at("words").replaceChildren(
      ...speech.flatMap((said) => said.words).map((word) =>
        make("button", { type: "button", "aria-pressed": "false", dataset: { start: word.start, end: word.end }, onclick: () => this.#press(word) }, word.text)),
    );
    if (!speech.length) at("words").textContent = "Nothing that is said is known of this video.";
  }

  /**
   * Mute a word, or do not; what is typed and cannot be taken is mended first.
   * @param {TextSpan} word
   */
  #press(word) {
    this.fields.take();
    if (this.fields.isFaulty(at("span-text"))) return toast("Mend the spans first: what is typed there cannot be taken.", true);
    return this.bench.plan.change(({ policy }) => {
      const { spans } = policy.audio;
      const index = spans.findIndex(([start, end]) => start <= word.start && end >= word.end);
      if (index >= 0) spans.splice(index, 1, ...without(spans[index], word));
      else spans.push([word.start, word.end]);
      spans.sort((a, b) => a[0] - b[0]);
    });
  }

  #showPressed() {
    const { spans } = this.#policy.audio;
    for (const button of parts(at("words"), "button")) {
      const [start, end] = [Number(button.dataset.start), Number(button.dataset.end)];
      button.setAttribute("aria-pressed", String(spans.some((span) => span[0] < end && span[1] > start)));
    }
  }
}

/**
 * What is left of a span without a word of it.
 * @type {(span: Stretch, word: Span) => Stretch[]}
 */
const without = ([start, end], word) => [[start, word.start], [word.end, end]].filter(([from, to]) => from < to);

/** @type {(policy: PlanPolicy) => string} */
const startOf = ({ within }) => (within && within[0] > 0 ? timecode(within[0], 3) : "");
/** @type {(policy: PlanPolicy, duration: number) => string} */
const endOf = ({ within }, duration) => (within && within[1] < duration ? timecode(within[1], 3) : "");
