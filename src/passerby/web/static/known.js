// What is known of a video, as spans of time with labels.

import { t, tn } from "./words.js";
/** @typedef {{label: string, own?: boolean}} Label of a moment; `own`: somebody has given it */

/** @type {(video: VideoDocument) => LabelledSpan[]} */
export const shotsOf = ({ shots = [] }) => shots.map((shot, n) => ({ ...shot, label: t("shot {number}", { number: n + 1 }) }));

/** @type {(video: VideoDocument) => LabelledSpan[]} */
export const textOf = ({ text = [] }) => text.map((each) => ({ ...each, label: each.text }));

/** @type {(video: VideoDocument) => LabelledSpan[]} */
export const speechOf = ({ speech = [] }) => speech.map((each) => ({ ...each, label: each.text }));

/** @type {(video: VideoDocument) => LabelledSpan[]} */
export const fittingTags = (video) => (video.tags ?? []).filter((tag) => !isRejected(video, tag));

/** @type {(video: VideoDocument) => LabelledSpan[]} */
export const fittingObjects = (video) => (video.objects ?? []).filter((each) => !isRejected(video, each));

/** @type {(video: VideoDocument) => LabelledSpan[]} */
export const chaptersOf = ({ chapters = [] }) => chapters.map(({ name, start, end }) => ({ start, end, label: name }));

/**
 * How many people are seen at each time, with how much of the most that is: numbers, and nothing else of them.
 * @param {VideoDocument} video
 * @returns {LabelledSpan[]}
 */
export function countsOf({ people, duration }) {
  const counts = people?.counts ?? [];
  const spans = counts.map(({ time, people: count }, n) => ({
    start: time, end: counts[n + 1]?.time ?? duration, label: tn("{count} person at once", "{count} people at once", count), share: count / (people?.max_at_once || 1),
  }));
  return spans.filter(({ share }) => share > 0);
}

/**
 * How many people are seen, as spans of the same number: numbers, and nothing else of them.
 * @param {VideoDocument} video
 * @returns {LabelledSpan[]}
 */
export function peopleOf({ moments = [] }) {
  /** @type {(Span & {people: number})[]} */
  const spans = [];
  for (const { start, end, people = 0 } of moments) {
    const last = spans[spans.length - 1];
    if (last && last.people === people && last.end === start) last.end = end;
    else spans.push({ start, end, people });
  }
  return spans.filter(({ people }) => people > 0).map(({ start, end, people }) => ({ start, end, label: tn("{count} person at once", "{count} people at once", people) }));
}

/**
 * Whether people have said that a label does not fit somewhere in its span.
 * @type {(video: VideoDocument, tag: LabelledSpan) => boolean}
 */
const isRejected = ({ notes = [] }, { label, start, end }) =>
  notes.some((each) => each.rejected && each.label === label && each.start < end && each.end > start);

/**
 * Labels of a moment: people's own, and those of the models that nobody has rejected.
 * @param {VideoDocument} video
 * @param {Span} moment
 */
export function labelsOf(video, moment) {
  const meets = (/** @type {Span} */ each) => each.start < moment.end && each.end > moment.start;
  /** @type {Map<string, Label>} */
  const found = new Map();
  for (const each of video.notes ?? []) if (!each.rejected && meets(each)) found.set(each.label, { label: each.label, own: true });
  for (const each of [...fittingTags(video), ...fittingObjects(video)]) if (meets(each) && !found.has(each.label)) found.set(each.label, { label: each.label });
  return [...found.values()];
}

/**
 * `[label, spans]`, the most frequent label first.
 * @param {LabelledSpan[]} objects
 */
function byLabel(objects) {
  /** @type {Map<string, LabelledSpan[]>} */
  const found = new Map();
  for (const each of objects) found.set(each.label, [...(found.get(each.label) ?? []), each]);
  return [...found].sort((one, other) => other[1].length - one[1].length);
}

const MOST_ROWS = 3;

/**
 * Spans in rows, so that what is at one time does not hide what else is; in the last row are all that are left.
 * @param {LabelledSpan[]} spans
 */
function rowsOf(spans) {
  /** @type {LabelledSpan[][]} */
  const rows = [];
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    const free = rows.find((row) => row[row.length - 1].end <= span.start);
    if (free) free.push(span);
    else if (rows.length < MOST_ROWS) rows.push([span]);
    else rows[MOST_ROWS - 1].push(span);
  }
  return rows;
}

const FEW = 4; // lanes of objects that are shown while they are folded

/**
 * The lanes of a video, those of many kinds of objects `unfolded` or not; and how many lanes that folds.
 * @param {VideoDocument} video
 * @param {boolean} unfolded
 */
export function lanesOf(video, unfolded) {
  const objects = byLabel(fittingObjects(video));
  const given = (video.notes ?? []).filter((each) => !each.rejected);
  /** @type {import("./lane_painting.js").Lane[]} */
  const lanes = [
    { name: t("Chapters"), colour: "--accent", spans: chaptersOf(video), alternate: true, written: true },
    { name: t("Shots"), colour: "--lane-shots", spans: shotsOf(video), alternate: true },
    ...objects.slice(0, unfolded ? undefined : FEW).map(([name, spans]) => ({ name, colour: "--lane-objects", spans })),
    { name: t("People"), colour: "--lane-people", spans: countsOf(video), graph: true },
    ...rowsOf(textOf(video)).map((spans, row) => ({ name: row ? "" : t("Text"), colour: "--lane-text", spans, written: true })),
    { name: t("Speech"), colour: "--lane-speech", spans: speechOf(video), written: true },
    { name: t("Tags"), colour: "--lane-tags", spans: fittingTags(video), written: true },
    { name: t("Notes"), colour: "--accent", spans: given, written: true },
  ];
  return { lanes: lanes.filter((lane) => lane.spans.length), folded: objects.length - FEW };
}

/**
 * The same as lists, by their names.
 * @type {(video: VideoDocument) => import("./lists.js").NamedList[]}
 */
export const listsOf = (video) => [
  [t("Shots"), shotsOf(video)],
  [t("Objects"), fittingObjects(video), true],
  [t("People, by their number"), peopleOf(video)],
  [t("Text on screen"), textOf(video)],
  [t("Speech"), speechOf(video)],
  [t("Tags"), fittingTags(video), true],
  [t("Notes of people"), (video.notes ?? []).map((each) => ({ ...each, label: each.rejected ? t("not: {label}", { label: each.label }) : each.label }))],
];
