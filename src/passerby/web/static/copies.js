// The safe copies of a video: each with its state, its film, its papers, and what may be done with it.

import { API, call, jobEnd, make, may, toast, trying } from "./api.js";
import { auditPart, LOOKS } from "./leaks.js";

/** Show the copies of a video in a list. */
export function showCopies(list, copies) {
  list.replaceChildren(...(copies.length ? copies.map((copy) => itemOf(list, copy)) : [make("li", { class: "quiet" }, "None has been made.")]));
}

async function anew(list, video) {
  const { copies } = await call(`/copies?video=${video}`);
  showCopies(list, copies);
}

function itemOf(list, copy) {
  const button = (text, work, kind = "second") =>
    make("button", { type: "button", class: `${kind} small`, "aria-label": `${text}: ${copy.name}`, onclick: () => trying(work) }, text);
  const link = (what, text) => make("a", { class: "button second small", href: `${API}/copies/${copy.id}/${what}?download=true`, download: "", "aria-label": `${text}: ${copy.name}` }, text);
  const found = make("div", {});
  const again = () => anew(list, copy.video);
  const ask = async (words, method, path) => {
    if (words && !confirm(words)) return;
    await call(`/copies/${copy.id}${path}`, { method });
    await again();
  };
  const work = may("redact") ? [
    copy.plan ? make("a", { class: "button second small", href: `/videos/${copy.video}/share?copy=${copy.id}#plan=${copy.plan}`, "aria-label": `Correct it: ${copy.name}` }, "Correct it") : null,
    button("What the audit found", async () => found.replaceChildren(auditPart(copy.id, await call(`/copies/${copy.id}/audit`)))),
    button("Check it closely", async () => {
      const begun = await call(`/copies/${copy.id}/audits`, { method: "POST" });
      toast("Looking at every frame of the copy.");
      const job = await jobEnd(begun.id);
      found.replaceChildren(
        auditPart(copy.id, await call(`/copies/${copy.id}/audit`)),
        make("p", {}, make("a", { href: `${API}/jobs/${job.id}/report`, target: "_blank" }, "Open the leak report")));
    }),
    copy.released
      ? button("Take it back from viewers", () => ask("", "DELETE", "/release"))
      : copy.state === "shows_on_purpose" ? button("Release to viewers", () => ask(`${copy.verdict}.\n\nLet all viewers see it?`, "POST", "/release")) : null,
    button("Delete", () => ask(`Delete ${copy.name} with its plan and manifest?`, "DELETE", ""), "bad"),
  ] : [];
  return make("li", { class: "copy", dataset: { state: copy.state } },
    make("p", {}, make("strong", {}, copy.name), `, ${new Date(copy.created * 1000).toLocaleString()}`, copy.released ? `, released to viewers by ${copy.released.by}` : ""),
    make("p", { class: `notice ${LOOKS[copy.state]}` }, copy.verdict),
    make("p", { class: "row" }, link("media", "Download"), link("manifest", "What was hidden"), ...work),
    filmOf(copy), found);
}

/** The film of a copy, fetched once it is asked for. */
function filmOf(copy) {
  const film = make("details", { class: "film", ontoggle: () => {
    if (film.open && !film.querySelector("video")) film.append(make("video", { controls: true, preload: "metadata", src: `${API}/copies/${copy.id}/media` }));
  } }, make("summary", { "aria-label": `Play: ${copy.name}` }, "Play"));
  return film;
}
