// Names that are completed in a text while one types "@": a list below it, chosen from by arrows and Enter, or by a click.

import { make } from "./page.js";
import { t } from "./words.js";

const BEGUN = /(^|[^\w@.])@([\w.-]*)$/; // before the caret
const MOST = 6;

export class Mentions {
  #list = make("ul", { role: "listbox", id: "mention-list", class: "names", "aria-label": t("Users"), hidden: true });
  /** @type {string[]} */
  #found = [];
  #chosen = 0;

  /**
   * @param {HTMLTextAreaElement} field
   * @param {() => string[]} names who may be mentioned
   */
  constructor(field, names) {
    this.field = field;
    this.names = names;
    field.setAttribute("aria-controls", "mention-list");
    field.setAttribute("aria-autocomplete", "list");
    field.after(this.#list);
    field.addEventListener("input", () => this.look());
    field.addEventListener("blur", () => this.#close());
    field.addEventListener("keydown", (event) => this.#press(event));
  }

  /** Offer whom the text may mean; again once it is known who there is. */
  look() {
    const begun = BEGUN.exec(this.field.value.slice(0, this.field.selectionStart));
    const typed = begun?.[2].toLowerCase();
    this.#found = typed === undefined ? [] : this.names().filter((name) => name.startsWith(typed) && name !== typed).slice(0, MOST);
    this.#chosen = 0;
    this.#show();
  }

  #show() {
    this.#list.hidden = !this.#found.length;
    this.#list.replaceChildren(...this.#found.map((name, n) => make("li", {
      role: "option", id: `mention-${n}`, "aria-selected": String(n === this.#chosen), onpointerdown: (/** @type {Event} */ event) => {
        event.preventDefault(); // the field keeps the focus
        this.#take(name);
      },
    }, name)));
    if (this.#found.length) this.field.setAttribute("aria-activedescendant", `mention-${this.#chosen}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #close() {
    this.#found = [];
    this.#show();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (!this.#found.length) return;
    const count = this.#found.length;
    /** @type {Record<string, () => void>} */
    const actions = {
      ArrowDown: () => this.#move((this.#chosen + 1) % count),
      ArrowUp: () => this.#move((this.#chosen + count - 1) % count),
      Enter: () => this.#take(this.#found[this.#chosen]),
      Tab: () => this.#take(this.#found[this.#chosen]),
      Escape: () => this.#close(),
    };
    const action = actions[event.key];
    if (!action || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  /** @param {number} number */
  #move(number) {
    this.#chosen = number;
    this.#show();
  }

  /** @param {string} name */
  #take(name) {
    const { field } = this;
    const caret = field.selectionStart;
    const start = field.value.slice(0, caret).replace(/@[\w.-]*$/, "").length;
    field.setRangeText(`@${name} `, start, caret, "end");
    this.#close();
  }
}
