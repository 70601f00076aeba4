// The redaction workbench: look, correct the plan, make the copy, check it.

import { API, call, jobEnd, make, shareOf, timecode, toast, trying } from "./api.js";
import { PlanEdit } from "./plan.js";
import { showPolicy, showWords } from "./policy.js";
import { Stage } from "./stage.js";
import { showChosen, showTracks } from "./tracks.js";

const video = location.pathname.split("/")[2];
const $ = (id) => document.getElementById(id);
const film = $("film");
let edit = null;
let stage = null;
let speech = [];
let now = 0;
let asking = 0;

/** Follow a job on the page; what it gave. */
async function follow(job, title) {
  $("progress").hidden = false;
  $("stop").onclick = () => trying(() => call(`/jobs/${job.id}`, { method: "DELETE" }));
  try {
    return await jobEnd(job.id, (each) => {
      const share = shareOf(each);
      $("step").textContent = `${title}: ${each.step || each.status}`;
      if (share === null) $("bar").removeAttribute("value");
      else $("bar").value = share;
    });
  } finally {
    $("progress").hidden = true;
  }
}

async function open(id) {
  const stored = await call(`/plans/${id}`);
  edit = new PlanEdit(stored);
  stage = new Stage($("stage"), $("boxes"), {
    edit, time: () => now, chose: choose,
    drew: (box) => choose(edit.add("drawn", box, now, Math.min(now + 2, edit.plan.original.duration))),
  });
  $("bench").hidden = false;
  $("time").max = String(edit.plan.original.duration);
  edit.addEventListener("change", show);
  seek(0);
  show();
}

function show() {
  stage.show();
  showTracks($("kinds"), $("tracks"), edit, stage.chosen, choose);
  showChosen($("chosen"), edit, stage.chosen, now, seek);
  showPolicy($("policy"), edit, (words) => toast(words, true));
  $("transcript").hidden = !speech.length;
  showWords($("words"), edit, speech);
  $("undo").disabled = !edit.canUndo;
  $("redo").disabled = !edit.canRedo;
  $("state").textContent = edit.unsaved ? "There are unsaved changes." : "All changes are saved.";
}

function choose(number, go = false) {
  stage.chosen = number;
  const track = edit.track(number);
  if (go && track) seek(track.boxes[0].time);
  show();
}

function seek(time) {
  now = time;
  $("time").value = String(time);
  $("clock").textContent = timecode(time, 2);
  if (!film.hidden) film.currentTime = time;
  else {
    clearTimeout(asking);
    asking = setTimeout(() => ($("still").src = `${API}/videos/${video}/frame?time=${now}`), 80);
  }
  stage.show();
  showChosen($("chosen"), edit, stage.chosen, now, seek);
}

async function save() {
  if (!edit.unsaved) return true;
  const body = { version: edit.version, plan: edit.plan };
  try {
    edit.take(await call(`/plans/${edit.id}`, { method: "PUT", body }));
    return true;
  } catch (error) {
    const words = error.status === 409 ? "Somebody else has changed this plan meanwhile. Load the page anew, and make your changes again." : error.message;
    toast(words, true);
    return false;
  }
}

async function preview() {
  if (!(await save())) return;
  $("before").src = `${API}/videos/${video}/frame?time=${now}`;
  $("after").src = `${API}/plans/${edit.id}/frame?time=${now}&v=${edit.version}`;
  $("sides").hidden = $("split-label").hidden = false;
  split();
}

const split = () => ($("after").style.clipPath = `inset(0 0 0 ${100 - Number($("split").value)}%)`);

async function run() {
  if (!(await save())) return;
  $("run").disabled = true;
  try {
    await follow(await call(`/plans/${edit.id}/copies`, { method: "POST", body: {} }), "Making the copy");
    await showCopies();
    $("copies").scrollIntoView();
  } finally {
    $("run").disabled = false;
  }
}

async function showCopies() {
  const { copies } = await call(`/copies?video=${video}`);
  $("copies").replaceChildren(...(copies.length ? [make("h2", {}, "Copies")] : []), ...copies.map(copyCard));
}

function copyCard(copy) {
  const file = (what) => `${API}/copies/${copy.id}/${what}?download=true`;
  const leaks = make("span", {});
  const audit = async () => {
    const job = await follow(await call(`/copies/${copy.id}/audits`, { method: "POST" }), "Checking every frame");
    leaks.replaceChildren(job.message, " ", make("a", { href: `${API}/jobs/${job.id}/report`, target: "_blank", rel: "noopener" }, "Open the leak report"));
  };
  return make("article", { class: "card" }, make("h3", {}, copy.name),
    make("p", { class: copy.passed ? "notice good" : "notice bad" }, copy.passed ? "The audit found nothing that shows." : "The audit found faces that show. Look at the leak report before you share this."),
    make("ul", {}, ...copy.summary.map((line) => make("li", {}, line))),
    make("div", { class: "row" }, make("a", { class: "button", href: file("media") }, "Download the copy"),
      make("a", { href: file("plan") }, "Its plan"), make("a", { href: file("manifest") }, "Its manifest"),
      make("button", { type: "button", class: "second", onclick: () => trying(audit) }, "Check every frame"), leaks));
}

$("back").href = `/videos/${video}`;
film.addEventListener("loadeddata", () => {
  film.hidden = false;
  $("still").hidden = true;
  film.currentTime = now;
});
film.src = `${API}/videos/${video}/media`;
$("look").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const body = { hide: form.getAll("hide"), text_pattern: form.getAll("hide").includes("text") ? form.get("text_pattern") : "", effort: form.get("effort") };
  trying(async () => {
    const job = await follow(await call(`/videos/${video}/plans`, { method: "POST", body }), "Looking");
    await open(job.result.plan);
  });
});
$("time").addEventListener("input", () => seek(Number($("time").value)));
$("draw").addEventListener("click", () => stage.startDrawing(true));
$("draw").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // without a pointer: a box in the middle, to be moved by keys
  const { width: w, height: h } = edit.plan.original;
  stage.drew([w * 0.4, h * 0.4, w * 0.6, h * 0.6].map(Math.round));
});
$("zone").addEventListener("click", () => {
  const { width: w, height: h, duration } = edit.plan.original;
  choose(edit.add("zone", [0, 0, Math.round(w / 4), Math.round(h / 4)], 0, duration));
});
$("undo").addEventListener("click", () => edit.undo());
$("redo").addEventListener("click", () => edit.redo());
$("save").addEventListener("click", () => trying(save));
$("run").addEventListener("click", () => trying(run));
$("preview").addEventListener("click", () => trying(preview));
$("split").addEventListener("input", split);
$("policy").addEventListener("submit", (event) => event.preventDefault());
addEventListener("keydown", (event) => {
  if (!edit || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || /^(INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
  event.preventDefault();
  if (event.shiftKey) edit.redo();
  else edit.undo();
});
addEventListener("beforeunload", (event) => edit?.unsaved && event.preventDefault());

trying(async () => {
  const [found, { plans }] = await Promise.all([call(`/videos/${video}`), call(`/videos/${video}/plans`)]);
  $("name").textContent = `Share safely: ${found.name ?? ""}`;
  speech = found.speech ?? [];
  $("earlier").hidden = !plans.length;
  $("plans").append(...plans.map((plan) => make("li", {}, make("button", { type: "button", class: "second", onclick: () => trying(() => open(plan.id)) },
    `Plan of ${new Date(plan.changed * 1000).toLocaleString()}, version ${plan.version}`))));
  await showCopies();
});
