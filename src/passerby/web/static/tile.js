// A video in the grid: its picture, what it is called, and a look through its moments as the pointer moves over it.

import { make, timecode } from "./page.js";
import { t } from "./words.js";

const MASKED = new URL("masked.svg", import.meta.url).href;

export class Tile {
  /** @type {VideoSummary | null} */
  video = null;
  number = 0; // in the list, counted from 0
  #picture = make("span", { class: "picture none" });
  #bottom = make("span", { class: "caption" });
  /** @type {HTMLImageElement | null} */
  #strip = null;
  #frame = -1; // of the strip, that is shown
  element = make("li", { class: "video" }, this.#picture, this.#bottom);
  #pick = make("input", { type: "checkbox", class: "pick", tabindex: "-1", hidden: true });
  link = make("a", { class: "name", tabindex: "-1" });

  /** @param {boolean} canBePicked */
  constructor(canBePicked) {
    this.element.append(this.#bottom);
    this.#bottom.append(this.link);
    if (canBePicked) this.element.append(this.#pick);
    this.element.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      const { left, width } = this.#picture.getBoundingClientRect();
      this.#scrub((event.clientX - left) / width);
    });
    this.element.addEventListener("pointerleave", () => this.#showPoster());
    this.link.addEventListener("blur", () => this.#showPoster());
  }

  /** @param {VideoSummary | null} video null: it is not known yet which */
  show(video) {
    if (video && JSON.stringify(video) === JSON.stringify(this.video)) return;
    const isOther = video?.id !== this.video?.id;
    this.video = video;
    this.#pick.hidden = video === null;
    this.element.dataset.id = video?.id ?? "";
    if (isOther) this.#showPicture();
    this.#tell();
  }

  #showPicture() {
    const { video } = this;
    this.#strip = null;
    this.#picture.replaceChildren();
    this.#picture.classList.add("none");
    if (!video) return;
    const image = make("img", { alt: "", decoding: "async" });
    image.addEventListener("load", () => this.#picture.classList.remove("none"));
    image.addEventListener("error", () => image.remove());
    image.src = `/api/v1/videos/${video.id}/thumbnail`;
    this.#picture.append(image);
  }

  #tell() {
    const { video } = this;
    this.link.textContent = video?.name ?? "";
    while (this.link.nextSibling) this.link.nextSibling.remove(); // the link itself stays, and so the focus
    if (!video) return;
    this.link.href = `/videos/${video.id}`;
    this.link.title = video.name;
    this.#pick.setAttribute("aria-label", t("Select {name}", { name: video.name }));
    const masked = video.has.includes("people");
    if (video.status === "damaged") this.#bottom.append(make("span", { class: "bad", title: t("damaged: known as far as it goes") }, t("damaged")));
    if (video.status === "incomplete") this.#bottom.append(make("span", { class: "busy", title: t("not looked through to its end") }, t("unfinished")));
    if (video.review === "checked") this.#bottom.append(make("span", { class: "sign" }, t("checked")));
    if (video.review === "released") this.#bottom.append(make("span", { class: "sign" }, t("released")));
    if (masked) this.#bottom.append(make("img", { class: "masked", src: MASKED, alt: t("people masked"), title: t("There are people in it; in pictures they are masked.") }));
    if (video.duration > 0) {
      this.#bottom.append(
        make("span", { class: "length", "aria-hidden": "true" }, timecode(video.duration)),
        make("span", { class: "hidden" }, t("{time} long", { time: timecode(video.duration) })),
      );
    }
  }

  /**
   * @param {{left: number, top: number, width: number, height: number}} place
   * @param {number} total
   */
  put({ left, top, width, height }, total) {
    const { style } = this.element;
    style.insetInlineStart = `${left}px`;
    style.top = `${top}px`;
    style.width = `${width}px`;
    style.height = `${height}px`;
    this.element.setAttribute("aria-posinset", String(this.number + 1));
    this.element.setAttribute("aria-setsize", String(total));
  }

  /** @param {boolean} isPicked */
  pick(isPicked) {
    this.#pick.checked = isPicked;
    this.element.classList.toggle("picked", isPicked);
  }

  /**
   * Show the moment before, or after.
   * @param {number} by
   */
  step(by) {
    if (!this.#strip) this.#scrub(0);
    else this.#scrub((Math.max(this.#frame, 0) + by + 0.5) / this.#frames);
  }

  get #frames() {
    const poster = this.#picture.querySelector("img");
    const { naturalWidth = 0, naturalHeight = 1 } = this.#strip ?? {};
    const one = poster?.naturalWidth ? poster.naturalWidth / poster.naturalHeight : 16 / 9;
    return Math.max(Math.round(naturalWidth / naturalHeight / one), 1);
  }

  /** @param {number} share of the way through the video */
  #scrub(share) {
    if (!this.video || this.#picture.classList.contains("none")) return;
    if (!this.#strip) {
      this.#strip = make("img", { class: "strip", alt: "" });
      this.#strip.addEventListener("error", () => this.#strip?.remove());
      this.#strip.src = `/api/v1/videos/${this.video.id}/strip`;
      this.#picture.append(this.#strip);
    }
    const frames = this.#frames;
    this.#frame = Math.min(Math.max(Math.floor(share * frames), 0), frames - 1);
    this.#strip.hidden = false;
    this.#strip.style.width = `${100 * frames}%`;
    this.#strip.style.transform = `translateX(${(-100 * this.#frame) / frames}%)`;
  }

  #showPoster() {
    if (this.#strip) this.#strip.hidden = true;
  }
}
