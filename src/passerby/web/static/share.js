// The workbench for safe copies: look, correct, preview, make, check.

import { API, call, HAS_ENDED, make, shareOf, timecode, toast, trying, watchJobs } from "./api.js";
import { auditPart, LOOKS } from "./leaks.js";
import { Plan } from "./plan.js";
import { pointsOf, stateAt } from "./points.js";
import { Stage } from "./stage.js";
import { stateOf } from "./work.js";

const at = (id) => document.getElementById(id);
const id = location.pathname.split("/")[2];
const KINDS = { faces: "face", heads: "head", people: "people", plates: "number plate", text: "text", screens: "screen", object: "object", zone: "zone", drawn: "drawn" };
const isMade = (track) => ["zone", "drawn"].includes(track.kind); // by people, not by a look
const nameOf = (track) => `${KINDS[track.kind] ?? track.kind} ${track.number}`;
let video;
let stored; // the plan as the server knows it
let plan;
let stage;
const undrawn = new Map(); // number of a track -> its item

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
  plan = new Plan(stored.plan);
  const { original } = stored.plan;
  at("bench").hidden = false;
  at("time").max = original.duration;
  stage?.close();
  stage = new Stage(plan, {
    film: at("film"), still: at("still"), canvas: at("boxes"), size: [original.width, original.height],
    frameAt: (time) => `${API}/videos/${id}/frame?time=${time}`,
    onChoose: showChosen,
    onTime: (time) => {
      at("time").value = time;
      at("clock").textContent = timecode(time, 3);
      at("after").hidden = true;
      showPoints();
    },
    onPlace: (name, box) => {
      const [x1, y1, x2, y2] = box.map(Math.round);
      at("where").textContent = `${name}: ${x1} from the left, ${y1} from the top, ${x2 - x1} wide, ${y2 - y1} high`;
    },
  });
  at("film").src = `${API}/videos/${id}/media`;
  plan.addEventListener("change", refresh);
  undrawn.clear();
  at("tracks").replaceChildren();
  showWords();
  refresh();
  stage.seek(plan.tracks.length ? plan.tracks[0].boxes[0].time : 0);
  at("stage-title").scrollIntoView({ block: "nearest" });
}

/** A value of the whole plan, in a field. */
function bind(field, get, set) {
  at(field).addEventListener("change", () =>
    trying(async () => {
      const value = set(at(field).value);
      plan.change((document) => value(document.policy));
    }),
  );
  return () => (at(field).value = get(plan.document.policy));
}

const bound = [
  bind("audio", (policy) => policy.audio.mode, (value) => (policy) => (policy.audio = { ...policy.audio, mode: value })),
  bind("style", (policy) => policy.style, (value) => (policy) => (policy.style = value)),
  bind("shape", (policy) => policy.shape, (value) => (policy) => (policy.shape = value)),
  bind("span-text", (policy) => policy.audio.spans.map((span) => span.map((end) => timecode(end, 3)).join("-")).join(", "),
    (text) => (policy) => (policy.audio = { ...policy.audio, spans: spansOf(text) })),
  bind("from", (policy) => (policy.within ? timecode(policy.within[0], 3) : ""), () => within),
  bind("to", (policy) => (policy.within ? timecode(policy.within[1], 3) : ""), () => within),
];

function within(policy) {
  const [from, to] = [at("from").value.trim(), at("to").value.trim()];
  policy.within = from || to ? [from ? secondsOf(from) : 0, to ? secondsOf(to) : plan.document.original.duration] : null;
}

/** Seconds of `1:02:03.4`; an Error for what is none. */
function secondsOf(text) {
  if (!/^\d+(:\d{1,2}){0,2}(\.\d+)?$/.test(text.trim())) throw new Error(`expected a time such as 0:10 or 1:02.5, found ${text}`);
  return text.trim().split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

const spansOf = (text) =>
  text.split(",").map((part) => part.trim()).filter(Boolean).map((part) => {
    const ends = part.split("-").map(secondsOf);
    if (ends.length !== 2 || ends[0] >= ends[1]) throw new Error(`expected a span such as 0:10-0:12, found ${part}`);
    return ends;
  }).sort((a, b) => a[0] - b[0]);

function refresh() {
  for (const show of bound) show();
  at("spans").hidden = !["mute", "bleep"].includes(plan.document.policy.audio.mode);
  at("undo").disabled = !plan.done.length;
  at("redo").disabled = !plan.undone.length;
  at("saved").textContent = plan.changed ? "Not saved yet" : "";
  const hidden = plan.tracks.filter((track) => track.hidden).length;
  at("count").textContent = `${hidden} of ${plan.tracks.length} hidden`;
  showKinds();
  showTracks();
  showPoints();
  showPressed();
}

function showKinds() {
  const kinds = [...new Set(plan.tracks.map((track) => track.kind))];
  at("kinds").replaceChildren(
    ...kinds.flatMap((kind) =>
      [true, false].map((hidden) =>
        make("button", { type: "button", class: "second",
          onclick: () => plan.change((document) => document.tracks.forEach((track) => track.kind === kind && (track.hidden = hidden))) },
        `${hidden ? "Hide" : "Show"} all: ${KINDS[kind]}`),
      ),
    ),
  );
}

function showTracks() {
  const sorted = [...plan.tracks].sort((a, b) => a.score - b.score || a.number - b.number);
  at("tracks").replaceChildren(
    ...sorted.map((track) => {
      if (!undrawn.has(track.number)) undrawn.set(track.number, itemOf(track));
      const item = undrawn.get(track.number);
      item.classList.toggle("shown", !track.hidden);
      item.classList.toggle("chosen", stage?.chosen === track.number);
      item.querySelector("[type=checkbox]").checked = track.hidden;
      item.querySelector("[type=text]").value = track.reason ?? "";
      return item;
    }),
  );
}

function itemOf(track) {
  const { number } = track;
  const name = nameOf(track);
  const made = isMade(track);
  const item = make("li", {},
    made ? null : make("img", { loading: "lazy", alt: `What track ${number} hides`, src: `${API}/plans/${stored.id}/tracks/${number}/picture` }),
    make("label", { class: "choice" },
      make("input", { type: "checkbox", onchange: (event) => plan.change(() => (plan.track(number).hidden = event.target.checked)) }), ` Hide ${name}`),
    make("span", { class: "quiet time" }, `${timecode(track.boxes[0].time, 1)} to ${timecode(track.boxes.at(-1).time, 1)}${made ? "" : `, sure to ${Math.round(track.score * 100)}\u00a0%`}`),
    make("button", { type: "button", class: "second", onclick: () => {
      stage.seek(plan.track(number).boxes[0].time);
      stage.choose(number);
      at("stage").scrollIntoView({ block: "center" });
    } }, "Show in the picture", make("span", { class: "hidden" }, `: ${name}`)),
    make("label", {}, "Why ", make("input", { type: "text", maxlength: 1000, value: track.reason ?? "", "aria-label": `Why ${name} is hidden or shown`,
      onchange: (event) => plan.change(() => (plan.track(number).reason = event.target.value)) })),
    made ? make("button", { type: "button", class: "second", onclick: () => plan.remove(number) }, "Remove", make("span", { class: "hidden" }, ` ${name}`)) : null,
  );
  return item;
}

function showChosen() {
  const { chosen } = stage;
  const track = chosen === null ? null : plan.track(chosen);
  at("chosen").textContent = track
    ? `Chosen: ${nameOf(track)}. Drag it or its corners, or press the arrows, with shift to resize it; each change is a point in time that it moves through.`
    : "";
  showPoints();
  showTracks();
}

let pointed = ""; // what the points show, so that they are made anew only when that changes

/** The points in time of the track that is chosen; what has the focus keeps it. */
function showPoints() {
  const track = stage?.chosen == null ? null : plan.track(stage.chosen);
  const now = track && isMade(track) ? JSON.stringify([track, stateAt(track, stage.time)]) : "";
  if (now === pointed) return;
  pointed = now;
  const box = at("points");
  const parts = () => [...box.querySelectorAll("button, input")];
  const focused = parts().indexOf(document.activeElement);
  const shown = now ? pointsOf(track, plan, { time: stage.time, seek: (time) => stage.seek(time), secondsOf, trying }) : [];
  box.replaceChildren(...shown);
  if (focused >= 0) parts()[focused]?.focus();
}

// Words of the transcript

function showWords() {
  at("words").replaceChildren(
    ...video.speech.flatMap((said) => said.words).map((word) =>
      make("button", { type: "button", "aria-pressed": "false", dataset: { start: word.start, end: word.end },
        onclick: () => plan.change(({ policy }) => {
          const { spans } = policy.audio;
          const index = spans.findIndex(([start, end]) => start <= word.start && end >= word.end);
          if (index >= 0) spans.splice(index, 1);
          else spans.push([word.start, word.end]);
          spans.sort((a, b) => a[0] - b[0]);
        }) }, word.text),
    ),
  );
  if (!video.speech.length) at("words").textContent = "Nothing that is said is known of this video.";
}

function showPressed() {
  const { spans } = plan.document.policy.audio;
  for (const button of at("words").querySelectorAll("button")) {
    const [start, end] = [Number(button.dataset.start), Number(button.dataset.end)];
    button.setAttribute("aria-pressed", spans.some((span) => span[0] < end && span[1] > start));
  }
}

// The stage's buttons

at("time").addEventListener("input", () => stage.seek(Number(at("time").value)));
at("play").addEventListener("click", () => {
  const film = at("film");
  if (!stage.plays) return toast("This browser cannot play the file; step through it instead.");
  if (film.paused) film.play();
  else film.pause();
  at("play").textContent = film.paused ? "Play" : "Pause";
  const follow = () => {
    if (film.paused) return;
    stage.time = film.currentTime;
    stage.onTime(stage.time);
    stage.draw();
    requestAnimationFrame(follow);
  };
  return follow();
});
for (const button of document.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => stage.seek(stage.time + (Number(button.dataset.step) * video.duration) / Math.max(video.frames, 1)));
}
at("draw").addEventListener("click", () => {
  stage.draws(!stage.drawing);
  if (!stage.drawing) return;
  at("boxes").focus({ preventScroll: true });
  toast("Draw a box over the picture. By keys: arrows move it, with shift they resize it, Enter takes it, Escape gives it up.");
});
at("boxes").addEventListener("drawing", () => at("draw").setAttribute("aria-pressed", stage.drawing));
at("zone").addEventListener("click", () => {
  const { width, height, duration } = plan.document.original;
  const box = [0.35 * width, 0.35 * height, 0.65 * width, 0.65 * height].map(Math.round);
  stage.choose(plan.add("zone", box, 0, duration));
  toast("Drag the new zone, or its corners, to where it should be.");
});
at("undo").addEventListener("click", () => plan.back());
at("redo").addEventListener("click", () => plan.forth());

// Saving, previews, the copy

async function save() {
  if (plan.changed) {
    stored = await call(`/plans/${stored.id}`, { method: "PUT", body: { version: stored.version, plan: plan.document } });
    plan.changed = false;
    at("saved").textContent = "Saved";
  }
}

at("save").addEventListener("click", () => trying(save));
at("preview").addEventListener("click", () =>
  trying(async () => {
    await save();
    const shown = at("after").querySelector("img");
    shown.src = `${API}/plans/${stored.id}/frame?time=${stage.time}&version=${stored.version}`;
    at("after").hidden = false;
  }),
);
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
