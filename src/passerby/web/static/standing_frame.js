// The frame that stands still, as the copy will show it: asked of the server whenever it is another one.

export class StandingFrame {
  /** @type {{key: string, time: number, begins: number, url: string} | null} */
  #shown = null;
  #failed = ""; // the key of one that could not be made
  #isLoading = false;

  /**
   * @param {HTMLImageElement} picture
   * @param {import("./preview.js").Preview} preview
   * @param {() => {key: string, time: number}} wanted which frame is wanted: its time, and what tells it from others
   */
  constructor(picture, preview, wanted) {
    this.picture = picture;
    this.preview = preview;
    this.wanted = wanted;
    picture.removeAttribute("src");
  }

  /** When the frame that is wanted begins; null while it is not there. */
  get begins() {
    return this.isFresh ? this.#shown?.begins ?? null : null;
  }

  get isFresh() {
    return this.#shown?.key === this.wanted().key;
  }

  /** Whether there is any frame, be it that which is wanted or another. */
  get isThere() {
    return this.#shown !== null;
  }

  /**
   * Whether the frame that is shown is of this time, be it of an earlier state of the plan.
   * @param {number} time
   */
  isOf(time) {
    return this.#shown?.time === time;
  }

  get hasFailed() {
    return this.#failed === this.wanted().key;
  }

  /**
   * Have the frame that is wanted made and shown, for as long as one is (`goesOn()`); what is wanted meanwhile is too.
   * @param {() => boolean} goesOn
   */
  async load(goesOn) {
    if (this.#isLoading) return; // what it comes to be about is looked at when it is done
    this.#isLoading = true;
    while (!this.isFresh && !this.hasFailed && goesOn()) await this.#loadOne(this.wanted());
    this.#isLoading = false;
  }

  /** @param {{key: string, time: number}} wanted */
  async #loadOne({ key, time }) {
    try {
      const made = await this.preview.frame(time);
      const picture = new Image();
      picture.src = made.url;
      await picture.decode();
      this.close();
      this.#shown = { key, time, ...made };
      this.picture.src = made.url;
      await this.picture.decode();
    } catch (error) {
      this.#failed = key;
      this.preview.onFault(error);
    }
  }

  /** Give the picture that is shown back to the browser. */
  close() {
    if (this.#shown) URL.revokeObjectURL(this.#shown.url);
  }
}
