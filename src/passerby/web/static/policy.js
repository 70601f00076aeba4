// What holds for the whole copy: its sound, how places are hidden, and within which time.

import { spansOf, textOfSpans, timeWithin } from "./fields.js";
import { at, timecode } from "./page.js";
import { t } from "./words.js";

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
    this.#bind("audio", (policy) => policy.audio.mode, ({ audio }, mode) => ({ audio: { ...audio, mode } }));
    this.#bind("style", (policy) => policy.style, (_, style) => ({ style }));
    this.#bind("shape", (policy) => policy.shape, (_, shape) => ({ shape }));
    fields.add(at("span-text"), {
      name: t("Spans"), get: () => this.#text((policy) => textOfSpans(policy.audio.spans)), set: (text) => this.#setSpans(text), counts: () => isSpanned(this.#policy),
    });
    fields.add(at("from"), { name: t("Hide from"), get: () => this.#text(startOf), set: (text) => this.#setWithin(0, text) });
    fields.add(at("to"), { name: t("Hide to"), get: () => this.#text((policy) => endOf(policy, this.#duration)), set: (text) => this.#setWithin(1, text) });
  }

  get #policy() {
    return this.bench.plan.policy;
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
   * @param {(policy: PlanPolicy, value: string) => Partial<PlanPolicy>} set
   */
  #bind(id, get, set) {
    at(id).addEventListener("change", () => this.bench.plan.setPolicy(set(this.#policy, at(id).value)));
    this.#shows.push(() => (at(id).value = get(this.#policy)));
  }

  show() {
    for (const show of this.#shows) show();
    at("spans").hidden = !isSpanned(this.#policy);
  }

  /** Throw an Error where sound is to be muted and nothing says when. */
  check() {
    const { audio } = this.#policy;
    if (!isSpanned(this.#policy) || audio.spans.length || audio.pii) return;
    at("span-text").focus();
    throw new Error(t("Say which spans are muted or bleeped, or choose words; or have the sound kept or dropped."));
  }

  /** @param {string} text */
  #setSpans(text) {
    const spans = spansOf(text, this.#policy.audio.spans, this.#duration);
    this.bench.plan.setPolicy({ audio: { ...this.#policy.audio, spans } });
  }

  /**
   * @param {0 | 1} which
   * @param {string} text
   */
  #setWithin(which, text) {
    const within = [...(this.#policy.within ?? [0, this.#duration])];
    within[which] = text.trim() ? timeWithin(text, this.#duration) : [0, this.#duration][which];
    if (within[0] >= within[1]) {
      throw new Error(which ? t("Expected a time after {time}, from which on is hidden.", { time: timecode(within[0], 3) })
        : t("Expected a time before {time}, up to which is hidden.", { time: timecode(within[1], 3) }));
    }
    const isAll = within[0] === 0 && within[1] >= this.#duration;
    this.bench.plan.setPolicy({ within: isAll ? null : within });
  }
}

/** @type {(policy: PlanPolicy) => string} */
const startOf = ({ within }) => (within && within[0] > 0 ? timecode(within[0], 3) : "");
/** @type {(policy: PlanPolicy, duration: number) => string} */
const endOf = ({ within }, duration) => (within && within[1] < duration ? timecode(within[1], 3) : "");
