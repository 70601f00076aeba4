// What people say to each other about a video, or a time in it; who is named is told.

import { call } from "./api.js";
import { Mentions } from "./mentions.js";
import { at, make, parts, refill, timecode, toast, trying } from "./page.js";
import { dated, t } from "./words.js";

export class Comments {
  /** @type {VideoComment[]} */
  #comments = [];
  /** @type {string[]} */
  #users = [];
  #base;
  #mentions;

  /**
   * `now()` is the time that is shown.
   * @param {string} video
   * @param {{seek: (seconds: number) => void, now: () => number}} about
   */
  constructor(video, { seek, now }) {
    this.#base = `/videos/${video}/comments`;
    this.seek = seek;
    this.now = now;
    const field = at("comment");
    this.#mentions = new Mentions(field, () => this.#users);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("say").requestSubmit();
    });
    at("say").addEventListener("submit", (event) => {
      event.preventDefault();
      trying(() => this.#say(field.value.trim()));
    });
    trying(async () => this.#show(await call(this.#base)));
  }

  /**
   * Tell which time a comment would be about.
   * @param {number} seconds
   */
  at(seconds) {
    at("comment-time").textContent = timecode(seconds, 1);
  }

  /** @param {string} text */
  async #say(text) {
    if (!text) return;
    const time = at("comment-at").checked ? this.now() : null;
    this.#show(await call(this.#base, { method: "POST", body: { text, time } }));
    at("comment").value = "";
    at("comment").focus();
  }

  /** @param {VideoComments} told */
  #show({ comments, users }) {
    this.#comments = comments;
    this.#users = users;
    this.#mentions.look();
    const items = comments.map((comment) => this.#itemOf(comment));
    refill(at("comments"), ...(items.length ? items : [make("li", { class: "quiet" }, t("Nobody has said anything yet."))]));
  }

  /** @param {VideoComment} comment */
  #itemOf(comment) {
    const { user, time, created, changed } = comment;
    const day = dated(new Date(created), { dateStyle: "medium", timeStyle: "short" });
    return make("li", { dataset: { id: comment.id } },
      make("p", { class: "row" }, make("strong", {}, user),
        time !== null && make("button", { type: "button", class: "plain time", onclick: () => this.seek(time) }, timecode(time, 1)),
        make("span", { class: "quiet" }, changed === created ? day : t("{date}, changed", { date: day })),
        comment.own && make("span", { class: "acts" },
          make("button", { type: "button", class: "plain change", title: t("Change"), "aria-label": t("Change: {text}", { text: start(comment.text) }), onclick: (/** @type {Event} */ event) => this.#edit(event, comment) }, "✎"),
          make("button", { type: "button", class: "plain", "aria-label": t("Delete: {text}", { text: start(comment.text) }), onclick: () => trying(() => this.#remove(comment)) }, "×"))),
      make("p", { class: "said" }, ...this.#textOf(comment)));
  }

  /**
   * The text, with those whom it names marked.
   * @param {VideoComment} comment
   */
  #textOf({ text, mentions }) {
    return text.split(/(@[\w.-]*\w)/).map((piece) => (mentions.includes(piece.slice(1).toLowerCase()) ? make("mark", {}, piece) : piece));
  }

  /**
   * Change a comment where it stands: Enter keeps it, Escape does not.
   * @param {Event} event
   * @param {VideoComment} comment
   */
  #edit(event, comment) {
    const item = /** @type {Element} */ (event.target).closest("li");
    const text = item?.querySelector(".said");
    if (!item || !text || item.querySelector("textarea")) return;
    const field = make("textarea", { rows: 3, maxlength: 10000, "aria-label": t("Comment") });
    field.value = comment.text;
    const back = () => {
      this.#show({ comments: this.#comments, users: this.#users });
      this.#focus(comment.id);
    };
    const keep = () => trying(async () => {
      const changed = field.value.trim();
      if (changed && changed !== comment.text) await call(`/comments/${comment.id}`, { method: "PATCH", body: { text: changed } });
      this.#show(await call(this.#base));
      this.#focus(comment.id);
    });
    field.addEventListener("keydown", (key) => {
      if (key.key === "Escape") back();
      else if (key.key === "Enter" && !key.shiftKey && !key.defaultPrevented) {
        key.preventDefault();
        keep();
      }
    });
    text.replaceWith(field);
    new Mentions(field, () => this.#users);
    field.focus();
  }

  /**
   * Focus what changes a comment.
   * @param {string} id
   */
  #focus(id) {
    parts(at("comments"), "button", ".change").find((button) => button.closest("li")?.dataset.id === id)?.focus();
  }

  /** @param {VideoComment} comment */
  async #remove(comment) {
    await call(`/comments/${comment.id}`, { method: "DELETE" });
    this.#show(await call(this.#base));
    toast(t("The comment is deleted."), false, async () => {
      this.#show(await call(this.#base, { method: "POST", body: { text: comment.text, time: comment.time } }));
    });
  }
}

/** @param {string} text */
const start = (text) => (text.length > 40 ? `${text.slice(0, 40)} …` : text);
