// The path of what is in a box, as the server follows it.

const LENGTH = "length"; // why a path goes no further: it is as long as one may be, and one can follow on

/** @typedef {(time: number, box: Box) => Promise<FollowedPath>} Ask */

/**
 * The path of a box to both ends of its shot, asked for piece by piece while it is `wanted()`.
 * @param {Ask} ask
 * @param {number} time
 * @param {Box} box
 * @param {() => boolean} wanted
 */
export async function wholePath(ask, time, box, wanted) {
  const middle = await ask(time, box);
  let { boxes } = middle;
  let [first, last] = middle.known;
  for (let piece = middle; piece.ends === LENGTH && wanted(); ) {
    const from = boxes[boxes.length - 1];
    piece = await ask(from.time, from.box);
    if (last >= from.time) last = piece.known[1];
    boxes = [...boxes, ...piece.boxes.filter((point) => point.time > from.time)];
  }
  for (let piece = middle; piece.starts === LENGTH && wanted(); ) {
    const from = boxes[0];
    piece = await ask(from.time, from.box);
    if (first <= from.time) first = piece.known[0];
    boxes = [...piece.boxes.filter((point) => point.time < from.time), ...boxes];
  }
  return { boxes, known: [first, last] };
}

/**
 * A box in whole pixels within the picture.
 * @type {(box: Box, width: number, height: number) => Box}
 */
export const whole = ([x1, y1, x2, y2], w, h) => {
  const [left, top] = [Math.min(Math.max(Math.floor(x1), 0), w - 1), Math.min(Math.max(Math.floor(y1), 0), h - 1)];
  return [left, top, Math.max(Math.min(Math.ceil(x2), w), left + 1), Math.max(Math.min(Math.ceil(y2), h), top + 1)];
};
