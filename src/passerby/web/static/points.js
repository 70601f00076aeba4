// The points in time that a drawn box or a zone moves through.

import { make, timecode } from "./page.js";
import { boxAt } from "./plan.js";
import { t } from "./words.js";

const SAME = 1e-3; // seconds

/**
 * Which of its points a track is at, -1 for none, and whether it is there at that time.
 * @param {Track} track
 * @param {number} time
 * @returns {[number, boolean]}
 */
export function stateAt(track, time) {
  return [track.boxes.findIndex((point) => Math.abs(point.time - time) < SAME), boxAt(track, time) !== null];
}

/**
 * The list of a track's points; `show(time)` leads to one of them, `remove(time)` takes one away.
 * @param {Track} track
 * @param {number} here
 * @param {{show: (time: number) => void, remove: (time: number) => void}} actions
 */
export function listOf(track, here, { show, remove }) {
  const { boxes } = track;
  return make("ol", { class: "points", "aria-label": t("Points in time that the box moves through") },
    ...boxes.map((point, index) => make("li", {},
      make("button", { type: "button", class: "second small time", "aria-current": index === here && "true", onclick: () => show(point.time) },
        timecode(point.time, 3)),
      index > 0 && index < boxes.length - 1 &&
        make("button", { type: "button", class: "plain", "aria-label": t("Remove the point at {time}", { time: timecode(point.time, 3) }), onclick: () => remove(point.time) }, "\u00d7"))));
}
