// Lines of the transcript, put right where they stand: Enter keeps what is typed, Escape leaves it as it was.

import { call } from "./api.js";
import { make, may, timecode, toast, trying } from "./page.js";
import { dated, t, tn } from "./words.js";

export class Corrections {
  #base;

  /**
   * `changed(number, line)` is called when a line has other words.
   * @param {VideoDocument} video
   * @param {(number: number, line: Speech) => void} changed
   */
  constructor(video, changed) {
    this.#base = `/videos/${video.id}/speech`;
    this.changed = changed;
  }

  /**
   * What stands behind a line: that it was corrected, and what may be done to it.
   * @param {Speech} line
   * @param {number} number
   */
  toolsOf(line, number) {
    const fixed = line.correction;
    const mark = fixed && make("span", { class: "corrected quiet", title: t("Heard: {heard}", { heard: fixed.heard }) },
      t("corrected by {user}, {date}", { user: fixed.by, date: dated(new Date(fixed.time), { dateStyle: "medium" }) }));
    if (!may("write")) return mark ? [mark] : [];
    const edit = make("button", {
      type: "button", class: "plain edit", title: t("Put this line right"), "aria-label": t("Put right: {text}", { text: line.text }),
      onclick: () => this.#edit(edit, line, number),
    }, "✎");
    const undo = fixed && make("button", {
      type: "button", class: "plain undo", title: fixed.heard, "aria-label": t("As it was heard: {text}", { text: fixed.heard }),
      onclick: () => trying(() => this.#undo(line, number)),
    }, t("As heard"));
    return [edit, ...(mark ? [make("span", { class: "marks" }, mark, " ", undo || "")] : [])];
  }

  /**
   * Tell corrections of which there is no line any more: the words are cut in other places since.
   * @param {HTMLDetailsElement} place
   * @param {Unplaced[]} unplaced
   * @param {(seconds: number) => void} seek
   */
  static tellUnplaced(place, unplaced, seek) {
    place.hidden = !unplaced.length;
    place.replaceChildren(
      make("summary", {}, tn("{count} correction fits no line any more", "{count} corrections fit no line any more", unplaced.length)),
      make("p", { class: "quiet" }, t("Speech was written down anew, and its lines begin elsewhere. Put the line at that time right, and it is gone here.")),
      make("ul", { class: "timed" }, ...unplaced.map(({ start, text, by }) => make("li", {},
        make("button", { type: "button", class: "plain time", onclick: () => seek(start) }, timecode(start)),
        make("span", {}, text, " ", make("span", { class: "quiet" }, t("by {user}", { user: by })))))),
    );
  }

  /**
   * @param {HTMLElement} button
   * @param {Speech} line
   * @param {number} number
   */
  #edit(button, line, number) {
    const place = button.closest("p");
    if (!place) return;
    const field = make("textarea", { rows: Math.ceil(line.text.length / 36), maxlength: 2000, lang: line.language || null, "aria-label": t("What is said"), class: "line" });
    field.value = line.text;
    const before = [...place.childNodes];
    const back = () => {
      place.replaceChildren(...before);
      button.focus();
    };
    let isKept = false;
    const keep = async () => {
      const text = field.value.trim().replace(/\s+/g, " ");
      if (!text || text === line.text) return back();
      isKept = true;
      const now = await trying(() => call(this.#base, { method: "PUT", body: { start: line.start, text } }));
      isKept = false;
      if (!now) return field.focus();
      this.#tell(now, number);
      toast(t("The line is corrected."), false, () => this.#undo(now, number, line));
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") back();
      else if (event.key === "Enter" && !isKept) {
        event.preventDefault();
        keep();
      } else return;
      event.stopPropagation();
    });
    place.replaceChildren(before[0], field, make("span", { class: "marks quiet" }, t("Enter keeps it, Escape does not.")));
    field.focus();
  }

  /**
   * Back to what was heard, or to a correction that was there before.
   * @param {Speech} line
   * @param {number} number
   * @param {Speech} [earlier]
   */
  async #undo(line, number, earlier) {
    const asked = new URLSearchParams({ start: String(line.start) });
    const now = earlier?.correction
      ? await call(this.#base, { method: "PUT", body: { start: line.start, text: earlier.text } })
      : await call(`${this.#base}?${asked}`, { method: "DELETE" });
    this.#tell(now, number);
    if (!earlier) toast(t("The line is as it was heard."), false, async () => this.#tell(await call(this.#base, { method: "PUT", body: { start: line.start, text: line.text } }), number));
  }

  /**
   * @param {Speech} line
   * @param {number} number
   */
  #tell(line, number) {
    this.changed(number, line);
  }
}
