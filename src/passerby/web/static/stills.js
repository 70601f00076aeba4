// The page that hides in photos: each is sent, looked at as it comes back, and downloaded; boxes can be drawn over it.

import { ask, stayHere } from "./api.js";
import { logInHere } from "./log_in_place.js";
import { at, make, trying } from "./page.js";
import { said, t } from "./words.js";

const LEAST = 4; // pixels on the screen, that a box is wide and high

/** @typedef {{x: number, y: number}} Place in shares of the picture */

stayHere(logInHere);

class Still {
  /** @type {Box[]} in pixels of the picture */
  #zones = [];
  #url = "";
  #asked = 0; // how often it was asked for: what comes too late is not shown
  /** @type {Place | null} */
  #from = null; // where a box was begun to be drawn

  /** @param {File} file */
  constructor(file) {
    this.file = file;
    this.image = make("img", { alt: t("{name} as its copy will be", { name: file.name }) });
    this.drawn = make("span", { class: "zone", hidden: true });
    this.picture = make("div", { class: "picture" }, this.image, this.drawn);
    this.words = make("div", { class: "quiet words", role: "status" });
    this.download = make("a", { class: "button", hidden: true }, t("Download"));
    this.undo = make("button", { type: "button", class: "second", hidden: true, onclick: () => this.#takeBack() }, t("Take the last box away"));
    this.element = make("li", { class: "card" }, make("h2", {}, file.name), this.picture, this.words, make("p", { class: "row" }, this.download, this.undo));
    this.#listen();
  }

  /** Have it hidden in, as the form says now. */
  async show() {
    const asked = (this.#asked += 1);
    const chosen = new FormData(at("still-form"));
    const query = new URLSearchParams({ name: this.file.name, style: String(chosen.get("style")), shape: String(chosen.get("shape")) });
    for (const kind of chosen.getAll("hide")) query.append("hide", String(kind));
    for (const zone of this.#zones) query.append("zones", zone.join());
    this.words.textContent = t("Looking…");
    this.download.hidden = true;
    this.element.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(`/stills?${query}`, { method: "POST", bytes: this.file });
      const picture = await answer.blob();
      if (asked === this.#asked) this.#take(picture, JSON.parse(answer.headers.get("Passerby-Summary") ?? "[]"));
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }

  /**
   * @param {Blob} picture
   * @param {string[]} summary
   */
  #take(picture, summary) {
    URL.revokeObjectURL(this.#url);
    this.#url = this.image.src = this.download.href = URL.createObjectURL(picture);
    this.download.download = this.file.name.replace(/(\.[^.]*)?$/, "-safe$1");
    this.download.hidden = false;
    this.drawn.hidden = true;
    this.undo.hidden = !this.#zones.length;
    this.words.classList.remove("fault");
    this.words.replaceChildren(make("ul", {}, ...summary.map((line) => make("li", {}, said(line)))));
  }

  /** @param {Error} error */
  #fail(error) {
    this.image.removeAttribute("src");
    this.words.classList.add("fault");
    this.words.textContent = said(error.message);
  }

  #takeBack() {
    this.#zones.pop();
    trying(() => this.show());
  }

  #listen() {
    this.picture.addEventListener("pointerdown", (event) => {
      if (this.download.hidden) return;
      event.preventDefault();
      this.picture.setPointerCapture(event.pointerId);
      this.#from = this.#placeOf(event);
    });
    this.picture.addEventListener("pointermove", (event) => this.#from && this.#showDrawn(this.#from, this.#placeOf(event)));
    this.picture.addEventListener("pointerup", (event) => this.#draw(event));
    this.picture.addEventListener("pointercancel", () => this.#letGo());
  }

  #letGo() {
    this.#from = null;
    this.drawn.hidden = true;
  }

  /**
   * @param {PointerEvent} event
   * @returns {Place}
   */
  #placeOf(event) {
    const area = this.picture.getBoundingClientRect();
    const share = (/** @type {number} */ value) => Math.min(Math.max(value, 0), 1);
    return { x: share((event.clientX - area.left) / area.width), y: share((event.clientY - area.top) / area.height) };
  }

  /**
   * @param {Place} from
   * @param {Place} to
   */
  #showDrawn(from, to) {
    const percent = (/** @type {number} */ share) => `${share * 100}%`;
    Object.assign(this.drawn.style, {
      left: percent(Math.min(from.x, to.x)), top: percent(Math.min(from.y, to.y)),
      width: percent(Math.abs(from.x - to.x)), height: percent(Math.abs(from.y - to.y)),
    });
    this.drawn.hidden = false;
  }

  /** @param {PointerEvent} event */
  #draw(event) {
    const from = this.#from;
    if (!from) return;
    this.#from = null;
    const to = this.#placeOf(event);
    const { clientWidth, clientHeight } = this.picture;
    if (Math.abs(from.x - to.x) * clientWidth < LEAST || Math.abs(from.y - to.y) * clientHeight < LEAST) {
      this.#letGo();
      return;
    }
    const [w, h] = [this.image.naturalWidth, this.image.naturalHeight];
    const [left, right] = [Math.min(from.x, to.x) * w, Math.max(from.x, to.x) * w];
    const [top, bottom] = [Math.min(from.y, to.y) * h, Math.max(from.y, to.y) * h];
    this.#zones.push([Math.floor(left), Math.floor(top), Math.ceil(right), Math.ceil(bottom)]);
    trying(() => this.show());
  }
}

/** @type {Still[]} */
const stills = [];

/** @param {FileList | null | undefined} files */
async function add(files) {
  const added = [...(files ?? [])].map((file) => new Still(file));
  stills.unshift(...added);
  at("stills").prepend(...added.map((still) => still.element));
  for (const still of added) await still.show(); // the server looks at one after the other
}

at("still-files").addEventListener("change", async () => {
  const { files } = at("still-files");
  await add(files);
  at("still-files").value = "";
});
at("still-form").addEventListener("submit", (event) => event.preventDefault());
at("still-form").addEventListener("change", async (event) => {
  if (event.target === at("still-files")) return;
  for (const still of stills) await still.show();
});
addEventListener("dragover", (event) => {
  event.preventDefault();
  at("still-form").classList.add("over");
});
addEventListener("dragleave", () => at("still-form").classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  at("still-form").classList.remove("over");
  add(event.dataTransfer?.files);
});
