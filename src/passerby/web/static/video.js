// The page of a video: its player, lanes, transcript, labels, exports and copies.

import { API, call, make, may, timecode, toast, trying } from "./api.js";
import { isTyping } from "./common.js";
import { showCopies } from "./copies.js";
import { makeLanes } from "./lanes.js";
import { filmPlayer, stepped, stillPlayer } from "./player.js";
import { lastBefore, makeTranscript } from "./transcript.js";

const id = location.pathname.split("/")[2];
const base = `${API}/videos/${id}`;
const $ = (name) => document.getElementById(name);
const FEW = 4; // lanes of objects that are shown while they are folded
const JUMP = 10; // seconds

function open(video, copies) {
  let now = 0;
  let unfolded = false;
  let player = null;
  const frame = video.frames ? video.duration / video.frames : 0.04;
  tellOf(video);
  const seek = (seconds) => player?.seek(seconds);
  const lanes = makeLanes($("lanes"), { duration: Math.max(video.duration, 0.01), seek, preview });
  const transcript = makeTranscript($("transcript"), video.speech ?? [], seek);
  const momentAt = (seconds) => Math.max(lastBefore(video.moments, seconds), 0);
  fillLanes();
  makeLists($("as-lists"), listsOf(video), seek);
  showCopies($("copies"), copies);
  player = makePlayer(copies);
  follow(0);
  seekToHash();
  tellReady();
  addEventListener("hashchange", seekToHash);
  addEventListener("keydown", onKey);
  $("look-for").addEventListener("input", () => tellFound(transcript.search($("look-for").value)));
  $("look").addEventListener("submit", (event) => {
    event.preventDefault();
    const number = transcript.next();
    if (number) $("found").textContent = $("found").textContent.replace(/^(\d+ of )?/, `${number} of `);
  });
  $("give")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const label = $("label").value.trim();
    if (label) note({ given: [label] }, `Added “${label}”.`).then(() => ($("label").value = ""));
  });
  $("zoom-in").addEventListener("click", () => lanes.zoom(0.5));
  $("zoom-out").addEventListener("click", () => lanes.zoom(2));
  $("fold").addEventListener("click", () => {
    unfolded = !unfolded;
    fillLanes();
  });

  function makePlayer(ready) {
    if (may("redact")) {
      return filmPlayer($("player"), `${base}/media`, { told: follow, failed: showFrames });
    }
    if (ready.length) {
      return filmPlayer($("player"), `${API}/copies/${ready[0].id}/media`, { told: follow, failed: showSlides });
    }
    return slides("There is no safe copy of this video yet. These are pictures of its moments, people masked.");
  }
  function showFrames() {
    player = stillPlayer($("player"), (seconds) => `${base}/frame?time=${stepped(seconds)}`, {
      duration: video.duration, told: follow,
      words: "This browser cannot play the file, so it is shown picture by picture, without sound.",
    });
    player.seek(now);
  }
  function showSlides() {
    player = slides("This browser cannot play the safe copy. These are pictures of its moments, people masked.");
    player.seek(now);
  }
  function slides(words) {
    const pictureAt = (seconds) => pictureOf(momentAt(seconds));
    return stillPlayer($("player"), pictureAt, { duration: video.duration, words, told: follow });
  }

  function follow(seconds) {
    const moment = momentAt(seconds);
    const isOther = moment !== momentAt(now) || !$("labels").childElementCount;
    now = seconds;
    $("clock").textContent = timecode(seconds, 1);
    $("like").href = `/search?like=${id}@${seconds.toFixed(3)}`;
    lanes.head(seconds);
    transcript.at(seconds);
    if (isOther) showLabels();
  }

  function showLabels() {
    const moment = video.moments[momentAt(now)];
    if (!moment) return;
    const labels = labelsOf(video, moment);
    const chips = labels.map(({ label, own }) =>
      make(
        "li", { class: own ? "chip own" : "chip" }, make("a", { href: `/search?label=${encodeURIComponent(label)}` }, label),
        may("write") && make(
          "button",
          { type: "button", "aria-label": `Reject ${label}`, title: "Does not fit", onclick: () => note({ rejected: [label] }, `“${label}” does not fit here.`) },
          "×",
        ),
      ),
    );
    const none = make("li", { class: "quiet" }, moment.not_described ? `No tags: ${moment.not_described}.` : "No tags here.");
    $("labels").replaceChildren(...(chips.length ? chips : [none]));
    if ($("stretch")) $("stretch").textContent = `${timecode(moment.start, 1)} – ${timecode(moment.end, 1)}`;
  }

  async function note(said, words) {
    const { start, end } = video.moments[momentAt(now)];
    const answer = await trying(() => call(`/videos/${id}/notes`, { method: "POST", body: { start, end, ...said } }));
    if (!answer) return;
    video.notes = answer.notes;
    showLabels();
    fillLanes();
    makeLists($("as-lists"), listsOf(video), seek);
    toast(words);
  }

  function fillLanes() {
    const objects = byLabel(video.objects ?? []);
    const more = objects.length - FEW;
    $("fold").hidden = more <= 0;
    $("fold").textContent = unfolded ? "Fewer objects" : `${more} more objects`;
    $("fold").setAttribute("aria-expanded", String(unfolded));
    const given = (video.notes ?? []).filter((each) => !each.rejected);
    lanes.fill([
      lane("Shots", "--lane-shots", shotsOf(video), { alternate: true }),
      ...objects.slice(0, unfolded ? undefined : FEW).map(([label, spans]) => lane(label, "--lane-objects", spans)),
      lane("Text", "--lane-text", textOf(video), { written: true }),
      lane("Speech", "--lane-speech", speechOf(video), { written: true }),
      lane("Tags", "--lane-tags", fittingTags(video), { written: true }),
      lane("Notes", "--accent", given, { written: true }),
    ].filter((each) => each.spans.length));
  }

  function preview(seconds, labels) {
    const moment = momentAt(seconds);
    const picture = hasPicture(video, moment) && make("img", { alt: "", src: pictureOf(moment) });
    if (picture) picture.addEventListener("error", () => picture.remove());
    return [picture, make("strong", { class: "time" }, timecode(seconds, 1)), ` ${labels.join(", ")}`].filter(Boolean);
  }

  function onKey(event) {
    if (isTyping(event)) return;
    const isControl = event.target.closest?.("button, a, summary");
    const actions = {
      " ": isControl ? undefined : () => player.toggle(),
      k: () => player.toggle(),
      j: () => seek(Math.max(now - JUMP, 0)),
      l: () => seek(Math.min(now + JUMP, video.duration)),
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      "+": () => lanes.zoom(0.5),
      "=": () => lanes.zoom(0.5),
      "-": () => lanes.zoom(2),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
  function step(by) {
    const number = Math.min(Math.max(Math.floor(now / frame + 1e-6) + by, 0), Math.max(video.frames - 1, 0));
    seek((number + 0.5) * frame);
  }
  function seekToHash() {
    const told = /^#t=([\d.]+)/.exec(location.hash)?.[1] ?? new URLSearchParams(location.search).get("t");
    const seconds = Number(told);
    if (told && Number.isFinite(seconds)) seek(Math.min(Math.max(seconds, 0), video.duration));
  }
}

const pictureOf = (moment) => `${base}/thumbnail?moment=${moment}`;
const hasPicture = (video, moment) => !video.moments[moment]?.not_described;
const lane = (name, colour, spans, more = {}) => ({ name, colour, spans, ...more });
const shotsOf = (video) => (video.shots ?? []).map((shot, n) => ({ ...shot, label: `shot ${n + 1}` }));
const textOf = (video) => (video.text ?? []).map((each) => ({ ...each, label: each.text }));
const speechOf = (video) => (video.speech ?? []).map((each) => ({ ...each, label: each.text }));
const fittingTags = (video) => (video.tags ?? []).filter((tag) => !isRejected(video, tag.label, tag));

/** Whether people have said that a label does not fit somewhere in a span. */
function isRejected(video, label, { start, end }) {
  return (video.notes ?? []).some((each) => each.rejected && each.label === label && each.start < end && each.end > start);
}

/** Labels of a moment: people's own, and those of the models that nobody has rejected. */
function labelsOf(video, moment) {
  const meets = (each) => each.start < moment.end && each.end > moment.start;
  const found = new Map();
  for (const each of video.notes ?? []) if (!each.rejected && meets(each)) found.set(each.label, { label: each.label, own: true });
  for (const each of fittingTags(video)) if (meets(each) && !found.has(each.label)) found.set(each.label, { label: each.label });
  return [...found.values()];
}

/** `[label, spans]`, the most frequent label first. */
function byLabel(objects) {
  const found = new Map();
  for (const each of objects) {
    if (!found.has(each.label)) found.set(each.label, []);
    found.get(each.label).push(each);
  }
  return [...found].sort((one, other) => other[1].length - one[1].length);
}

function tellOf(video) {
  document.title = `${video.name} - Passerby`;
  $("name").textContent = video.name;
  const recorded = video.recorded_source === "container" && `recorded ${video.recorded.replace("T", " ").replace("Z", " UTC")}`;
  $("facts").textContent = [timecode(video.duration), `${video.width} × ${video.height}`, recorded].filter(Boolean).join(" · ");
  if (video.status === "incomplete") {
    $("told").append(make("p", { class: "notice" }, "This video is not indexed to its end; what is known so far is shown."));
  }
  if (video.note) $("told").append(make("p", { class: "notice" }, `The file is damaged: ${video.note}`));
  $("player").style.setProperty("--ratio", `${video.width} / ${video.height}`);
  if ($("share")) $("share").href = `/videos/${id}/share`;
  for (const link of document.querySelectorAll("[data-export]")) link.href = `${base}/${link.dataset.export}`;
  const labels = new Set([...(video.tags ?? []), ...(video.objects ?? []), ...(video.notes ?? [])].map((each) => each.label));
  $("known")?.append(...[...labels].map((label) => make("option", { value: label })));
}

/** Mark, for whoever measures the page, when all of it is painted and answers. */
const tellReady = () => requestAnimationFrame(() => setTimeout(() => performance.mark("ready")));

const tellFound = (count) => ($("found").textContent = $("look-for").value.trim() ? `${count} found` : "");

const listsOf = (video) => [
  ["Shots", shotsOf(video)],
  ["Objects", video.objects ?? []],
  ["Text on screen", textOf(video)],
  ["Speech", speechOf(video)],
  ["Tags", fittingTags(video)],
  ["Notes of people", (video.notes ?? []).map((each) => ({ ...each, label: each.rejected ? `not: ${each.label}` : each.label }))],
];

/** Lists that are filled once they are opened. */
function makeLists(place, lists, seek) {
  const wasOpen = new Set([...place.querySelectorAll("details[open]")].map((each) => each.dataset.name));
  place.replaceChildren(
    ...lists.map(([name, spans]) => {
      const list = make("ol");
      const fill = () => {
        if (list.childElementCount) return;
        list.append(...spans.map((span) =>
          make("li", {}, make("button", { type: "button", class: "plain time", onclick: () => seek(span.start) }, `${timecode(span.start, 1)} – ${timecode(span.end, 1)}`), ` ${span.label}`)));
      };
      const all = make("details", { dataset: { name }, ontoggle: fill }, make("summary", {}, `${name} (${spans.length})`), list);
      all.open = wasOpen.has(name);
      return all;
    }),
  );
}

const [known, made] = await Promise.all([
  trying(() => call(`/videos/${id}?boxes=false`)),
  trying(() => call(`/copies?video=${id}`)),
]);
if (known) open(known, made?.copies ?? []);
else $("facts").textContent = "This video could not be loaded; reload the page to try again.";
