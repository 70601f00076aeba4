// Which tracks are chosen: one, or many at once.

export class ChosenTracks extends EventTarget {
  /** @type {Set<number>} */
  #numbers = new Set();
  /** @type {number | null} */
  #anchor = null; // from where a stretch of them goes

  /** The numbers of the tracks that are chosen. */
  get numbers() {
    return [...this.#numbers];
  }

  get size() {
    return this.#numbers.size;
  }

  /** @param {number} number */
  has(number) {
    return this.#numbers.has(number);
  }

  /**
   * Choose these, and no others.
   * @param {Iterable<number>} numbers
   */
  only(numbers) {
    this.#numbers = new Set(numbers);
    this.#anchor = this.numbers[this.size - 1] ?? null;
    this.#tell();
  }

  /**
   * Choose one besides the others, or no longer.
   * @param {number} number
   */
  toggle(number) {
    if (!this.#numbers.delete(number)) this.#numbers.add(number);
    this.#anchor = number;
    this.#tell();
  }

  /**
   * Choose all from the one that was chosen last up to another, in the order in which they are shown.
   * @param {number[]} order
   * @param {number} number
   */
  extend(order, number) {
    const from = this.#anchor === null ? -1 : order.indexOf(this.#anchor);
    const to = order.indexOf(number);
    const anchor = from < 0 ? number : this.#anchor;
    this.#numbers = new Set(from < 0 ? [number] : order.slice(Math.min(from, to), Math.max(from, to) + 1));
    this.#anchor = anchor;
    this.#tell();
  }

  /**
   * Choose one as a click or a key asks for it: besides others with ctrl, up to it with shift.
   * @param {number} number
   * @param {number[]} order
   * @param {{shiftKey: boolean, ctrlKey: boolean, metaKey: boolean}} keys
   */
  take(number, order, { shiftKey, ctrlKey, metaKey }) {
    if (shiftKey) this.extend(order, number);
    else if (ctrlKey || metaKey) this.toggle(number);
    else this.only([number]);
  }

  /**
   * Forget those that are gone.
   * @param {(number: number) => boolean} isThere
   */
  keep(isThere) {
    const left = this.numbers.filter(isThere);
    if (left.length !== this.size) this.only(left);
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
