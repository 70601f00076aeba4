// The page of a search: what is asked is in the field of the header and in the address; answers come as one types.

import { call } from "./api.js";
import { cardOf, stopPlaying } from "./hit_card.js";
import { tellKeys } from "./key_sheet.js";
import { at, field, make, timecode, trying } from "./page.js";
import { offerToKeep } from "./saved_searches.js";
import { emptyFacets, showFacets } from "./search_facets.js";
import { listed, t, tn } from "./words.js";

const form = at("ask");
const words = at("find");
const FILTERS = ["label", "text", "said", "video", "like", "recorded_after", "recorded_before"];
const ASKING = ["words", "text", "said", "label", "like"]; // without one of which nothing is searched for
const TYPED = 350; // ms after the last key
const PAGE = 40;
const LABELS = 30; // that are offered while nothing is asked for

let asking = new AbortController();
let typing = 0;
/**
 * What is shown: the moments, the cursor of those that follow, words that were searched for in the place of slips, and how many there are.
 * @type {{hits: Hit[], next: string | null, meant: string[], all: SearchFacets | null}}
 */
const shown = { hits: [], next: null, meant: [], all: null };
/** @type {Map<string, string>} */
const names = new Map(); // of videos, by their ids, as answers tell them

/** What is asked for, as the fields have it. */
function typed() {
  const filled = [["words", words.value], ...FILTERS.map((name) => [name, field(form, name).value])];
  return new URLSearchParams(filled.map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
}

/** Put what the address asks for into the fields. */
function fill() {
  const address = new URLSearchParams(location.search);
  words.value = address.get("words") ?? "";
  for (const name of FILTERS) field(form, name).value = address.get(name) ?? "";
  at("filters").open ||= matchMedia("(min-width: 62rem)").matches;
}

/**
 * Search for what the fields ask. What is typed replaces the address; what is chosen is a step that one can go back.
 * @param {boolean} isStep
 */
function ask(isStep) {
  clearTimeout(typing);
  const asked = typed();
  const address = asked.size ? `/search?${asked}` : "/search";
  if (address !== location.pathname + location.search) history[isStep ? "pushState" : "replaceState"](null, "", address);
  search();
}

async function search() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const asked = typed();
  showAsked(asked);
  if (!ASKING.some((name) => asked.has(name))) {
    show({ hits: [], next: null });
    at("notice").replaceChildren();
    at("state").textContent = t("Type what to look for in the field above: things, words on screen, words that are said.");
    emptyFacets();
    await trying(() => offerLabels(signal));
    return;
  }
  at("hits").setAttribute("aria-busy", "true");
  try {
    const answer = await call(`/search?${asked}&limit=${PAGE}`, { signal });
    show(answer);
    const facets = await showFacets(asked, signal, (name, value) => narrow(name, value));
    for (const { id, name } of facets.videos) names.set(id, name);
    showAsked(asked);
    shown.all = facets;
    tellCount();
    if (!answer.hits.length && !answer.notices.some((/** @type {SearchNotice} */ { kind }) => kind === "refused")) offerNear(asked, facets.near);
  } catch (error) {
    if (error.name === "AbortError") return;
    at("state").textContent = "";
    at("notice").replaceChildren(make("p", { class: "notice bad", role: "alert" }, t("The search failed: {error}", { error: error.message })));
  } finally {
    if (!signal.aborted) at("hits").removeAttribute("aria-busy");
  }
}

/** @param {{hits: Hit[], next: string | null, notices?: SearchNotice[]}} answer */
function show(answer) {
  shown.hits = answer.hits;
  shown.next = answer.next;
  shown.all = null;
  shown.meant = (answer.notices ?? []).filter(({ kind }) => kind === "replaced").flatMap((notice) => notice.words.slice(1));
  for (const { video, name } of answer.hits) names.set(video, name);
  const asked = askedWords();
  at("hits").replaceChildren(...answer.hits.map((hit) => cardOf(hit, asked)));
  at("notice").replaceChildren(...(answer.notices ?? []).map(noticeOf));
  tellCount();
}

async function showMore() {
  const answer = await call(`/search?${typed()}&limit=${PAGE}&cursor=${shown.next}`);
  const asked = askedWords();
  const cards = answer.hits.map((/** @type {Hit} */ hit) => cardOf(hit, asked));
  shown.hits = [...shown.hits, ...answer.hits];
  shown.next = answer.next;
  at("hits").append(...cards);
  tellCount();
  cards[0]?.querySelector(".name")?.focus();
}

/**
 * @param {SearchFacets} all
 * @param {number} number
 */
function foundInAll(all, number) {
  const videos = tn("{count} video", "{count} videos", all.in_videos);
  const moments = tn("{count} moment", "{count} moments", all.moments);
  return t("{moments} in {videos}; the first {number} are shown.", { moments, videos, number: String(number) });
}

/**
 * @param {Hit[]} hits
 * @param {string | null} next
 */
function foundSoFar(hits, next) {
  const videos = tn("{count} video", "{count} videos", new Set(hits.map((hit) => hit.video)).size);
  const moments = tn("{count} moment", "{count} moments", hits.length);
  return next === null ? t("{moments} in {videos}.", { moments, videos }) : t("The first {moments}, in {videos}.", { moments, videos });
}

/** How much is shown, and of how much once that is known. */
function tellCount() {
  const { hits, next, all } = shown;
  at("more-hits").hidden = next === null;
  at("state").textContent = !hits.length ? t("Nothing was found.") : next !== null && all ? foundInAll(all, hits.length) : foundSoFar(hits, next);
}

const askedWords = () => [words.value, ...shown.meant, ...["text", "said", "label"].map((name) => field(form, name).value)].join(" ").match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * What is to be known of an answer, in words.
 * @param {SearchNotice} notice
 */
function noticeOf({ kind, words: about }) {
  const quoted = listed(about.map((word) => t("“{word}”", { word })));
  /** @type {Record<string, string>} */
  const told = {
    refused: t("Passerby does not describe people, so it does not search for {words}. Where such a word is said or stands on screen, it can be found under Filters.", { words: quoted }),
    some_of: t("No moment has all of these words. These have some of them."),
    replaced: t("{word} is nowhere. This was searched for: {near}.", { word: t("“{word}”", { word: about[0] ?? "" }), near: t("“{word}”", { word: about[1] ?? "" }) }),
    too_many: t("There are more such moments than could be compared; the newest were. A label or a video narrows it."),
    undated: t("Of some videos no date is known: {count}.", { count: about[0] ?? "" }),
  };
  return make("p", { class: "notice" }, told[kind] ?? quoted);
}

/**
 * What may be meant instead, where nothing was found.
 * @param {URLSearchParams} asked
 * @param {string[]} near
 */
function offerNear(asked, near) {
  const tries = near.map((word) => make("li", {}, make("button", { type: "button", class: "chip", onclick: () => instead(word) }, word)));
  const set = FILTERS.filter((name) => asked.has(name));
  const without = set.map((name) => make("li", {}, make("button", { type: "button", class: "chip", onclick: () => narrow(name, "") }, t("without {filter}", { filter: wordsOf(name, asked.get(name) ?? "") }))));
  if (!tries.length && !without.length) return at("notice").append(make("p", {}, t("Try fewer or other words.")));
  return at("notice").append(make("div", { class: "row" }, make("span", {}, t("Perhaps:")), make("ul", { class: "chips" }, ...tries, ...without)));
}

/**
 * What can be looked for, where nothing is asked yet: the labels that most videos have.
 * @param {AbortSignal} signal
 */
async function offerLabels(signal) {
  /** @type {FacetList} */
  const { facets } = await call("/library/facets", { signal });
  const labels = (facets.label ?? []).slice(0, LABELS);
  if (signal.aborted || !labels.length) return;
  const chips = labels.map(({ value, videos }) => make("li", {},
    make("button", { type: "button", class: "chip", onclick: () => narrow("label", value) }, value, make("span", { class: "count" }, String(videos)))));
  at("notice").replaceChildren(make("h2", {}, t("What most videos show")), make("ul", { class: "chips" }, ...chips));
}

/** @param {string} word */
function instead(word) {
  words.value = word;
  ask(true);
  words.focus();
}

/** @type {Record<string, string>} */
const NAMES = { label: t("label"), text: t("on screen"), said: t("said"), video: t("in"), like: t("looks like"), recorded_after: t("after"), recorded_before: t("before") };

/**
 * A filter in words.
 * @param {string} name
 * @param {string} value
 */
function wordsOf(name, value) {
  const [video, seconds] = value.split("@");
  const known = names.get(video) ?? t("video {number}", { number: video.slice(0, 12) });
  const shown = name === "video" ? known : name === "like" ? t("{name} at {time}", { name: known, time: timecode(Number(seconds) || 0, 1) }) : value;
  return t("{kind}: {label}", { kind: NAMES[name], label: shown });
}

/** @param {URLSearchParams} asked */
function showAsked(asked) {
  const chips = FILTERS.filter((name) => asked.has(name)).map((name) => {
    const told = wordsOf(name, asked.get(name) ?? "");
    return make("li", { class: "chip" }, told, make("button", { type: "button", class: "plain", "aria-label": t("Remove the filter {filter}", { filter: told }), onclick: () => narrow(name, "") }, "×"));
  });
  at("asked-for").replaceChildren(...chips);
}

/**
 * Set a filter, or leave it out.
 * @param {string} name
 * @param {string} value
 */
function narrow(name, value) {
  field(form, name).value = value;
  ask(true);
  if (!document.activeElement || document.activeElement === document.body) words.focus();
}

/**
 * Arrow keys lead from hit to hit, Home and End to the first and last; Escape ends what plays.
 * @param {KeyboardEvent} event
 */
function throughHits(event) {
  if (event.key === "Escape") stopPlaying();
  /** @type {NodeListOf<HTMLElement>} */
  const found = at("hits").querySelectorAll(".picture[type], .name");
  const covers = [...found].filter((each) => each.matches(".picture[type]") || !each.closest(".hit")?.querySelector(".picture[type]"));
  const here = covers.findIndex((each) => each === event.target);
  if (here < 0) return;
  /** @type {Record<string, number>} */
  const ways = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: covers.length - 1 };
  const to = ways[event.key];
  if (to === undefined) return;
  event.preventDefault();
  covers[to]?.focus();
}

for (const place of [words, form]) {
  place.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => ask(false), TYPED);
  });
}
for (const each of [form, at("header-search")]) {
  each.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(true);
  });
}
at("more-hits").addEventListener("click", () => trying(showMore));
at("hits").addEventListener("keydown", throughHits);
tellKeys(() => [
  { keys: ["Enter"], words: t("Play the moment that the focus is on, in its place") },
  { keys: ["← ↑ → ↓"], words: t("From moment to moment; Home and End lead to the first and the last") },
  { keys: ["Escape"], words: t("End what plays") },
]);
addEventListener("popstate", () => {
  fill();
  search();
});
fill();
offerToKeep(typed);
if (!typed().size) words.focus();
search();
