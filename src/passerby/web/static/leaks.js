// What the audit of a copy found: in which state the copy is, and for each face that shows a way to its picture, to
// its track in the plan or a new one, and to the answer that it is nobody.

import { call } from "./api.js";
import { make, timecode, toast, trying } from "./page.js";

const MARGIN = 0.2; // of a face's sides: what is hidden around it

/** @typedef {{plan: import("./plan.js").Plan, seek: (time: number) => void, choose: (track: number) => void}} Bench */

/** How a state looks: as a `.notice`, and at the edge of a line. */
export const LOOKS = { passed: "good", shows_on_purpose: "", failed: "bad", not_audited: "bad" };

/** @type {(audit: Audit) => string} */
const wordsOf = ({ state, faces, problems, verdict }) => {
  if (state === "passed") return `The audit found no face that shows${faces.answered ? `: ${verdict}` : ""}. Look at the copy yourself before you share it.`;
  if (state === "shows_on_purpose") return `The audit found no face that shows but those that you chose to show: ${verdict}. Viewers do not see this copy until somebody releases it.`;
  const shown = faces.leaked ? ["The audit found faces that show. Hide them in the plan and make the copy again, or say who is nobody."] : [];
  return [...shown, ...problems.map((problem) => `${problem}.`)].join(" ");
};

/**
 * The audit of a copy, which tells anew what was answered. With a `bench` (`plan`, `seek(time)`, `choose(number)`) what
 * shows can be looked at and hidden.
 * @param {string} copy
 * @param {Audit} audit
 * @param {Bench} [bench]
 */
export function auditPart(copy, audit, bench) {
  const place = make("div", { class: "audit" });
  const show = (/** @type {Audit} */ found) => {
    const faces = found.tracks.filter((track) => track.leaks.length);
    place.replaceChildren(
      make("p", { class: `notice ${LOOKS[found.state]}` }, wordsOf(found)),
      ...(faces.length ? [make("ul", { class: "leaks", "aria-label": "When faces show" }, ...faces.map((face) => itemOf(face)))] : []),
    );
  };

  /** @param {AuditedFace} face */
  function itemOf(face) {
    const [first, last] = [face.leaks[0].time, face.leaks[face.leaks.length - 1].time];
    const ofPlan = face.plan_track === null ? "" : `, track ${face.plan_track} of the plan`;
    const name = `face ${face.number}`;
    const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) => make("button", { type: "button", class: "second small", "aria-label": `${text}: ${name}`, onclick }, text);
    const buttons = bench
      ? [button("Show in the picture", () => bench.seek(first)), face.nobody ? null : button("Hide it", () => hide(bench, face))]
      : [];
    return make("li", {},
      make("span", {}, `Face ${face.number}${ofPlan}: `, make("span", { class: "time" }, `${timecode(first, 1)} to ${timecode(last, 1)}`), `, in ${face.leaks.length} ${face.leaks.length === 1 ? "frame" : "frames"}`),
      make("span", { class: "row" }, ...buttons, ...(face.nobody ? answerOf(face, face.nobody, button) : [formOf(face, name)])));
  }

  /**
   * @param {AuditedFace} face
   * @param {{reason: string, by: string}} answer
   * @param {(text: string, onclick: () => void) => HTMLElement} button
   */
  const answerOf = (face, answer, button) => [
    make("span", { class: "answer" }, `Nobody${answer.by ? `, says ${answer.by}` : ""}: ${answer.reason}`),
    button("Take that back", () => trying(async () =>
      show(await call(`/copies/${copy}/answers/${face.number}?time=${face.leaks[0].time}`, { method: "DELETE" })))),
  ];

  /**
   * @param {AuditedFace} face
   * @param {string} name
   */
  const formOf = (face, name) => make("form", { class: "row", onsubmit: (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const reason = new FormData(/** @type {HTMLFormElement} */ (event.target)).get("reason");
    trying(async () => show(await call(`/copies/${copy}/answers`, {
      method: "POST", body: { face: face.number, time: face.leaks[0].time, reason },
    })));
  } },
    make("input", { name: "reason", required: true, maxlength: 1000, autocomplete: "off", placeholder: "what is seen there", "aria-label": `Why ${name} is nobody` }),
    make("button", { class: "second small", "aria-label": `Nobody here: ${name}` }, "Nobody here"));

  show(audit);
  return place;
}

/**
 * Hide a face in the plan: its track, if that is visible, or a new one where it shows.
 * @param {Bench} bench
 * @param {AuditedFace} face
 */
function hide(bench, face) {
  const { plan } = bench;
  const known = plan.tracks.find((track) => track.number === face.plan_track);
  if (known && !known.hidden) {
    plan.change(() => (plan.track(known.number).hidden = true));
    bench.choose(known.number);
    toast(`Track ${known.number} is hidden now; make the copy again.`);
    return;
  }
  const number = plan.add("drawn", boxesOf(face, plan.document.original), "the audit found that it shows");
  bench.choose(number);
  toast(`Added as drawn ${number}; look at it, and make the copy again.`);
}

/** @type {(face: AuditedFace, original: PlanDocument["original"]) => Point[]} */
const boxesOf = ({ leaks }, { width, height }) =>
  leaks.map(({ time, box: [x1, y1, x2, y2] }) => {
    const [x, y] = [MARGIN * (x2 - x1), MARGIN * (y2 - y1)];
    return { time, box: [Math.max(x1 - x, 0), Math.max(y1 - y, 0), Math.min(x2 + x, width), Math.min(y2 + y, height)] };
  });
