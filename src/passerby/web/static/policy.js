// How the copy is made: its range, style and sound, and the words that are silenced.

import { make } from "./api.js";

const SOUND = { drop: "Leave all sound out", keep: "Keep the sound", mute: "Mute spans", bleep: "Bleep over spans" };
const KEPT = ["subtitles", "chapters", "data", "attachments", "covers"];
const same = (a, b) => Math.abs(a - b) < 1e-6;

/** Spans written as `1.5-2, 4-6`, in seconds; an Error that says what was expected. */
export function spansOf(text) {
  return text.split(",").map((part) => part.trim()).filter(Boolean).map((part) => {
    const found = /^(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)$/.exec(part);
    if (!found || Number(found[1]) >= Number(found[2])) throw new Error(`expected seconds such as 1.5-2, found "${part}"`);
    return [Number(found[1]), Number(found[2])];
  });
}

export function showPolicy(form, edit, told) {
  const { policy } = edit.plan;
  const written = (spans) => spans.map((span) => span.join("-")).join(", ");
  const select = (name, label, value, options, set) => {
    const list = make("select", { id: `policy-${name}`, onchange: () => edit.change((plan) => set(plan.policy, list.value)) },
      ...Object.entries(options).map(([key, text]) => make("option", { value: key, selected: key === value }, text)));
    return make("label", {}, label, list);
  };
  const text = (name, label, value, set) => {
    const field = make("input", { id: `policy-${name}`, onchange: () => {
      try {
        const spans = spansOf(field.value);
        edit.change((plan) => set(plan.policy, spans));
      } catch (error) { told(error.message); }
    } });
    field.value = value;
    return make("label", {}, label, field);
  };
  const check = (name, label, value, set) => {
    const box = make("input", { id: `policy-${name}`, type: "checkbox", checked: value, onchange: () => edit.change((plan) => set(plan.policy, box.checked)) });
    return make("label", { class: "inline" }, box, ` ${label}`);
  };
  const silenced = ["mute", "bleep"].includes(policy.audio.mode);
  const focused = form.contains(document.activeElement) ? document.activeElement.id : "";
  form.replaceChildren(
    select("style", "Cover with", policy.style, { solid: "Solid black", pixelate: "Coarse squares", blur: "Blur" }, (p, v) => (p.style = v)),
    select("shape", "Shape", policy.shape, { box: "Box", round: "Round" }, (p, v) => (p.shape = v)),
    text("within", "Hide only from-to (seconds; empty: always)", policy.within ? policy.within.join("-") : "", (p, spans) => (p.within = spans[0] ?? null)),
    select("sound", "Sound", policy.audio.mode, SOUND, (p, v) => {
      p.audio.mode = v;
      if (v === "drop" || v === "keep") Object.assign(p.audio, { spans: [], pii: false });
    }),
    ...(silenced ? [
      text("spans", "Spans in seconds, such as 1.5-2, 4-6", written(policy.audio.spans), (p, spans) => (p.audio.spans = spans)),
      check("pii", "And where names, numbers or addresses are said", policy.audio.pii, (p, v) => (p.audio.pii = v)),
    ] : []),
    make("fieldset", { class: "row" }, make("legend", {}, "Keep as well"), ...KEPT.map((kind) =>
      check(kind, kind, policy.keep_streams.includes(kind), (p, on) => (p.keep_streams = KEPT.filter((k) => (k === kind ? on : p.keep_streams.includes(k))))))),
  );
  if (focused) document.getElementById(focused)?.focus();
}

/** The words of the transcript; each is a switch that silences it. */
export function showWords(root, edit, speech) {
  const { audio } = edit.plan.policy;
  const at = ({ start, end }) => audio.spans.findIndex((span) => same(span[0], start) && same(span[1], end));
  root.replaceChildren(...speech.flatMap((said) => (said.words.length ? said.words : [said])).map((word) =>
    make("button", { type: "button", "aria-pressed": String(at(word) >= 0), onclick: () => edit.change(() => {
      const now = edit.plan.policy.audio;
      if (!["mute", "bleep"].includes(now.mode)) now.mode = "mute";
      const place = now.spans.findIndex((span) => same(span[0], word.start) && same(span[1], word.end));
      if (place >= 0) now.spans.splice(place, 1);
      else now.spans = [...now.spans, [word.start, word.end]].sort((a, b) => a[0] - b[0]);
    }) }, word.text)));
}
