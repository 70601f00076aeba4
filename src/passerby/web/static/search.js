// The page of a search: its state is in the address, hits are grouped by video, and play in place.

import { API, call } from "./api.js";
import { at, field, make, may, part, timecode, trying } from "./page.js";
import { said, t, tn } from "./words.js";

const form = at("ask");
const state = at("state");
const notice = at("notice");
const place = at("hits");
const like = at("like");
const videos = /** @type {HTMLSelectElement} */ (form.elements.namedItem("video"));
const FIELDS = ["words", "label", "text", "said", "video", "like", "recorded_after", "recorded_before"];
const FILTERS = FIELDS.filter((name) => name !== "words" && name !== "like");
let asking = new AbortController();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const filled = FIELDS.map((name) => [name, field(form, name).value]).filter(([, value]) => value.trim());
  const asked = new URLSearchParams(filled);
  history.pushState(null, "", asked.size ? `/search?${asked}` : "/search");
  search();
});
part(like, "button").addEventListener("click", () => {
  field(form, "like").value = "";
  form.requestSubmit();
});
addEventListener("popstate", search);
place.addEventListener("keydown", throughHits);
await fillVideos();
search();

/** The videos to choose from; that of the address is there even if it is not among the first. */
async function fillVideos() {
  /** @type {VideoList | undefined} */
  const listed = await trying(() => call("/videos?sort=name&limit=500"));
  videos.append(...(listed?.videos ?? []).map((video) => make("option", { value: video.id }, video.name)));
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
    state.textContent = t("Type what to look for: things, words on screen, words that are said.");
    return;
  }
  state.textContent = t("Searching…");
  try {
    show(await call(`/search?${asked}`, { signal: asking.signal }));
  } catch (error) {
    if (error.name === "AbortError") return;
    state.textContent = "";
    notice.replaceChildren(make("p", { class: "notice bad", role: "alert" }, t("The search failed: {error}", { error: error.message })));
  }
}

/**
 * Put what the address asks for into the form.
 * @param {URLSearchParams} asked
 */
function showAsked(asked) {
  const video = asked.get("video");
  if (video && ![...videos.options].some((option) => option.value === video)) {
    videos.append(make("option", { value: video }, t("video {number}", { number: video.slice(0, 12) })));
  }
  for (const name of FIELDS) field(form, name).value = asked.get(name) ?? "";
  if (FILTERS.some((name) => asked.has(name))) at("filters").open = true;
  const [looks, seconds] = (asked.get("like") ?? "").split("@");
  like.hidden = !looks;
  if (!looks) return;
  const name = [...videos.options].find((option) => option.value === looks)?.text ?? looks.slice(0, 12);
  const link = part(like, "a");
  link.textContent = t("{name} at {time}", { name, time: timecode(Number(seconds) || 0, 1) });
  link.href = `/videos/${looks}#t=${seconds}`;
}

/** @param {SearchAnswer} answer */
function show(answer) {
  if (answer.notice) notice.replaceChildren(make("p", { class: "notice" }, said(answer.notice)));
  const found = grouped(answer.hits);
  const moments = (/** @type {number} */ count) => tn("{count} moment", "{count} moments", count);
  state.textContent = answer.hits.length
    ? t("{moments} in {videos}.", { moments: moments(answer.hits.length), videos: tn("{count} video", "{count} videos", found.size) })
    : t("Nothing was found. Try fewer or other words, or leave filters out.");
  place.replaceChildren(
    ...[...found].map(([video, hits]) =>
      make(
        "section", { class: "video-hits", "aria-label": hits[0].name },
        make("h2", {}, make("a", { href: `/videos/${video}` }, hits[0].name), make("span", { class: "quiet" }, moments(hits.length))),
        make("ul", { class: "hits" }, ...hits.map((hit) => make("li", {}, cardOf(hit)))),
      ),
    ),
  );
}

/** @param {Hit} hit */
function cardOf(hit) {
  const picture = make("span", { class: "picture" });
  const image = make("img", { alt: "", loading: "lazy", src: `${API}/videos/${hit.video}/thumbnail?moment=${hit.moment}` });
  image.addEventListener("error", () => picture.replaceChildren(t("no picture of this moment")));
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

/**
 * Play a hit below its card; a second click closes it.
 * @param {HTMLElement} card
 * @param {Hit} hit
 */
function playHere(card, hit) {
  const wasOpen = card.getAttribute("aria-expanded") === "true";
  place.querySelectorAll(".here").forEach((each) => each.remove());
  place.querySelectorAll(".hit[aria-expanded=true]").forEach((each) => each.setAttribute("aria-expanded", "false"));
  if (wasOpen) return;
  card.setAttribute("aria-expanded", "true");
  const film = make("video", {
    controls: true, autoplay: true, playsinline: true, src: `${API}/videos/${hit.video}/media#t=${hit.start},${hit.end}`,
    "aria-label": t("{name} at {time}", { name: hit.name, time: timecode(hit.start, 1) }),
  });
  const open = make("a", { href: `/videos/${hit.video}#t=${hit.start}` }, t("Open the video here"));
  const near = make("a", { href: `/search?like=${hit.video}@${hit.start.toFixed(3)}` }, t("More like this"));
  film.addEventListener("error", () => film.replaceWith(make("p", { class: "notice" }, t("This browser cannot play the file here."))));
  const here = make("li", { class: "here card" }, film, make("p", { class: "row" }, open, near));
  card.parentElement?.after(here);
  here.scrollIntoView({ block: "nearest" });
}

/**
 * Arrow keys lead from hit to hit, Home and End to the first and last; Escape closes what plays.
 * @param {KeyboardEvent} event
 */
function throughHits(event) {
  /** @type {NodeListOf<HTMLElement>} */
  const hits = place.querySelectorAll(".hit");
  const cards = [...hits];
  if (event.key === "Escape") {
    /** @type {HTMLElement | null} */
    const open = place.querySelector(".hit[aria-expanded=true]");
    open?.click();
    open?.focus();
    return;
  }
  const here = cards.findIndex((card) => card === event.target);
  if (here < 0) return;
  /** @type {Record<string, number>} */
  const ways = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: cards.length - 1 };
  const to = ways[event.key];
  if (to === undefined) return;
  event.preventDefault();
  cards[to]?.focus();
}

/** @param {Hit[]} hits */
function grouped(hits) {
  /** @type {Map<string, Hit[]>} */
  const found = new Map();
  for (const hit of hits) found.set(hit.video, [...(found.get(hit.video) ?? []), hit]);
  return found;
}
