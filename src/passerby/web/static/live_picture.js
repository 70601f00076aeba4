// The latest picture of a watched source, people hidden: another one each second while the page can be seen, with its age.

import { API, problemOf } from "./api.js";
import { make } from "./page.js";
import { isLive, reasonOf } from "./source_state.js";
import { t, tn } from "./words.js";

const EVERY = 1000; // ms
const OLD = 5; // seconds: nobody is to take for live what is older

export class LivePicture {
  #address = "";
  #tag = "";
  #written = 0; // ms, by the clock of this browser
  #isAsking = false;
  #isOver = false;
  #isThere = false; // any picture at all
  #isInSight = false; // of a wall, what is not scrolled to is not asked for
  #sight = new IntersectionObserver((seen) => {
    this.#isInSight = seen.some((each) => each.isIntersecting);
    this.#attend();
  });
  /** @type {WatchedState | null} */
  #state = null;
  image = make("img", { alt: "", hidden: true, decoding: "async" });
  age = make("span", { class: "age time" });
  reason = make("p", { class: "reason", role: "status", hidden: true });
  element = make("div", { class: "picture live" }, this.image, this.age, this.reason);

  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.image.alt = t("{name}, people hidden", { name });
    document.addEventListener("visibilitychange", this.#attend);
    this.#sight.observe(this.element);
  }

  /** @param {WatchedSource} source */
  show({ state, pictured }) {
    this.#state = state;
    this.#isThere = pictured !== null;
    this.#tell();
    this.#attend();
  }

  end() {
    this.#isOver = true;
    this.#sight.disconnect();
    document.removeEventListener("visibilitychange", this.#attend);
    URL.revokeObjectURL(this.#address);
  }

  #attend = () => {
    if (document.visibilityState !== "visible" || this.#isAsking || this.#isOver || !this.#isThere || !this.#isInSight) return;
    this.#ask();
  };

  async #ask() {
    this.#isAsking = true;
    try {
      await this.#take();
    } catch {
      // no answer, or none that is a picture: the age of the one before tells it
    }
    this.#tell();
    setTimeout(() => {
      this.#isAsking = false;
      this.#attend();
    }, EVERY);
  }

  async #take() {
    const answer = await fetch(`${API}/sources/${this.name}/preview`, { cache: "no-store", headers: this.#tag ? { "If-None-Match": this.#tag } : {} });
    if (answer.status === 304) return;
    if (!answer.ok) throw await problemOf(answer);
    this.#tag = answer.headers.get("ETag") ?? "";
    const [made, now] = ["Last-Modified", "Date"].map((name) => Date.parse(answer.headers.get(name) ?? ""));
    this.#written = Date.now() - Math.max(now - made, 0); // the server's clock may be another one
    const before = this.#address;
    this.#address = URL.createObjectURL(await answer.blob());
    this.image.src = this.#address;
    this.image.hidden = false;
    URL.revokeObjectURL(before);
  }

  #tell() {
    const age = this.#written ? Math.round((Date.now() - this.#written) / 1000) : -1;
    const reason = this.#state ? reasonOf(this.#state) || (age < 0 ? t("There is no picture yet.") : "") : "";
    this.element.classList.toggle("stale", !this.#state || !isLive(this.#state) || age > OLD || age < 0);
    this.age.textContent = age < 0 ? "" : ageOf(age);
    if (this.reason.textContent !== reason) this.reason.textContent = reason;
    this.reason.hidden = !reason;
  }
}

/** @param {number} seconds */
function ageOf(seconds) {
  if (seconds < 120) return tn("{count} second old", "{count} seconds old", seconds);
  if (seconds < 7200) return tn("{count} minute old", "{count} minutes old", Math.round(seconds / 60));
  return tn("{count} hour old", "{count} hours old", Math.round(seconds / 3600));
}
