// What the audit of a copy found: in which state the copy is, and each face that shows, with the answer that it is none.

import { call } from "./api.js";
import { make, timecode, trying } from "./page.js";
import { said, t, tn } from "./words.js";

/** How a state looks: as a `.notice`, and at the edge of a line. */
export const LOOKS = { passed: "good", shows_on_purpose: "", failed: "bad", not_audited: "bad" };

/**
 * What an audit found, in words.
 * @param {Audit} audit
 */
export const wordsOf = ({ state, faces, problems, verdict }) => {
  if (state === "passed" && !faces.answered) return t("The audit found no face that shows. Look at the copy yourself before you share it.");
  if (state === "passed") return t("The audit found no face that shows: {verdict}. Look at the copy yourself before you share it.", { verdict: said(verdict) });
  if (state === "shows_on_purpose") return t("The audit found no face that shows but those that you chose to show: {verdict}. Viewers do not see this copy until somebody releases it.", { verdict: said(verdict) });
  const shown = faces.leaked ? [t("The audit found faces that show. Hide them in the plan and make the copy again, or say what is no face.")] : [];
  return [...shown, ...problems.map((problem) => `${said(problem)}.`)].join(" ");
};

/**
 * The audit of a copy, which tells anew what was answered.
 * @param {string} copy
 * @param {Audit} audit
 */
export function auditPart(copy, audit) {
  const place = make("div", { class: "audit" });
  const show = (/** @type {Audit} */ found) => {
    const faces = found.tracks.filter((track) => track.leaks.length);
    place.replaceChildren(
      make("p", { class: `notice ${LOOKS[found.state]}` }, wordsOf(found)),
      ...(faces.length ? [make("ul", { class: "leaks", "aria-label": t("When faces show") }, ...faces.map((face) => itemOf(face)))] : []),
    );
  };

  /** @param {AuditedFace} face */
  function itemOf(face) {
    const [first, last] = [face.leaks[0].time, face.leaks[face.leaks.length - 1].time];
    return make("li", {},
      make("span", {}, t("Face {number}", { number: face.number }), face.plan_track === null ? "" : `, ${t("track {number} of the plan", { number: face.plan_track })}`, ": ",
        make("a", { class: "time", href: `#t=${first}`, title: t("Show it in the player") }, `${timecode(first, 1)} – ${timecode(last, 1)}`), ", ", tn("in {count} frame", "in {count} frames", face.leaks.length)),
      make("span", { class: "row" }, ...(face.nobody ? answerOf(face, face.nobody) : [formOf(face)])));
  }

  /**
   * @param {AuditedFace} face
   * @param {{reason: string, by: string}} answer
   */
  const answerOf = (face, answer) => [
    make("span", { class: "answer" }, t("no face, says {name}: {reason}", { name: answer.by || "?", reason: answer.reason })),
    make("button", { type: "button", class: "second small", onclick: () => trying(async () =>
      show(await call(`/copies/${copy}/answers/${face.number}?time=${face.leaks[0].time}`, { method: "DELETE" }))) }, t("Take that back")),
  ];

  /** @param {AuditedFace} face */
  const formOf = (face) => make("form", { class: "row", onsubmit: (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const reason = new FormData(/** @type {HTMLFormElement} */ (event.target)).get("reason");
    trying(async () => show(await call(`/copies/${copy}/answers`, { method: "POST", body: { face: face.number, time: face.leaks[0].time, reason } })));
  } },
    make("input", { name: "reason", required: true, maxlength: 1000, autocomplete: "off", placeholder: t("what is seen there"), "aria-label": t("Why face {number} is none", { number: face.number }) }),
    make("button", { class: "second small", "aria-label": t("Face {number} is none", { number: face.number }) }, t("Not a face")));

  show(audit);
  return place;
}
