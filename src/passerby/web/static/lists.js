// Lists of what is known of a video, each filled once it is opened.

import { make, parts, refill, timecode } from "./page.js";
import { t } from "./words.js";

const SHORT = 12; // entries: a list of so many is open from the start, where there is room

/** @typedef {[string, LabelledSpan[], boolean?]} NamedList true: what models have guessed, and people may reject */

/**
 * Show lists in a place; those that were open stay so.
 * @param {HTMLElement} place
 * @param {NamedList[]} lists
 * @param {(seconds: number) => void} seek
 * @param {(span: LabelledSpan) => unknown} [reject] says that one does not fit; without, nobody can
 */
export function showLists(place, lists, seek, reject) {
  const known = new Map(parts(place, "details").map((each) => [each.dataset.name, each.open]));
  const hasRoom = matchMedia("(min-width: 64rem)").matches;
  const made = lists.filter(([, spans]) => spans.length).map(([name, spans, isGuessed]) => {
    const list = listOf(name, spans, seek, isGuessed ? reject : undefined);
    list.open = known.get(name) ?? (hasRoom && spans.length <= SHORT);
    return list;
  });
  refill(place, ...made);
}

/**
 * @param {string} name
 * @param {LabelledSpan[]} spans
 * @param {(seconds: number) => void} seek
 * @param {(span: LabelledSpan) => unknown} [reject]
 */
function listOf(name, spans, seek, reject) {
  const list = make("ol");
  const itemOf = (/** @type {LabelledSpan} */ span) => make(
    "li", {},
    make("button", { type: "button", class: "plain time", onclick: () => seek(span.start) }, `${timecode(span.start, 1)} – ${timecode(span.end, 1)}`),
    ` ${span.label}`,
    reject && make("button", {
      type: "button", class: "plain reject", title: t("Does not fit"), onclick: () => reject(span),
      "aria-label": t("Reject {label}, {time}", { label: span.label, time: timecode(span.start, 1) }),
    }, "×"),
  );
  const fill = () => list.childElementCount || list.append(...spans.map(itemOf));
  return make("details", { dataset: { name }, ontoggle: fill }, make("summary", {}, `${name} (${spans.length})`), list);
}
