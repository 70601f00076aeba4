// What the audit of a copy found: in which state the copy is, and for each face that shows a way to its picture, to
// its track in the plan or a new one, and to the answer that it is nobody.

import { call, make, timecode, toast, trying } from "./api.js";

const MARGIN = 0.2; // of a face's sides: what is hidden around it

/** How a state looks: as a `.notice`, and at the edge of a line. */
export const LOOKS = { passed: "good", shows_on_purpose: "", failed: "bad", not_audited: "bad" };

const wordsOf = ({ state, faces, problems, verdict }) => {
  if (state === "passed") return `The audit found no face that shows${faces.answered ? `: ${verdict}` : ""}. Look at the copy yourself before you share it.`;
  if (state === "shows_on_purpose") return `The audit found no face that shows but those that you chose to show: ${verdict}. Viewers do not see this copy until somebody releases it.`;
  const shown = faces.leaked ? ["The audit found faces that show. Hide them in the plan and make the copy again, or say who is nobody."] : [];
  return [...shown, ...problems.map((problem) => `${problem}.`)].join(" ");
};

/**
 * The audit of a copy, which tells anew what was answered. With a `bench` (`plan`, `seek(time)`, `choose(number)`) what
 * shows can be looked at and hidden.
 */
export function auditPart(copy, audit, { bench, changed = () => {} } = {}) {
  const place = make("div", { class: "audit" });
  const show = (found) => {
    const faces = found.tracks.filter((track) => track.leaks.length);
    place.replaceChildren(
      make("p", { class: `notice ${LOOKS[found.state]}` }, wordsOf(found)),
      ...(faces.length ? [make("ul", { class: "leaks", "aria-label": "When faces show" }, ...faces.map((face) => itemOf(face)))] : []),
    );
  };
  const tell = (found) => {
    show(found);
    changed(found);
  };

  function itemOf(face) {
    const [first, last] = [face.leaks[0].time, face.leaks.at(-1).time];
    const ofPlan = face.plan_track === null ? "" : `, track ${face.plan_track} of the plan`;
    const name = `face ${face.number}`;
    const button = (text, onclick) => make("button", { type: "button", class: "second small", "aria-label": `${text}: ${name}`, onclick }, text);
    const buttons = bench
      ? [button("Show in the picture", () => bench.seek(first)), face.nobody ? null : button("Hide it", () => hide(bench, face))]
      : [];
    return make("li", {},
      make("span", {}, `Face ${face.number}${ofPlan}: `, make("span", { class: "time" }, `${timecode(first, 1)} to ${timecode(last, 1)}`), `, in ${face.leaks.length} ${face.leaks.length === 1 ? "frame" : "frames"}`),
      make("span", { class: "row" }, ...buttons, ...(face.nobody ? answerOf(face, button) : [formOf(face, name)])));
  }

  const answerOf = (face, button) => [
    make("span", { class: "answer" }, `Nobody${face.nobody.by ? `, says ${face.nobody.by}` : ""}: ${face.nobody.reason}`),
    button("Take that back", () => trying(async () =>
      tell(await call(`/copies/${copy}/answers/${face.number}?time=${face.leaks[0].time}`, { method: "DELETE" })))),
  ];

  const formOf = (face, name) => make("form", { class: "row", onsubmit: (event) => {
    event.preventDefault();
    const reason = new FormData(event.target).get("reason");
    trying(async () => tell(await call(`/copies/${copy}/answers`, {
      method: "POST", body: { face: face.number, time: face.leaks[0].time, reason },
    })));
  } },
    make("input", { name: "reason", required: true, maxlength: 1000, autocomplete: "off", placeholder: "what is seen there", "aria-label": `Why ${name} is nobody` }),
    make("button", { class: "second small", "aria-label": `Nobody here: ${name}` }, "Nobody here"));

  show(audit);
  return place;
}

/** Hide a face in the plan: its track, if that is visible, or a new one where it shows. */
function hide({ plan, choose }, face) {
  const known = plan.tracks.find((track) => track.number === face.plan_track);
  const isVisible = known && !known.hidden;
  const number = isVisible ? known.number : Math.max(0, ...plan.tracks.map((track) => track.number)) + 1;
  plan.change((document) => {
    if (isVisible) document.tracks.find((track) => track.number === number).hidden = true;
    else document.tracks.push({ number, kind: "drawn", label: "", hidden: true, score: 1, boxes: boxesOf(face, document.original), reason: "the audit found that it shows" });
  });
  choose(number);
  toast(isVisible ? `Track ${number} is hidden now; make the copy again.` : `Added as drawn ${number}; look at it, and make the copy again.`);
}

const boxesOf = ({ leaks }, { width, height }) =>
  leaks.map(({ time, box: [x1, y1, x2, y2] }) => {
    const [x, y] = [MARGIN * (x2 - x1), MARGIN * (y2 - y1)];
    return { time, box: [Math.max(x1 - x, 0), Math.max(y1 - y, 0), Math.min(x2 + x, width), Math.min(y2 + y, height)] };
  });
