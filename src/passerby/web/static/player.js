// What shows a video: the original or a safe copy in the browser's own player, or pictures one after the other.

import { make, timecode } from "./api.js";

const STEP = 0.5; // seconds between pictures of a file that the browser cannot play

/** A player in `place`; `source` is the address of a video. `failed()` is called if the browser cannot play it. */
export function filmPlayer(place, source, { told, failed }) {
  const film = make("video", { controls: true, preload: "metadata", playsinline: true, src: source, "aria-label": "Video" });
  film.addEventListener("error", failed, { once: true });
  place.replaceChildren(film);
  let frames = 0;
  const follow = () => {
    told(film.currentTime);
    frames = film.paused ? 0 : requestAnimationFrame(follow);
  };
  for (const name of ["play", "seeked", "pause", "timeupdate"]) {
    film.addEventListener(name, () => {
      cancelAnimationFrame(frames);
      follow();
    });
  }
  return {
    time: () => film.currentTime,
    seek: (seconds) => {
      film.currentTime = seconds;
      told(seconds);
    },
    toggle: () => (film.paused ? film.play().catch(() => {}) : film.pause()),
  };
}

/** A player of pictures: `pictureAt(seconds)` is the address of one; `words` tell why there is no film. */
export function stillPlayer(place, pictureAt, { duration, words, told }) {
  const picture = make("img", { alt: "" });
  const button = make("button", { type: "button", onclick: () => toggle() }, "Play");
  const slider = make("input", {
    type: "range", min: 0, max: duration, step: 0.01, value: 0, "aria-label": "Time",
    oninput: () => seek(Number(slider.value)),
  });
  place.replaceChildren(
    make("div", { class: "still" }, picture, make("div", { class: "row" }, button, slider), make("p", { class: "words" }, words)),
  );
  let at = 0;
  let last = 0;
  let playing = 0;
  let loading = false;
  const loaded = () => {
    loading = false;
    show();
  };
  picture.addEventListener("load", loaded);
  picture.addEventListener("error", () => {
    picture.alt = "There is no picture of this moment";
    loaded();
  });

  function show() {
    const address = pictureAt(at);
    if (loading || picture.getAttribute("src") === address) return;
    loading = true;
    picture.alt = `Picture at ${timecode(at, 1)}`;
    picture.src = address;
  }
  function seek(seconds) {
    at = Math.min(Math.max(seconds, 0), duration);
    slider.value = at;
    slider.setAttribute("aria-valuetext", timecode(at, 1));
    show();
    told(at);
  }
  function tick(now) {
    seek(at + (now - last) / 1000);
    last = now;
    if (at >= duration) toggle();
    else playing = requestAnimationFrame(tick);
  }
  function toggle() {
    cancelAnimationFrame(playing);
    const start = button.textContent === "Play";
    button.textContent = start ? "Pause" : "Play";
    if (!start) return;
    if (at >= duration) at = 0;
    last = performance.now();
    playing = requestAnimationFrame(tick);
  }
  seek(0);
  return { time: () => at, seek, toggle };
}

/** The time of the picture that stands for a time while pictures are played. */
export const stepped = (seconds) => Math.floor(seconds / STEP) * STEP;
