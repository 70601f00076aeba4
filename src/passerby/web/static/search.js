// The page of a search: its state is in the address, hits are grouped by video, and play in place.

import { API, call, make, may, timecode, trying } from "./api.js";

const form = document.getElementById("ask");
const state = document.getElementById("state");
const notice = document.getElementById("notice");
const place = document.getElementById("hits");
const like = document.getElementById("like");
const FIELDS = ["words", "label", "text", "said", "video", "like", "recorded_after", "recorded_before"];
const FILTERS = FIELDS.filter((name) => name !== "words" && name !== "like");
let asking = new AbortController();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
  history.pushState(null, "", asked.size ? `/search?${asked}` : "/search");
  search();
});
like.querySelector("button").addEventListener("click", () => {
  form.elements.like.value = "";
  form.requestSubmit();
});
addEventListener("popstate", search);
place.addEventListener("keydown", throughHits);
await fillVideos();
search();

/** The videos to choose from; that of the address is there even if it is not among the first. */
async function fillVideos() {
  const listed = await trying(() => call("/videos?sort=name&limit=500"));
  const select = form.elements.video;
  select.append(...(listed?.videos ?? []).map((video) => make("option", { value: video.id }, video.name)));
}

async function search() {
  const address = new URLSearchParams(location.search);
  const asked = new URLSearchParams(FIELDS.map((name) => [name, address.get(name) ?? ""]).filter(([, value]) => value.trim()));
  showAsked(asked);
  asking.abort();
  asking = new AbortController();
  place.replaceChildren();
  notice.replaceChildren();
  if (!["words", "text", "said", "label", "like"].some((name) => asked.has(name))) {
    state.textContent = "Type what to look for: things, words on screen, words that are said.";
    return;
  }
  state.textContent = "Searching…";
  try {
    show(await call(`/search?${asked}`, { signal: asking.signal }));
  } catch (error) {
    if (error.name === "AbortError") return;
    state.textContent = "";
    notice.replaceChildren(make("p", { class: "notice bad", role: "alert" }, `The search failed: ${error.message}`));
  }
}

/** Put what the address asks for into the form. */
function showAsked(asked) {
  const select = form.elements.video;
  const video = asked.get("video");
  if (video && ![...select.options].some((option) => option.value === video)) {
    select.append(make("option", { value: video }, `video ${video.slice(0, 12)}`));
  }
  for (const name of FIELDS) form.elements[name].value = asked.get(name) ?? "";
  if (FILTERS.some((name) => asked.has(name))) document.getElementById("filters").open = true;
  const [looks, seconds] = (asked.get("like") ?? "").split("@");
  like.hidden = !looks;
  if (!looks) return;
  const name = [...select.options].find((option) => option.value === looks)?.text ?? looks.slice(0, 12);
  const link = like.querySelector("a");
  link.textContent = `${name} at ${timecode(Number(seconds) || 0, 1)}`;
  link.href = `/videos/${looks}#t=${seconds}`;
}

function show(answer) {
  if (answer.notice) notice.replaceChildren(make("p", { class: "notice" }, answer.notice));
  const videos = grouped(answer.hits);
  const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  state.textContent = answer.hits.length
    ? `${plural(answer.hits.length, "moment")} in ${plural(videos.size, "video")}.`
    : "Nothing was found. Try fewer or other words, or leave filters out.";
  place.replaceChildren(
    ...[...videos].map(([video, hits]) =>
      make(
        "section", { class: "video-hits", "aria-label": hits[0].name },
        make("h2", {}, make("a", { href: `/videos/${video}` }, hits[0].name), make("span", { class: "quiet" }, plural(hits.length, "moment"))),
        make("ul", { class: "hits" }, ...hits.map((hit) => make("li", {}, cardOf(hit)))),
      ),
    ),
  );
}

function cardOf(hit) {
  const picture = make("span", { class: "picture" });
  const image = make("img", { alt: "", loading: "lazy", src: `${API}/videos/${hit.video}/thumbnail?moment=${hit.moment}` });
  image.addEventListener("error", () => picture.replaceChildren("no picture of this moment"));
  picture.append(image);
  const inside = [
    picture,
    make(
      "span", { class: "what" },
      make("span", { class: "time" }, `${timecode(hit.start, 1)} – ${timecode(hit.end, 1)}`), hit.why.join("; "),
    ),
  ];
  if (!may("redact")) return make("a", { class: "hit", href: `/videos/${hit.video}#t=${hit.start}` }, ...inside);
  const card = make("button", { type: "button", class: "hit", "aria-expanded": "false", onclick: () => playHere(card, hit) }, ...inside);
  return card;
}

/** Play a hit below its card; a second click closes it. */
function playHere(card, hit) {
  const wasOpen = card.getAttribute("aria-expanded") === "true";
  place.querySelectorAll(".here").forEach((each) => each.remove());
  place.querySelectorAll(".hit[aria-expanded=true]").forEach((each) => each.setAttribute("aria-expanded", "false"));
  if (wasOpen) return;
  card.setAttribute("aria-expanded", "true");
  const film = make("video", {
    controls: true, autoplay: true, playsinline: true, src: `${API}/videos/${hit.video}/media#t=${hit.start},${hit.end}`,
    "aria-label": `${hit.name} at ${timecode(hit.start, 1)}`,
  });
  const open = make("a", { href: `/videos/${hit.video}#t=${hit.start}` }, "Open the video here");
  const near = make("a", { href: `/search?like=${hit.video}@${hit.start.toFixed(3)}` }, "More like this");
  film.addEventListener("error", () => film.replaceWith(make("p", { class: "notice" }, "This browser cannot play the file here.")));
  const here = make("li", { class: "here card" }, film, make("p", { class: "row" }, open, near));
  card.parentElement.after(here);
  here.scrollIntoView({ block: "nearest" });
}

/** Arrow keys lead from hit to hit, Home and End to the first and last; Escape closes what plays. */
function throughHits(event) {
  const cards = [...place.querySelectorAll(".hit")];
  if (event.key === "Escape") {
    const open = place.querySelector(".hit[aria-expanded=true]");
    open?.click();
    open?.focus();
    return;
  }
  const at = cards.indexOf(event.target);
  if (at < 0) return;
  const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: cards.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  cards[to]?.focus();
}

function grouped(hits) {
  const found = new Map();
  for (const hit of hits) found.set(hit.video, [...(found.get(hit.video) ?? []), hit]);
  return found;
}
