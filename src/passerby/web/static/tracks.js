// The list of a plan's tracks, those that are least certain first, and the one that is chosen.

import { API, make, timecode } from "./api.js";

const span = (track) => `${timecode(track.boxes[0].time, 1)} to ${timecode(track.boxes.at(-1).time, 1)}`;
const own = (track) => track.kind === "drawn" || track.kind === "zone";

/** Switches for each kind, and an item for each track. */
export function showTracks(kinds, list, edit, chosen, choose) {
  const tracks = [...edit.plan.tracks].sort((a, b) => a.score - b.score || a.number - b.number);
  const hideAll = (kind, hidden) =>
    edit.change((plan) => plan.tracks.filter((t) => t.kind === kind).forEach((t) => (t.hidden = hidden)));
  kinds.replaceChildren(...[...new Set(tracks.map((track) => track.kind))].map((kind) => {
    const all = tracks.filter((track) => track.kind === kind);
    const box = make("input", { type: "checkbox", checked: all.every((t) => t.hidden), onchange: () => hideAll(kind, box.checked) });
    return make("label", {}, box, ` Hide all ${kind} (${all.length})`);
  }));
  if (!tracks.length) kinds.append(make("p", { class: "notice" }, "Nothing was found to hide. Draw what should be hidden."));
  const kept = new Map([...list.children].map((item) => [item.dataset.number, item.querySelector("img")]));
  const focused = list.contains(document.activeElement) ? document.activeElement.id : "";
  list.replaceChildren(...tracks.map((track) => item(track, edit, chosen, choose, kept.get(String(track.number)))));
  if (focused) document.getElementById(focused)?.focus();
}

function item(track, edit, chosen, choose, picture) {
  const { number } = track;
  const hide = make("input", {
    id: `hide-${number}`, type: "checkbox", checked: track.hidden,
    onchange: () => edit.change(() => (edit.track(number).hidden = hide.checked)),
  });
  const reason = make("input", {
    id: `reason-${number}`, type: "text", maxlength: 1000, placeholder: "Reason", "aria-label": `Reason for track ${number}`,
    onchange: () => edit.change(() => (edit.track(number).reason = reason.value)),
  });
  reason.value = track.reason ?? "";
  return make("li", { class: number === chosen ? "chosen" : "", dataset: { number } },
    picture ?? make("img", { loading: "lazy", alt: `What track ${number} covers`, src: own(track) && edit.unsaved ? null : `${API}/plans/${edit.id}/tracks/${number}/picture` }),
    make("div", {},
      make("button", { id: `track-${number}`, type: "button", class: "plain", "aria-pressed": String(number === chosen), onclick: () => choose(number, true) }, `${number}: ${track.label || track.kind}`),
      make("div", { class: "quiet time" }, `${own(track) ? "yours" : `score ${track.score.toFixed(2)}`}, ${span(track)}`),
      make("label", {}, hide, " Hide"), reason));
}

/** Times and key points of the chosen track. */
export function showChosen(root, edit, number, time, seek) {
  const track = edit.track(number);
  root.hidden = !track;
  if (!track) return;
  const duration = edit.plan.original.duration || 1;
  const field = (name, value) => make("input", { type: "number", min: 0, step: 0.01, value: String(value), "aria-label": `${name} of track ${number}`, onchange: spanned });
  const from = field("Start", track.boxes[0].time);
  const to = field("End", track.boxes.at(-1).time);
  function spanned() {
    const [start, end] = [Number(from.value), Number(to.value)];
    if (start >= 0 && end > start) edit.span(number, start, end);
  }
  const here = track.boxes.find((point) => Math.abs(point.time - time) < 0.02);
  root.replaceChildren(
    make("strong", {}, `Track ${number}`), " ",
    make("span", { class: "row" }, make("label", {}, "From ", from, " s"), make("label", {}, "to ", to, " s"),
      make("button", { type: "button", class: "second", disabled: !here || track.boxes.length < 2 || track.kind === "zone", onclick: () => edit.dropPoint(number, here.time) }, "Remove this key point"),
      own(track) && make("button", { type: "button", class: "second", onclick: () => edit.change((plan) => (plan.tracks = plan.tracks.filter((t) => t.number !== number))) }, "Delete")),
    make("div", { class: "points" }, ...track.boxes.map((point) => make("button", {
      type: "button", "aria-label": `Key point at ${timecode(point.time, 2)}`, style: { left: `${Math.min(100, (100 * point.time) / duration)}%` }, onclick: () => seek(point.time) }))));
}
