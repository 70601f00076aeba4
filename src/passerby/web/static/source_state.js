// How a watched source is, in words.

import { number, t, tn } from "./words.js";
import { sizeOf } from "./work.js";

/** @type {Record<WatchedState["status"], string>} */
const SHORT = {
  watching: t("live"), connecting: t("connecting"), stalled: t("stands still"), lost: t("lost"), refused: t("refused"), stopped: t("stopped"), unwatched: t("not watched"),
};

/** @type {Record<WatchedState["status"], string>} */
const LONG = {
  watching: "",
  connecting: t("The connection is being made."),
  stalled: t("The picture stands still."),
  lost: t("The connection is lost; it is tried again and again."),
  refused: t("The source lets nobody in: its address or its login is not right, or it has no video."),
  stopped: t("Watching was stopped."),
  unwatched: t("Nothing watches this source now."),
};

/** What is left out when there is too much to do, as the server names it.
 * @type {Record<string, string>} */
const PAUSED = {
  things: t("things that are not hidden are not looked for"), preview: t("the picture here stands still"),
  "half of the pictures": t("half of the pictures are left out"), looking: t("nothing is looked at, so that all is hidden whole"),
};

/** @param {WatchedState} state */
export const shortOf = ({ status }) => SHORT[status];

/**
 * Why a picture is not what is there now, or shows nothing, and what was said of it, each in a line; "" where it does.
 * @param {WatchedState} state
 */
export const reasonOf = ({ status, message, paused }) => [LONG[status] || crowdedOut(paused), message].filter(Boolean).join("\n");

/**
 * What is seen of there being too much to do; "" for nothing.
 * @param {string[]} paused
 */
function crowdedOut(paused) {
  if (paused.includes("looking")) return t("Too much to do: nothing is looked at, and all is hidden whole.");
  return paused.includes("preview") ? t("Too much to do: the picture here stands still.") : "";
}

/** @param {WatchedState} state */
export const isLive = ({ status }) => status === "watching";

/** @type {(value: number, digits?: number) => string} */
const seconds = (value, digits = 1) => number(value, { style: "unit", unit: "second", unitDisplay: "long", maximumFractionDigits: digits });

/**
 * What there is to say of a source's health: names with their values.
 * @param {WatchedSource} source
 * @returns {[string, string][]}
 */
export function healthOf({ state }) {
  if (!state.wall) return [[t("State"), LONG.unwatched]];
  /** @type {[string, string][]} */
  const lines = [
    [t("State"), shortOf(state)],
    [t("Picture"), state.size[0] ? t("{width} × {height} pixels", { width: String(state.size[0]), height: String(state.size[1]) }) : t("not known")],
    [t("Frames a second"), number(state.rate, { maximumFractionDigits: 1 })],
    [t("Until it is hidden"), seconds(state.lag)],
    [t("Between two looks"), seconds(state.look_interval, 2)],
    [t("Frames left out"), number(state.dropped)],
    [t("Hidden whole, unlooked"), seconds(state.unlooked)],
    [t("Connected anew"), tn("once", "{count} times", state.reconnects)],
    [t("On the disk"), sizeOf(state.recorded_bytes)],
  ];
  const paused = state.paused.map((each, index) => `${index + 1}. ${PAUSED[each] ?? each}`).join("; ");
  return [...lines, [t("Left out for want of time"), paused || t("nothing")]];
}
