// What the pages say: each sentence is written in English where it is said, and is the key of its translation.

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Translation one for each form of the number, where a sentence counts */
/** @typedef {{sentences: Record<string, Translation>, answers: Record<string, string>}} Translated */

export const LANGUAGE = document.documentElement.lang || "en";
const ENGLISH = LANGUAGE === "en";

/** @type {Translated} */
const { sentences, answers } = ENGLISH
  ? { sentences: {}, answers: {} }
  : await fetch(new URL(`languages/${LANGUAGE}.json`, import.meta.url)).then((answer) => answer.json());

const numbers = new Intl.NumberFormat(LANGUAGE);
const plurals = new Intl.PluralRules(LANGUAGE);
const HOLE = /\{(\w+)\}/g;

/**
 * A number as the reader writes it.
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
export const number = (value, options) => (options ? new Intl.NumberFormat(LANGUAGE, options) : numbers).format(value);

/**
 * Words in a row: "one, two, and three".
 * @param {string[]} words
 */
export const listed = (words) => new Intl.ListFormat(LANGUAGE).format(words);

/**
 * A moment as the reader's own clock and calendar have it.
 * @param {Date} when
 * @param {Intl.DateTimeFormatOptions} options
 */
export const dated = (when, options) => new Intl.DateTimeFormat(LANGUAGE, options).format(when);

/**
 * A sentence, with its {holes} filled; numbers are written as the reader writes them.
 * @param {string} sentence
 * @param {Record<string, string | number>} fill
 */
export const t = (sentence, fill = {}) => filled(oneOf(sentences[sentence]) || sentence, fill);

/**
 * A sentence about a number of things: `{count}` is the number. Its translation is found by the form for many.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Record<string, string | number>} fill
 */
export function tn(one, many, count, fill = {}) {
  const known = sentences[many];
  const english = count === 1 ? one : many;
  const sentence = typeof known === "object" ? known[plurals.select(count)] ?? known.other : known;
  return filled(sentence || english, { count, ...fill });
}

/**
 * A sentence with elements in its holes, as what `make` takes.
 * @param {string} sentence
 * @param {Record<string, Node | string | number>} fill
 * @returns {(Node | string)[]}
 */
export function te(sentence, fill) {
  const known = oneOf(sentences[sentence]) || sentence;
  return known.split(/(\{\w+\})/).map((piece) => {
    const value = fill[/^\{(\w+)\}$/.exec(piece)?.[1] ?? ""];
    return value === undefined ? piece : value instanceof Node ? value : written(value);
  });
}

/**
 * A sentence that the server has said, in the language of the page, if it is one that is known.
 * @param {string} sentence
 * @returns {string}
 */
export function said(sentence) {
  const known = answers[sentence];
  if (known || ENGLISH || !sentence) return known ?? sentence;
  for (const [key, translation] of Object.entries(answers)) {
    const found = patternOf(key)?.exec(sentence);
    if (found) return filled(translation, Object.fromEntries([...key.matchAll(HOLE)].map(([, name], n) => [name, said(found[n + 1])])));
  }
  return sentence;
}

/** @type {Map<string, RegExp | null>} */
const patterns = new Map();

/**
 * What a sentence with holes looks like; null if it has none.
 * @param {string} key
 */
function patternOf(key) {
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const pieces = key.split(/\{\w+\}/).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const made = pieces.length > 1 ? new RegExp(`^${pieces.join("(.+?)")}$`, "s") : null;
  patterns.set(key, made);
  return made;
}

/** @type {(translation: Translation | undefined) => string | undefined} */
const oneOf = (translation) => (typeof translation === "object" ? translation.other : translation);

/** @type {(value: string | number) => string} */
const written = (value) => (typeof value === "number" ? number(value) : value);

/** @type {(sentence: string, fill: Record<string, string | number>) => string} */
const filled = (sentence, fill) => sentence.replace(HOLE, (hole, name) => (name in fill ? written(fill[name]) : hole));
