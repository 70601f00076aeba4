// Searching over everything; what is asked lies in the address.

import { API, call, make, may, timecode, trying } from "./api.js";

const at = (id) => document.getElementById(id);
const FIELDS = ["words", "label", "text", "said", "like", "video", "recorded_after", "recorded_before"];
const form = at("ask");
let asking = new AbortController();

function askedFor() {
  const asked = new URLSearchParams();
  for (const name of FIELDS) if (form.elements[name].value.trim()) asked.set(name, form.elements[name].value.trim());
  return asked;
}

function show() {
  const asked = new URLSearchParams(location.search);
  for (const name of FIELDS) form.elements[name].value = asked.get(name) ?? "";
  const find = document.getElementById("find");
  if (find) find.value = asked.get("words") ?? "";
  at("more").open = ["label", "text", "said", "recorded_after", "recorded_before"].some((name) => asked.has(name));
  at("limits").replaceChildren(...["like", "video"].filter((name) => asked.has(name)).map((name) =>
    make("button", { type: "button", class: "second", onclick: () => {
      form.elements[name].value = "";
      go();
    } }, name === "like" ? `Like the moment at ${timecode(Number(asked.get("like").split("@")[1]), 1)} ×` : "In one video ×")));
  if ([...askedFor().keys()].some((name) => name !== "video" && !name.startsWith("recorded"))) search(askedFor());
  else {
    at("hits").replaceChildren();
    at("count").textContent = "Ask for things, words on screen or words that are said.";
  }
}

function go() {
  history.pushState(null, "", `/search?${askedFor()}`);
  show();
}

async function search(asked) {
  asking.abort();
  asking = new AbortController();
  at("count").textContent = "Searching …";
  at("notice").hidden = true;
  const found = await trying(() => call(`/search?${asked}`, { signal: asking.signal }));
  if (!found) {
    at("count").textContent = "";
    return;
  }
  at("notice").textContent = found.notice;
  at("notice").hidden = !found.notice;
  const { hits } = found;
  at("count").textContent = hits.length ? `${hits.length} ${hits.length === 1 ? "moment" : "moments"}` : "No moment found. Try other words, or fewer.";
  const videos = Map.groupBy(hits, (hit) => hit.video);
  at("hits").replaceChildren(...[...videos].map(([video, own]) =>
    make("section", {}, make("h2", {}, make("a", { href: `/videos/${video}` }, own[0].name)),
      make("ul", { class: "moments" }, ...own.map(cardOf)))));
}

function cardOf(hit) {
  const place = `/videos/${hit.video}#t=${hit.start.toFixed(3)}`;
  const times = `${timecode(hit.start, 1)} to ${timecode(hit.end, 1)}`;
  const picture = make("img", { src: `${API}/videos/${hit.video}/thumbnail?moment=${hit.moment}`, alt: `${hit.name}, ${times}`, loading: "lazy" });
  picture.addEventListener("error", () => (picture.alt = "There is no picture of this moment"));
  const card = make("li", { class: "card" },
    make("a", { href: place }, picture),
    make("p", { class: "time" }, make("a", { href: place }, times)),
    make("p", { class: "quiet" }, hit.why.join("; ")),
    make("p", { class: "row" },
      may("redact") ? make("button", { type: "button", class: "second", onclick: () => playIn(card, hit) }, "Play here") : null,
      make("a", { href: `/search?like=${hit.video}@${hit.start.toFixed(3)}` }, "More like this")),
  );
  return card;
}

function playIn(card, hit) {
  const film = make("video", { src: `${API}/videos/${hit.video}/media#t=${hit.start},${hit.end}`, controls: true, autoplay: true, playsinline: true });
  film.addEventListener("error", () => film.replaceWith(make("p", { class: "notice" }, "This browser cannot play the file. ", make("a", { href: `/videos/${hit.video}#t=${hit.start}` }, "See it frame by frame"))));
  film.addEventListener("timeupdate", () => film.currentTime >= hit.end && !film.paused && !film.dataset.ended && (film.pause(), (film.dataset.ended = "1")));
  (card.querySelector("a:has(img)") ?? card.querySelector("video, .notice")).replaceWith(film);
  film.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  go();
});
addEventListener("popstate", show);
show();
