// Plays the hidden stream of a source: parts of half a second, as low-latency HLS names them, put one after the other.

import { API, problemOf } from "./api.js";
import { make } from "./page.js";
import { t } from "./words.js";

const KEPT = 10; // seconds behind what is shown, for the browser to hold
// Seconds that what is shown is behind the newest part: as it leaps there, from when on it hurries, and from when on it leaps.
const BEHIND = 0.8, LATE = 1.6, FAR = 4;
const HURRY = 1.1; // times as fast: nobody sees it
const AGAIN = 1000; // ms after which it is tried again when nothing comes

/** @typedef {{name: string, head: string, seconds: number, wall: number, hasKey: boolean}} Part `wall`: when its pictures were there, seconds since 1970 */

/**
 * The parts that a playlist names, in their order.
 * @param {string} text
 */
export function partsOf(text) {
  /** @type {Part[]} */
  const found = [];
  let head = "", wall = 0;
  const value = (/** @type {string} */ line, /** @type {string} */ name) => new RegExp(`${name}="?([^",]+)`).exec(line)?.[1] ?? "";
  for (const line of text.split("\n")) {
    if (line.startsWith("#EXT-X-MAP:")) head = value(line, "URI");
    else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) wall = Date.parse(line.slice(line.indexOf(":") + 1)) / 1000;
    else if (line.startsWith("#EXT-X-PART:")) {
      const seconds = Number(value(line, "DURATION"));
      found.push({ name: value(line, "URI"), head, seconds, wall, hasKey: line.includes("INDEPENDENT=YES") });
      wall += seconds;
    }
  }
  return found;
}

/**
 * The kind of a stream, as browsers are asked for it, from what its pieces begin with.
 * @param {Uint8Array} head
 */
function kindOf(head) {
  const text = new TextDecoder("latin1").decode(head);
  const start = text.indexOf("avcC") + 5; // its version stands before profile, constraints and level
  return `video/mp4; codecs="avc1.${[...head.slice(start, start + 3)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}

export class HiddenStream {
  #ending = new AbortController();
  /** @type {Part | null} */
  #last = null; // the newest that was put in
  #newest = 0; // seconds since 1970 at the end of that
  #address = "";
  video = make("video", { muted: true, autoplay: true, playsinline: true });

  /**
   * @param {string} name of the source
   * @param {(words: string) => void} onEnd hears why it cannot go on
   */
  constructor(name, onEnd) {
    this.base = `${API}/sources/${name}/stream`;
    this.onEnd = onEnd;
    this.video.muted = true;
    this.video.setAttribute("aria-label", t("{name}, live, people hidden", { name }));
    if ("MediaSource" in window) this.#open();
    else this.video.src = `${this.base}/index.m3u8`; // browsers that play HLS by themselves
  }

  end() {
    this.#ending.abort();
    this.video.removeAttribute("src");
    this.video.load();
    URL.revokeObjectURL(this.#address);
    this.video.remove();
  }

  /**
   * How many seconds ago what is shown now happened; null where nobody knows.
   * @param {number} now by the server's clock
   */
  age(now) {
    const { buffered, currentTime } = this.video;
    if (!buffered.length || !this.#newest) return null;
    return now - this.#newest + buffered.end(buffered.length - 1) - currentTime;
  }

  #open() {
    const source = new MediaSource();
    this.#address = URL.createObjectURL(source);
    this.video.src = this.#address;
    source.addEventListener("sourceopen", () => this.#follow(source).catch((error) => this.#ending.signal.aborted || this.onEnd(error.message)), { once: true });
  }

  /** @param {MediaSource} source */
  async #follow(source) {
    /** @type {SourceBuffer | null} */
    let buffer = null;
    while (!this.#ending.signal.aborted) {
      const parts = partsOf(await this.#playlist());
      const fresh = this.#freshOf(parts);
      for (const part of fresh) {
        if (part.head !== this.#last?.head) {
          const head = await this.#bytes(part.head);
          buffer ??= bufferOf(source, kindOf(head));
          await put(buffer, head);
        }
        if (buffer) await put(buffer, await this.#bytes(part.name));
        this.#last = part;
        this.#newest = part.wall + part.seconds;
        if (buffer) await this.#keepUp(buffer);
      }
      if (!fresh.length) await new Promise((done) => setTimeout(done, AGAIN));
    }
  }

  /**
   * The parts that follow; at first, and after a part was missed, from the newest that can be begun with.
   * @param {Part[]} parts
   */
  #freshOf(parts) {
    const known = parts.findIndex((part) => part.name === this.#last?.name);
    return parts.slice(known >= 0 ? known + 1 : Math.max(parts.findLastIndex((part) => part.hasKey), 0));
  }

  async #playlist() {
    const [, segment, part] = /part-(\d+)-(\d+)/.exec(this.#last?.name ?? "") ?? [];
    const answer = await this.#ask(`index.m3u8${segment ? `?_HLS_msn=${segment}&_HLS_part=${Number(part) + 1}` : ""}`);
    return answer.text();
  }

  /** @param {string} name */
  async #bytes(name) {
    return new Uint8Array(await (await this.#ask(name)).arrayBuffer());
  }

  /** @param {string} name */
  async #ask(name) {
    const answer = await fetch(`${this.base}/${name}`, { signal: this.#ending.signal });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }

  /** @param {SourceBuffer} buffer */
  async #keepUp(buffer) {
    const { buffered } = this.video;
    if (!buffered.length) return;
    const end = buffered.end(buffered.length - 1), start = buffered.start(0);
    const { currentTime } = this.video;
    if (end - currentTime > FAR || currentTime < buffered.start(buffered.length - 1)) this.video.currentTime = Math.max(end - BEHIND, buffered.start(buffered.length - 1));
    this.video.playbackRate = end - currentTime > LATE ? HURRY : 1;
    if (this.video.paused) this.video.play().catch(() => {}); // a browser may want to be asked first
    if (currentTime - start > KEPT * 2) await done(buffer, () => buffer.remove(start, currentTime - KEPT));
  }
}

/**
 * @param {MediaSource} source
 * @param {string} kind
 */
function bufferOf(source, kind) {
  if (!MediaSource.isTypeSupported(kind)) throw new Error(t("This browser cannot play H.264."));
  const buffer = source.addSourceBuffer(kind);
  buffer.mode = "sequence"; // each file of the recording begins at nought
  return buffer;
}

/** @type {(buffer: SourceBuffer, bytes: Uint8Array<ArrayBuffer>) => Promise<void>} */
const put = (buffer, bytes) => done(buffer, () => buffer.appendBuffer(bytes));

/**
 * Do something with a buffer, and wait until it is done.
 * @param {SourceBuffer} buffer
 * @param {() => void} work
 * @returns {Promise<void>}
 */
function done(buffer, work) {
  return new Promise((resolve, reject) => {
    buffer.addEventListener("updateend", () => resolve(), { once: true });
    buffer.addEventListener("error", () => reject(new Error(t("A piece of the stream cannot be played."))), { once: true });
    work();
  });
}
