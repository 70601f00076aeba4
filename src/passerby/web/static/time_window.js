// The stretch of a video that lanes show, and where in it a time is.

const CLOSEST = 0.5; // seconds across, at the nearest

export class TimeWindow {
  width = 1; // pixels

  /**
   * @param {number} duration
   * @param {() => void} onMove
   */
  constructor(duration, onMove) {
    this.duration = duration;
    this.onMove = onMove;
    this.start = 0;
    this.end = duration;
  }

  get length() {
    return this.end - this.start;
  }

  get isWhole() {
    return this.length >= this.duration;
  }

  /** @param {number} time */
  xOf(time) {
    return ((time - this.start) / this.length) * this.width;
  }

  /** @param {number} x */
  timeOf(x) {
    return this.start + (x / this.width) * this.length;
  }

  /**
   * @param {number} start
   * @param {number} length
   */
  move(start, length) {
    const across = Math.min(Math.max(length, Math.min(CLOSEST, this.duration)), this.duration);
    this.start = Math.min(Math.max(start, 0), this.duration - across);
    this.end = this.start + across;
    this.onMove();
  }

  /**
   * Move by so many pixels.
   * @param {number} pixels
   */
  shift(pixels) {
    this.move(this.start + (pixels / this.width) * this.length, this.length);
  }

  /**
   * @param {number} factor of the length
   * @param {number} around the time that stays where it is; the middle, if it is not seen
   */
  zoom(factor, around) {
    const inside = around >= this.start && around <= this.end ? around : this.start + this.length / 2;
    this.move(inside - (inside - this.start) * factor, this.length * factor);
  }
}
