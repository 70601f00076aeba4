// What is being added to the library: files that are sent side by side, and the jobs that take them in.

import { HAS_ENDED, shareOf } from "./job_stream.js";
import { at, make, may, toast, trying } from "./page.js";
import { drop, unfinished, uploadOf } from "./unfinished.js";
import { bytesThere, giveUp, Upload } from "./upload.js";
import { number, said, t, tn } from "./words.js";
import { bar, follow, sizeOf, stateOf, stopButton } from "./work.js";

const AT_ONCE = 2; // files that are sent side by side

/** A line in the list of what is being added. */
export class Line {
  #state = make("span", { class: "state", role: "status" });
  #buttons = make("span", { class: "buttons" });
  #bar;
  #line;

  /** @param {string} title */
  constructor(title) {
    this.#bar = bar(t("Progress of {title}", { title }));
    const name = make("span", { class: "title" }, title);
    this.#line = make("li", { dataset: { status: "waiting" } }, name, this.#buttons, this.#state, this.#bar.element);
    at("uploads").append(this.#line);
    at("adding").hidden = false;
  }

  /**
   * @param {string} status
   * @param {string} text
   * @param {number | null} share of it that is done; null where that is not known
   * @param {HTMLButtonElement[]} buttons
   */
  tell(status, text, share = null, ...buttons) {
    this.#line.dataset.status = status;
    if (this.#state.textContent !== text) this.#state.textContent = text;
    this.#state.classList.toggle("bad", status === "failed");
    this.#bar.element.hidden = HAS_ENDED.has(status) || status === "waiting";
    this.#bar.show(share);
    if (!same(this.#buttons.children, buttons)) this.#buttons.replaceChildren(...buttons);
  }

  remove() {
    this.#line.remove();
    at("adding").hidden = !at("uploads").childElementCount;
  }
}

/** @type {(some: HTMLCollection, others: Element[]) => boolean} */
const same = (some, others) => some.length === others.length && [...some].every((each, i) => each === others[i]);

/** @type {(text: string, name: string, onclick: () => unknown) => HTMLButtonElement} */
export const button = (text, name, onclick) =>
  make("button", { type: "button", class: "second small", "aria-label": t("{action}: {name}", { action: text, name }), onclick }, text);

/** The files that this page sends. */
export class Sending {
  /** @type {(() => Promise<void>)[]} */
  #waiting = [];
  #sending = 0;
  /** @type {Set<string>} */
  jobs = new Set(); // that take in what was sent
  /** @type {Map<string, Line>} */
  #cut = new Map(); // address of an upload -> its line, where the page was loaded anew before its end

  get isSending() {
    return this.#sending > 0;
  }

  /** @param {File[]} files */
  add(files) {
    for (const file of files) this.#waiting.push(this.#sent(file));
    this.#takeNext();
  }

  #takeNext() {
    while (this.#sending < AT_ONCE) {
      const send = this.#waiting.shift();
      if (!send) return;
      this.#sending += 1;
      send().finally(() => {
        this.#sending -= 1;
        this.#takeNext();
      });
    }
  }

  /** What this tab has begun to send, and not ended: the file has to be chosen again, the page cannot keep it. */
  async showCut() {
    for (const { address, name, size } of unfinished()) {
      const there = await bytesThere(address);
      if (there === null) {
        drop(address);
        continue;
      }
      const line = new Line(name);
      this.#cut.set(address, line);
      const choose = button(t("Choose it again"), name, () => at("files").click());
      const stop = button(t("Give up"), name, () => trying(async () => {
        await giveUp(address);
        line.remove();
      }));
      const told = { percent: number(Math.floor((100 * there) / size)), size: sizeOf(size) };
      line.tell("cut", t("cut off at {percent} % of {size}; choose the file again, and it goes on from there", told), there / size, choose, stop);
    }
  }

  /**
   * The work of sending one file, to be begun when its turn comes.
   * @param {File} file
   */
  #sent(file) {
    const begun = uploadOf(file)?.address ?? "";
    this.#cut.get(begun)?.remove();
    const line = new Line(file.name);
    const close = button(t("Close"), file.name, () => line.remove());
    const stop = button(t("Stop"), file.name, () => {
      upload.stop().catch((error) => toast(error.message, true));
      line.remove();
    });
    const upload = new Upload(file, (bytes, pause) => {
      const share = bytes / file.size;
      const words = pause ? t("the line is broken; it goes on by itself") : t("uploading, {percent} % of {size}", { percent: number(Math.floor(share * 100)), size: sizeOf(file.size) });
      line.tell("running", words, share, stop);
    }, this.#cut.delete(begun) ? begun : "");
    const send = async () => {
      if (!file.size) {
        line.tell("failed", t("this file is empty"), null, close);
        return;
      }
      line.tell("running", t("uploading"), 0, stop);
      try {
        const job = await upload.send();
        this.jobs.add(job);
        followAdding(job, line, close);
      } catch (error) {
        if (error.name === "AbortError") return;
        line.tell("failed", error.message, null, button(t("Try again"), file.name, again), close);
      }
    };
    const again = () => {
      this.#waiting.push(send);
      line.tell("waiting", t("waits for its turn"), null, stop);
      this.#takeNext();
    };
    line.tell("waiting", t("waits for its turn"), null, stop);
    return send;
  }
}

/**
 * Show in a line how a job that takes something in goes on, until it has ended.
 * @param {string} id
 * @param {Line} line
 * @param {HTMLButtonElement} close
 */
export function followAdding(id, line, close) {
  line.tell("waiting", t("is all there; waits for its turn"), null);
  /** @type {HTMLButtonElement} */
  let stop;
  follow(id, (job) => {
    stop ??= stopButton(job);
    if (!HAS_ENDED.has(job.status)) {
      line.tell(job.status, stateOf(job), shareOf(job), stop);
    } else if (job.status === "done" && !job.message && !job.result.counts?.skipped) {
      line.remove();
      toast(t("{name} is in the library", { name: job.asked.name }), false, null, onwardsOf(job));
    } else {
      line.tell(job.status, endOf(job), null, close);
    }
  });
}

/**
 * Where to go on with the one video that a job has taken in.
 * @param {Job} job
 */
function onwardsOf({ result: { videos = [] } }) {
  return videos.length === 1 && may("redact") ? make("a", { href: `/videos/${videos[0]}/share` }, t("Make a safe copy")) : null;
}

/** @param {Job} job */
function endOf(job) {
  if (job.status === "cancelled") return t("stopped");
  const { counts = {}, videos = [] } = job.result;
  if (job.status === "done" && !job.message && counts.skipped === videos.length) return t("is in the library already");
  return said(job.message) || (job.status === "failed" ? t("it could not be added") : tn("{count} video in the library", "{count} videos in the library", videos.length));
}
