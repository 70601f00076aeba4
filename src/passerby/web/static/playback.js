// The film that is played below the boxes. It is never seen, except when the original is asked for.

/**
 * @typedef {object} Heard
 * @property {(time: number) => void} onFrame a frame is there to be painted
 * @property {(plays: boolean) => void} onPlay it has begun to play, or has ended
 * @property {() => void} onLoaded the first frame is there
 * @property {() => void} onFailed the browser cannot play it
 */

export class Playback {
  #turn = 0; // how often it has begun to play

  /**
   * @param {HTMLVideoElement} film
   * @param {string} source the address of the video
   * @param {Heard} heard
   * @param {AbortSignal} signal that ends it
   */
  constructor(film, source, heard, signal) {
    this.film = film;
    this.source = source;
    this.heard = heard;
    this.signal = signal;
    this.isPlayable = !film.hidden; // the player shows this video already, or has failed to
    film.addEventListener("error", () => this.isOpen && this.#fail(), { signal });
    film.addEventListener("loadeddata", heard.onLoaded, { signal });
    film.addEventListener("play", () => this.#follow(), { signal });
    film.addEventListener("pause", () => heard.onPlay(false), { signal });
  }

  /** Whether the player has been told of the original, which it has no need of before. */
  get isOpen() {
    return Boolean(this.film.getAttribute("src"));
  }

  get isPlaying() {
    return this.isPlayable && !this.film.paused;
  }

  /** Whether there is a frame that can be painted. */
  get hasFrame() {
    return this.film.readyState >= 2 && !this.film.seeking;
  }

  open() {
    if (this.isPlayable && !this.isOpen) this.film.src = this.source;
  }

  /** @param {number} time */
  seek(time) {
    if (this.isOpen) this.film.currentTime = time;
  }

  /** @param {number} time */
  async play(time) {
    this.open();
    if (Math.abs(this.film.currentTime - time) > 0.001) this.film.currentTime = time;
    try {
      await this.film.play();
    } catch (error) {
      if (error.name === "NotSupportedError") this.#fail();
    }
  }

  #fail() {
    this.isPlayable = false;
    this.film.hidden = true;
    this.heard.onFailed();
  }

  /** Tell of each frame that the player comes to. */
  #follow() {
    this.heard.onPlay(true);
    const turn = (this.#turn += 1);
    const tell = (/** @type {number} */ time) => {
      if (this.film.paused || turn !== this.#turn || this.signal.aborted) return;
      this.heard.onFrame(time);
      this.#onNextFrame(tell);
    };
    this.#onNextFrame(tell);
  }

  /** @param {(time: number) => void} tell */
  #onNextFrame(tell) {
    const { film } = this;
    if ("requestVideoFrameCallback" in film) film.requestVideoFrameCallback((_, { mediaTime }) => tell(mediaTime));
    else requestAnimationFrame(() => tell(/** @type {HTMLVideoElement} */ (film).currentTime));
  }
}
