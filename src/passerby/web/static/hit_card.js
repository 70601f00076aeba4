// One moment that was found: its picture, where it is, why it was found, and playing it in the place of its picture.

import { API } from "./api.js";
import { make, may, timecode } from "./page.js";
import { t, te } from "./words.js";

/** What a moment was found by.
 * @type {Record<ReasonKind, string>} */
export const KINDS = {
  object: t("thing"), tag: t("tag"), text: t("on screen"), said: t("said"), cue: t("happens"), person: t("person"), name: t("name or description"),
};

/**
 * A card for a hit; `words` are those that were asked for, which its reasons are marked with.
 * @param {Hit} hit
 * @param {string[]} words
 */
export function cardOf(hit, words) {
  const time = timecode(hit.start, 1);
  const address = `/videos/${hit.video}#t=${hit.start}`;
  const name = t("{name} at {time}", { name: hit.name, time });
  const picture = make("img", { alt: "", loading: "lazy", decoding: "async", src: `${API}/videos/${hit.video}/thumbnail?moment=${hit.moment}` });
  const cover = may("redact")
    ? make("button", { type: "button", class: "picture", "aria-label": t("Play {name}", { name }), onclick: () => play(card, hit, name) })
    : make("a", { class: "picture", href: address, "aria-label": name, tabindex: "-1" });
  picture.addEventListener("error", () => picture.replaceWith(make("span", { class: "none" }, t("no picture of this moment"))));
  cover.append(picture, make("span", { class: "length", "aria-hidden": "true" }, `${time} – ${timecode(hit.end, 1)}`));
  const card = make("li", { class: "hit" },
    make("div", { class: "shown" }, cover),
    make("div", { class: "what" },
      make("a", { class: "name", href: address }, hit.name, make("span", { class: "hidden" }, ` ${time}`)),
      make("ul", { class: "why" }, ...reasonsOf(hit).map((reason) => make("li", {}, ...reason(words)))),
      make("a", { class: "near", href: `/search?like=${hit.video}@${hit.start.toFixed(3)}`, "aria-label": t("More like {name}", { name }) }, t("More like this"))));
  return card;
}

/**
 * Why a moment was found, each as what `make` takes.
 * @param {Hit} hit
 * @returns {((words: string[]) => (Node | string)[])[]}
 */
function reasonsOf({ name, reasons, why }) {
  if (!reasons.length) return why.map((text) => () => [text]);
  const seen = new Set();
  // Where something else is found too, the name, which stands above, says nothing; the description does.
  const telling = reasons.filter(({ kind, label }) => kind !== "name" || label !== name || reasons.every((each) => each.kind === "name"));
  const told = telling.filter(({ kind, label }) => !seen.has(kind + label) && seen.add(kind + label));
  return told.map(({ kind, label }) => (words) => te("{kind}: {label}", { kind: KINDS[kind] ?? kind, label: make("span", {}, ...marked(label, words)) }));
}

/**
 * A text with the words that were asked for in marks; words are found as they begin.
 * @param {string} text
 * @param {string[]} words
 * @returns {(Node | string)[]}
 */
function marked(text, words) {
  const stems = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).filter(Boolean);
  if (!stems.length) return [text];
  const pieces = text.split(new RegExp(`((?<![\\p{L}\\p{N}])(?:${stems.join("|")})[\\p{L}\\p{N}]*)`, "giu"));
  return pieces.map((piece, number) => (number % 2 ? make("mark", {}, piece) : piece));
}

/**
 * Play a hit in the place of its picture: nothing else moves. What played before stops.
 * @param {HTMLElement} card
 * @param {Hit} hit
 * @param {string} name
 */
function play(card, hit, name) {
  stopPlaying();
  const shown = /** @type {HTMLElement} */ (card.querySelector(".shown"));
  const film = make("video", {
    controls: true, autoplay: true, playsinline: true, src: `${API}/videos/${hit.video}/media#t=${hit.start},${hit.end}`, "aria-label": name,
  });
  film.addEventListener("error", () => film.replaceWith(make("p", { class: "cannot" }, t("This browser cannot play the file here."))));
  card.classList.add("playing");
  shown.append(film);
  film.focus();
}

/** End what plays; whoever was at it is at its card again. */
export function stopPlaying() {
  for (const card of document.querySelectorAll(".hit.playing")) {
    card.classList.remove("playing");
    const film = card.querySelector(".shown > video, .shown > .cannot");
    const wasHeld = film?.contains(document.activeElement);
    film?.remove();
    /** @type {HTMLElement | null} */
    const cover = card.querySelector(".picture");
    if (wasHeld) cover?.focus();
  }
}
