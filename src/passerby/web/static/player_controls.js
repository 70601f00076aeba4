// The controls of a film: play, frames, time, sound, speed and the whole screen. They are the page's own, so that keys
// and clicks mean one thing, and so that they stand between the film and its lanes.

import { make, timecode } from "./page.js";
import { number, t } from "./words.js";

const SPEEDS = [0.25, 0.5, 1, 1.5, 2, 4];

/**
 * The controls of a film; `show(seconds)` has them tell the time.
 * @param {HTMLVideoElement} film
 * @param {HTMLElement} place what the whole screen is to show
 * @param {{toggle: () => void, seek: (seconds: number) => void}} player
 */
export function controlsOf(film, place, { toggle, seek }) {
  const play = make("button", { type: "button", class: "second play", onclick: toggle });
  const slider = make("input", {
    type: "range", min: 0, max: 0, step: 0.01, value: 0, "aria-label": t("Time"), oninput: () => seek(Number(slider.value)),
  });
  const tellState = () => {
    play.textContent = film.paused ? "▶" : "⏸";
    play.setAttribute("aria-label", film.paused ? t("Play") : t("Pause"));
    slider.max = String(Number.isFinite(film.duration) ? film.duration : 0);
  };
  for (const name of ["play", "pause", "loadedmetadata", "durationchange"]) film.addEventListener(name, tellState);
  tellState();
  const speed = make("select", { "aria-label": t("Speed"), onchange: () => (film.playbackRate = Number(speed.value)) },
    ...SPEEDS.map((each) => make("option", { value: each, selected: each === 1 }, t("{number} ×", { number: number(each) }))));
  const element = make("div", { class: "controls row" }, play, slider, soundOf(film), speed, screenButton(place));
  const show = (/** @type {number} */ seconds) => {
    slider.value = String(seconds);
    slider.setAttribute("aria-valuetext", timecode(seconds, 1));
  };
  return { element, show };
}

/** @param {HTMLVideoElement} film */
function soundOf(film) {
  const button = make("button", { type: "button", class: "second", "aria-pressed": "false", onclick: () => (film.muted = !film.muted) }, t("Mute"));
  film.addEventListener("volumechange", () => button.setAttribute("aria-pressed", String(film.muted)));
  return button;
}

/** @param {HTMLElement} place */
function screenButton(place) {
  if (!document.fullscreenEnabled) return null;
  const turn = () => (document.fullscreenElement ? document.exitFullscreen() : place.requestFullscreen());
  return make("button", { type: "button", class: "second", onclick: () => turn().catch(() => {}) }, t("Whole screen"));
}
