// The workbench for safe copies: look, correct, preview, make, check.

import { API, ask, call, HAS_ENDED, make, shareOf, timecode, toast, trying, watchJobs } from "./api.js";
import { Chosen, isMade, kindOf, nameOf } from "./chosen.js";
import { staying } from "./edits.js";
import { Fields } from "./fields.js";
import { auditPart, LOOKS } from "./leaks.js";
import { Plan } from "./plan.js";
import { Policy } from "./policy.js";
import { Preview } from "./preview.js";
import { Stage } from "./stage.js";
import { stateOf } from "./work.js";

const at = (id) => document.getElementById(id);
const id = location.pathname.split("/")[2];
let video;
let stored; // the plan as the server knows it
let plan;
let stage;
const items = new Map(); // number of a track -> its item
const fields = new Fields();
const chosen = new Chosen(() => ({ plan, stage, shots: video?.shots ?? [], planId: stored?.id }), fields, showTracks);
const policy = new Policy(() => plan, fields);

at("back").href = `/videos/${id}`;
trying(async () => {
  video = await call(`/videos/${id}?boxes=false`);
  at("name").textContent = video.name;
  at("copy-name").value = `${video.name.replace(/\.[^.]*$/, "")}-safe.mp4`;
  const { plans } = await call(`/videos/${id}/plans`);
  if (plans.length) {
    at("earlier").append(make("button", { type: "button", class: "second", onclick: () => open(plans[0].id) }, "Go on with the last plan"));
  }
  if (location.hash.startsWith("#plan=")) await open(location.hash.slice(6));
  const copy = new URLSearchParams(location.search).get("copy");
  if (plan && copy) await showKnown(copy);
});

// Looking

for (const box of document.querySelectorAll("[name=hide]")) {
  box.addEventListener("change", () => (at("pattern-field").hidden = !document.querySelector("[value=text]").checked));
}

at("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = new FormData(event.target);
  if (plan?.changed && !confirm("A new look takes the place of the plan that you have changed and not saved. Go on?")) return;
  const body = { hide: fields.getAll("hide"), effort: fields.get("effort"), text_pattern: fields.get("hide") && !at("pattern-field").hidden ? fields.get("pattern") : "" };
  trying(async () => {
    const job = await working("Looking for what to hide", await call(`/videos/${id}/plans`, { method: "POST", body }));
    await open(job.result.plan);
  });
});

/** Show how a job is until it ends; the job, or an error with its message. */
function working(title, begun) {
  at("working").hidden = false;
  at("work-title").textContent = title;
  at("work-stop").onclick = () => trying(() => call(`/jobs/${begun.id}`, { method: "DELETE" }));
  at("working").scrollIntoView({ block: "nearest" });
  return new Promise((resolve, reject) => {
    const source = watchJobs((jobs) => {
      const job = jobs.find((each) => each.id === begun.id);
      if (!job) return;
      at("work-state").textContent = stateOf(job);
      const share = shareOf(job);
      if (share === null) at("work-bar").removeAttribute("value");
      else at("work-bar").value = share;
      if (!HAS_ENDED.has(job.status)) return;
      source.close();
      at("working").hidden = true;
      if (job.status === "done") resolve(job);
      else reject(new Error(job.status === "cancelled" ? "Stopped." : job.message));
    });
  });
}

// The plan

async function open(number) {
  stored = await call(`/plans/${number}`);
  history.replaceState(null, "", `#plan=${number}`);
  stage?.close();
  plan = new Plan(stored.plan);
  const { original } = stored.plan;
  at("bench").hidden = false;
  at("time").max = original.duration;
  const preview = new Preview(plan, {
    ask: (what, body) => ask(`/plans/${stored.id}/${what}`, { method: "POST", body }),
    onKnown: () => stage.draw(),
    onFault: (error) => toast(error.message, true),
  });
  stage = new Stage(plan, { box: at("stage"), film: at("film"), still: at("still"), bare: at("bare"), canvas: at("boxes") }, {
    size: [original.width, original.height], source: `${API}/videos/${id}/media`, frameAt: (time) => `${API}/videos/${id}/frame?time=${time}`, preview,
  }, {
    onChoose: () => {
      chosen.choose();
      showTracks();
    },
    onTime: showTime,
    onPlay: (plays) => (at("play").textContent = plays ? "Pause" : "Play"),
    onState: showState,
    onPlace: (name, box) => chosen.tell(name, box),
    onReshape: (track, from, to) => chosen.reshape(track, from, to),
    onGrow: (share) => chosen.grow(share),
    onDraw: (box, time) => chosen.draw(box, time),
    onTouch: () => fields.take(),
  });
  fields.clear();
  plan.addEventListener("change", refresh);
  items.clear();
  at("tracks").replaceChildren();
  policy.showWords(video.speech);
  refresh();
  stage.seek(plan.tracks.length ? plan.tracks[0].boxes[0].time : 0);
  at("stage-title").scrollIntoView({ block: "nearest" });
}

function showTime(time) {
  at("time").value = time;
  at("clock").textContent = timecode(time, 3);
  chosen.showTime();
}

const STATES = {
  still: "This is what the copy will show.",
  playing: "This is what the copy will hide: black while it plays, and exactly as in the copy when it is paused.",
  waiting: "Making the picture as the copy will show it\u2026",
  failed: "The picture of this time could not be made.",
  original: "This is the original. That you look at it is noted in the log.",
};

function showState(state) {
  at("original").setAttribute("aria-pressed", state === "original");
  if (at("state").textContent === STATES[state]) return;
  at("state").textContent = STATES[state];
  at("state").classList.toggle("bare", state === "original");
}

function refresh() {
  policy.show();
  at("undo").disabled = !plan.done.length;
  at("redo").disabled = !plan.undone.length;
  at("saved").textContent = plan.changed ? "Not saved yet" : "";
  const hidden = plan.tracks.filter((track) => track.hidden).length;
  at("count").textContent = `${hidden} of ${plan.tracks.length} hidden`;
  showKinds();
  showTracks();
  chosen.show();
}

let kinds = ""; // of which there are buttons, which keep the focus while they stay

function showKinds() {
  const now = [...new Set(plan.tracks.map((track) => track.kind))];
  if (now.join() === kinds) return;
  kinds = now.join();
  at("kinds").replaceChildren(
    ...now.flatMap((kind) =>
      [true, false].map((hidden) =>
        make("button", { type: "button", class: "second",
          onclick: () => plan.change((document) => document.tracks.forEach((track) => track.kind === kind && (track.hidden = hidden))) },
        `${hidden ? "Hide" : "Show"} all: ${kindOf(kind)}`),
      ),
    ),
  );
}

/** Show all tracks, the least certain first; what stays where it is keeps the focus. */
function showTracks() {
  const sorted = [...plan.tracks].sort((a, b) => a.score - b.score || a.number - b.number);
  const shown = sorted.map(shownItem);
  for (const item of [...at("tracks").children]) if (!shown.includes(item)) item.remove();
  shown.forEach((item, index) => {
    if (at("tracks").children[index] !== item) at("tracks").insertBefore(item, at("tracks").children[index] ?? null);
  });
}

function shownItem(track) {
  if (!items.has(track.number)) items.set(track.number, itemOf(track));
  const item = items.get(track.number);
  item.classList.toggle("shown", !track.hidden);
  item.classList.toggle("chosen", stage?.chosen === track.number);
  item.querySelector("[type=checkbox]").checked = track.hidden;
  const why = item.querySelector("[type=text]");
  if (why !== document.activeElement) why.value = track.reason ?? "";
  item.querySelector(".time").textContent = chosen.wordsOf(track);
  return item;
}

function itemOf(track) {
  const { number } = track;
  const name = nameOf(track);
  const made = isMade(track);
  return make("li", {},
    made ? null : make("img", { loading: "lazy", alt: `What track ${number} hides`, src: `${API}/plans/${stored.id}/tracks/${number}/picture` }),
    make("label", { class: "choice" },
      make("input", { type: "checkbox", onchange: (event) => plan.change(() => (plan.track(number).hidden = event.target.checked)) }), ` Hide ${name}`),
    make("span", { class: "quiet time" }),
    make("button", { type: "button", class: "second", onclick: () => {
      stage.seek(plan.track(number).boxes[0].time);
      stage.choose(number);
      at("stage").scrollIntoView({ block: "center" });
    } }, "Show in the picture", make("span", { class: "hidden" }, `: ${name}`)),
    make("label", {}, "Why ", make("input", { type: "text", maxlength: 1000, value: track.reason ?? "", "aria-label": `Why ${name} is hidden or shown`,
      onchange: (event) => plan.change(() => (plan.track(number).reason = event.target.value)) })),
    made ? make("button", { type: "button", class: "second", onclick: () => plan.remove(number) }, "Remove", make("span", { class: "hidden" }, ` ${name}`)) : null,
  );
}

// The stage's buttons

at("time").addEventListener("input", () => stage.seek(Number(at("time").value)));
at("play").addEventListener("click", () => {
  if (!stage.plays) toast("This browser cannot play the file; step through it instead.");
  else stage.toggle();
});
for (const button of document.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => stage.seek(stage.time + (Number(button.dataset.step) * video.duration) / Math.max(video.frames, 1)));
}
at("original").addEventListener("click", () =>
  trying(async () => {
    const shows = !stage.isOriginal;
    if (shows) await call(`/videos/${id}/views`, { method: "POST" }); // it is not shown unless that is noted
    stage.showOriginal(shows);
  }),
);
at("draw").addEventListener("click", () => {
  if (!stage.drawing && !chosen.canDraw()) return;
  stage.draws(!stage.drawing);
  if (!stage.drawing) return;
  at("boxes").focus({ preventScroll: true });
  toast("Draw a box over the picture. By keys: arrows move it, with shift they resize it, Enter takes it, Escape gives it up.");
});
at("boxes").addEventListener("drawing", () => at("draw").setAttribute("aria-pressed", stage.drawing));
at("zone").addEventListener("click", () => {
  const { width, height, duration } = plan.document.original;
  const box = [0.35 * width, 0.35 * height, 0.65 * width, 0.65 * height].map(Math.round);
  stage.choose(plan.add("zone", staying(box, 0, duration)));
  toast("Drag the new zone, or its corners, to where it should be: there it stays, all the time.");
});
at("undo").addEventListener("click", () => plan.back());
at("redo").addEventListener("click", () => plan.forth());

// Saving, the copy

/** Keep the plan; an Error, with the focus on its field, for what was typed and cannot be taken. */
async function save() {
  fields.check((track) => track !== "" && stage.choose(track));
  policy.check();
  if (plan.changed) {
    stored = await call(`/plans/${stored.id}`, { method: "PUT", body: { version: stored.version, plan: plan.document } });
    plan.changed = false;
    at("saved").textContent = "Saved";
  }
}

at("save").addEventListener("click", () => trying(save));
at("run").addEventListener("submit", (event) => {
  event.preventDefault();
  trying(async () => {
    await save();
    const begun = await call(`/plans/${stored.id}/copies`, { method: "POST", body: { name: at("copy-name").value } });
    showCopy(await working("Making the copy", begun));
  });
});

function showCopy(job) {
  const { copy, summary, audit } = job.result;
  showMade(copy, summary, audit);
}

/** The copy that the address names, which was made before. */
async function showKnown(copy) {
  const [{ summary }, audit] = await Promise.all([call(`/copies/${copy}`), call(`/copies/${copy}/audit`)]);
  showMade(copy, summary, audit);
}

function showMade(copy, summary, audit) {
  const link = (what, text) => make("a", { class: "button second", href: `${API}/copies/${copy}/${what}?download=true`, download: "" }, text);
  at("result").replaceChildren(
    auditPart(copy, audit, { bench }),
    make("ul", {}, ...summary.map((line) => make("li", {}, line))),
    make("video", { controls: true, preload: "metadata", src: `${API}/copies/${copy}/media` }),
    make("p", { class: "row" }, link("media", "Download the copy"), link("manifest", "Manifest"), link("plan", "Plan"),
      make("button", { type: "button", class: "second", onclick: () => trying(() => report(copy)) }, "Make a leak report")),
  );
  at("result").scrollIntoView({ block: "nearest" });
}

/** What an audit leads to. */
const bench = {
  get plan() {
    return plan;
  },
  seek: (time) => {
    stage.seek(time);
    at("stage").scrollIntoView({ block: "center" });
  },
  choose: (number) => {
    bench.seek(plan.track(number).boxes[0].time);
    stage.choose(number);
  },
};

async function report(copy) {
  const job = await working("Looking at every frame of the copy", await call(`/copies/${copy}/audits`, { method: "POST" }));
  at("result").querySelector(".audit").replaceWith(auditPart(copy, job.result.audit, { bench }));
  at("result").append(
    make("p", { class: `notice ${LOOKS[job.result.audit.state]}` }, job.message, " ",
      make("a", { href: `${API}/jobs/${job.id}/report`, target: "_blank" }, "Open the leak report")),
  );
}

addEventListener("beforeunload", (event) => {
  if (plan?.changed) event.preventDefault();
});
