// What shows a video: the original or a safe copy in the browser's own player, or pictures one after the other.

import { make, timecode } from "./page.js";
import { controlsOf } from "./player_controls.js";
import { t } from "./words.js";

const STEP = 0.5; // seconds between pictures of a file that the browser cannot play

/** @typedef {{time: () => number, seek: (seconds: number) => void, toggle: () => void}} Player */

/**
 * A player in `place`; `source` is the address of a video. `failed()` is called if the browser cannot play it.
 * @param {HTMLElement} place
 * @param {string} source
 * @param {{told: (seconds: number) => void, failed: () => void}} heard
 * @returns {Player}
 */
export function filmPlayer(place, source, { told, failed }) {
  const toggle = () => (film.paused ? film.play().catch(() => {}) : film.pause());
  const seek = (/** @type {number} */ seconds) => {
    film.currentTime = seconds;
    controls.show(seconds);
    told(seconds);
  };
  const film = make("video", { preload: "metadata", playsinline: true, src: source, "aria-label": t("Video"), onclick: toggle });
  film.addEventListener("error", failed, { once: true });
  const controls = controlsOf(film, place, { toggle, seek });
  place.replaceChildren(film, controls.element);
  let frames = 0;
  const follow = () => {
    controls.show(film.currentTime);
    told(film.currentTime);
    frames = film.paused ? 0 : requestAnimationFrame(follow);
  };
  for (const name of ["play", "seeked", "pause", "timeupdate"]) {
    film.addEventListener(name, () => {
      cancelAnimationFrame(frames);
      follow();
    });
  }
  return { time: () => film.currentTime, seek, toggle };
}

/**
 * A player of pictures: `pictureAt(seconds)` is the address of one; `words` tell why there is no film.
 * @param {HTMLElement} place
 * @param {(seconds: number) => string} pictureAt
 * @param {{duration: number, words: string, told: (seconds: number) => void}} about
 * @returns {Player}
 */
export function stillPlayer(place, pictureAt, about) {
  const player = new StillPlayer(place, pictureAt, about);
  player.seek(0);
  return { time: () => player.now, seek: (seconds) => player.seek(seconds), toggle: () => player.toggle() };
}

class StillPlayer {
  now = 0; // seconds
  #last = 0; // when a picture was asked for while it plays, in ms of the page
  #playing = 0; // the request for the next frame
  #isLoading = false;

  /**
   * @param {HTMLElement} place
   * @param {(seconds: number) => string} pictureAt
   * @param {{duration: number, words: string, told: (seconds: number) => void}} about
   */
  constructor(place, pictureAt, { duration, words, told }) {
    this.pictureAt = pictureAt;
    this.duration = duration;
    this.told = told;
    this.picture = make("img", { alt: "", onload: () => this.#loaded(), onerror: () => this.#missing() });
    this.button = make("button", { type: "button", onclick: () => this.toggle() }, t("Play"));
    this.slider = make("input", {
      type: "range", min: 0, max: duration, step: 0.01, value: 0, "aria-label": t("Time"),
      oninput: () => this.seek(Number(this.slider.value)),
    });
    place.replaceChildren(
      make("div", { class: "still" }, this.picture, make("div", { class: "row" }, this.button, this.slider), make("p", { class: "words" }, words)),
    );
  }

  #loaded() {
    this.#isLoading = false;
    this.#show();
  }

  #missing() {
    this.picture.alt = t("There is no picture of this moment");
    this.#loaded();
  }

  #show() {
    const address = this.pictureAt(this.now);
    if (this.#isLoading || this.picture.getAttribute("src") === address) return;
    this.#isLoading = true;
    this.picture.alt = t("Picture at {time}", { time: timecode(this.now, 1) });
    this.picture.src = address;
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.now = Math.min(Math.max(seconds, 0), this.duration);
    this.slider.value = String(this.now);
    this.slider.setAttribute("aria-valuetext", timecode(this.now, 1));
    this.#show();
    this.told(this.now);
  }

  toggle() {
    cancelAnimationFrame(this.#playing);
    const start = this.button.textContent === t("Play");
    this.button.textContent = start ? t("Pause") : t("Play");
    if (!start) return;
    if (this.now >= this.duration) this.now = 0;
    this.#last = performance.now();
    this.#playing = requestAnimationFrame((now) => this.#tick(now));
  }

  /** @param {number} now */
  #tick(now) {
    this.seek(this.now + (now - this.#last) / 1000);
    this.#last = now;
    if (this.now >= this.duration) this.toggle();
    else this.#playing = requestAnimationFrame((next) => this.#tick(next));
  }
}

/**
 * The time of the picture that stands for a time while pictures are played.
 * @param {number} seconds
 */
export const stepped = (seconds) => Math.floor(seconds / STEP) * STEP;
