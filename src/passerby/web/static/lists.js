// Lists of what is known of a video, each filled once it is opened.

import { make, parts, refill, timecode } from "./page.js";

/**
 * Show lists in a place; those that were open stay so.
 * @param {HTMLElement} place
 * @param {[string, LabelledSpan[]][]} lists
 * @param {(seconds: number) => void} seek
 */
export function showLists(place, lists, seek) {
  const wasOpen = new Set(parts(place, "details", "[open]").map((each) => each.dataset.name));
  const made = lists.filter(([, spans]) => spans.length).map(([name, spans]) => listOf(name, spans, seek));
  for (const list of made) list.open = wasOpen.has(list.dataset.name);
  refill(place, ...made);
}

/**
 * @param {string} name
 * @param {LabelledSpan[]} spans
 * @param {(seconds: number) => void} seek
 */
function listOf(name, spans, seek) {
  const list = make("ol");
  const itemOf = (/** @type {LabelledSpan} */ span) => make(
    "li", {},
    make("button", { type: "button", class: "plain time", onclick: () => seek(span.start) }, `${timecode(span.start, 1)} – ${timecode(span.end, 1)}`),
    ` ${span.label}`,
  );
  const fill = () => list.childElementCount || list.append(...spans.map(itemOf));
  return make("details", { dataset: { name }, ontoggle: fill }, make("summary", {}, `${name} (${spans.length})`), list);
}
