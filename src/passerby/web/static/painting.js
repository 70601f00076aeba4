// How boxes, paths and what is hidden are painted over the picture. Coordinates are pixels of the canvas.

const HIDDEN = "#ffd34d";
const SHOWN = "#7df0b4";
const FILL = "#000";

/** @typedef {CanvasRenderingContext2D} Pen */

/**
 * Fill places as the copy does: boxes, or the ellipses that lie on them.
 * @param {Pen} pen
 * @param {HiddenShapes} hidden
 * @param {number} factor
 */
export function fill(pen, { shape, boxes }, factor) {
  pen.fillStyle = FILL;
  for (const box of boxes) {
    const [x1, y1, x2, y2] = box.map((side) => side * factor);
    if (shape === "box") pen.fillRect(Math.floor(x1), Math.floor(y1), Math.ceil(x2) - Math.floor(x1), Math.ceil(y2) - Math.floor(y1));
    else {
      pen.beginPath();
      pen.ellipse((x1 + x2) / 2, (y1 + y2) / 2, (x2 - x1) / 2, (y2 - y1) / 2, 0, 0, 2 * Math.PI);
      pen.fill();
    }
  }
}

/**
 * Cover the whole picture, and say why.
 * @param {Pen} pen
 * @param {string} text
 * @param {number} scale
 */
export function cover(pen, text, scale) {
  const { width, height } = pen.canvas;
  pen.fillStyle = "#15191a";
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "#e9e7e1";
  pen.font = `${16 * scale}px system-ui`;
  pen.textAlign = "center";
  pen.fillText(text, width / 2, height / 2, width);
  pen.textAlign = "start";
}

/**
 * Darken a picture that is not the one of this time.
 * @param {Pen} pen
 */
export function veil(pen) {
  pen.fillStyle = "rgb(0 0 0 / .5)";
  pen.fillRect(0, 0, pen.canvas.width, pen.canvas.height);
}

/**
 * Fill boxes in a picture in which they are not hidden yet.
 * @param {Pen} pen
 * @param {Box[]} boxes
 */
export function mask(pen, boxes) {
  pen.fillStyle = FILL;
  for (const [x1, y1, x2, y2] of boxes) pen.fillRect(x1, y1, x2 - x1, y2 - y1);
}

/**
 * The outline of a track's box, with its number.
 * @param {Pen} pen
 * @param {Track} track
 * @param {Box} box
 * @param {boolean} isChosen
 * @param {number} scale
 */
export function outline(pen, { number, hidden }, [x1, y1, x2, y2], isChosen, scale) {
  pen.setLineDash(hidden ? [] : [6 * scale, 5 * scale]);
  stroke(pen, [x1, y1, x2, y2], "#000", (isChosen ? 4 : 2) * scale);
  stroke(pen, [x1, y1, x2, y2], hidden ? HIDDEN : SHOWN, (isChosen ? 2 : 1) * scale);
  pen.setLineDash([]);
  pen.font = `${13 * scale}px system-ui`;
  pen.lineWidth = 3 * scale;
  pen.strokeStyle = "#000";
  const [x, y] = y1 > 18 * scale ? [x1, y1 - 5 * scale] : [x1 + 4 * scale, y1 + 14 * scale]; // above it, if there is room
  pen.strokeText(String(number), x, y);
  pen.fillStyle = "#fff";
  pen.fillText(String(number), x, y);
}

/**
 * A box that is being drawn or moved.
 * @param {Pen} pen
 * @param {Box} box
 * @param {string} colour
 * @param {number} width
 */
export function stroke(pen, [x1, y1, x2, y2], colour, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.strokeRect(x1, y1, x2 - x1, y2 - y1);
}

/**
 * The corners of a box that can be taken hold of.
 * @param {Pen} pen
 * @param {Box} box
 * @param {number} reach
 */
export function handles(pen, [x1, y1, x2, y2], reach) {
  pen.fillStyle = "#fff";
  for (const [x, y] of [[x1, y1], [x2, y1], [x1, y2], [x2, y2]]) {
    pen.fillRect(x - reach, y - reach, 2 * reach, 2 * reach);
    stroke(pen, [x - reach, y - reach, x + reach, y + reach], "#000", 1);
  }
}

/**
 * The way of the middle of a box over time, with a dot for each point in time.
 * @param {Pen} pen
 * @param {Box[]} boxes
 * @param {number} scale
 */
export function path(pen, boxes, scale) {
  const middles = boxes.map(([x1, y1, x2, y2]) => [(x1 + x2) / 2, (y1 + y2) / 2]);
  for (const { colour, width } of [{ colour: "#000", width: 4 }, { colour: HIDDEN, width: 2 }]) {
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = width * scale;
    pen.beginPath();
    for (const [x, y] of middles) pen.lineTo(x, y);
    pen.stroke();
    for (const [x, y] of middles) {
      pen.beginPath();
      pen.arc(x, y, (width + 1) * scale, 0, 2 * Math.PI);
      pen.fill();
    }
  }
}
