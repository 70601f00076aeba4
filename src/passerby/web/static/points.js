// The points in time that a drawn box or a zone moves through: from when to when it is, and each point between.

import { make, timecode } from "./api.js";
import { boxAt } from "./plan.js";

const SAME = 1e-3; // seconds

/** Which of its points a track is at, -1 for none, and whether it is there at that time. */
export function stateAt(track, time) {
  return [track.boxes.findIndex((point) => Math.abs(point.time - time) < SAME), boxAt(track, time) !== null];
}

/** The fields and the list for a track; `seek(time)` shows a time, `secondsOf(text)` reads one, `trying` tells what is none. */
export function pointsOf(track, plan, { time, seek, secondsOf, trying }) {
  const { number, boxes } = track;
  const [here, isThere] = stateAt(track, time);
  return [
    make("p", { class: "row" },
      make("label", {}, "From", timeField(track, 0, plan, secondsOf, trying)),
      make("label", {}, "to", timeField(track, -1, plan, secondsOf, trying)),
      make("button", { type: "button", class: "second", disabled: here >= 0 || !isThere,
        onclick: () => plan.place(number, time, boxAt(track, time)) },
        "Add a point in time here")),
    make("ol", { class: "points", "aria-label": "Points in time that the box moves through" },
      ...boxes.map((point, index) => make("li", {},
        make("button", { type: "button", class: "second small time", "aria-current": index === here && "true", onclick: () => seek(point.time) },
          timecode(point.time, 3)),
        index > 0 && index < boxes.length - 1 &&
          make("button", { type: "button", class: "plain", "aria-label": `Remove the point at ${timecode(point.time, 3)}`, onclick: () => plan.removePoint(number, point.time) }, "\u00d7")))),
  ];
}

/** A field for when the first or last box of a track is. */
function timeField(track, which, plan, secondsOf, trying) {
  const field = make("input", { size: 9, value: timecode(track.boxes.at(which).time, 3), inputmode: "decimal", autocomplete: "off" });
  field.addEventListener("change", () =>
    trying(async () => {
      const time = secondsOf(field.value);
      plan.change(() => {
        const { boxes } = plan.track(track.number);
        const { box } = boxes.at(which);
        const kept = boxes.filter((point) => (which === 0 ? point.time > time : point.time < time));
        plan.track(track.number).boxes = which === 0 ? [{ time, box }, ...kept] : [...kept, { time, box }];
      });
    }),
  );
  return field;
}
