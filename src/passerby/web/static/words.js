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
 * A sentence that the server has said, in the language of the page, if it is one that is known. ``Language.retell`` of
 * languages.py does the same for pages without scripts.
 * @param {string} sentence
 * @returns {string}
 */
export function said(sentence) {
  const known = answers[sentence];
  if (known || ENGLISH || !sentence) return known ?? sentence;
  return filledAnswer(sentence, false) ?? saidAfterHead(sentence) ?? saidInPieces(sentence, "; ") ?? filledAnswer(sentence, true) ?? sentence;
}

/**
 * The answer that a sentence is, its holes filled; of those that begin with a hole, or of the others.
 * @param {string} sentence
 * @param {boolean} isOpen
 */
function filledAnswer(sentence, isOpen) {
  for (const [key, pattern] of patterns()) {
    const found = key.startsWith("{") === isOpen && pattern.exec(sentence);
    if (found) return filled(answers[key], Object.fromEntries([...key.matchAll(HOLE)].map(([, name], n) => [name, saidInHole(found[n + 1])])));
  }
}

/**
 * What a word that is known says of what follows its colon.
 * @param {string} sentence
 */
function saidAfterHead(sentence) {
  const [head, ...more] = sentence.split(": ");
  const rest = more.join(": ");
  return more.length && answers[head] && saidInHole(rest) !== rest ? `${answers[head]}: ${saidInHole(rest)}` : undefined;
}

/**
 * @param {string} sentence
 * @param {string} mark
 */
const saidInPieces = (sentence, mark) => (sentence.includes(mark) ? sentence.split(mark).map(saidInHole).join(mark) : undefined);

/**
 * What stands in a hole: a list is said piece by piece, and of "3 faces" the word.
 * @param {string} words
 * @returns {string}
 */
function saidInHole(words) {
  const whole = said(words);
  if (whole !== words) return whole;
  const [, count, what] = /^(\d+) (\S+)$/.exec(words) ?? [];
  return what ? `${count} ${said(what)}` : saidInPieces(words, ", ") ?? words;
}

/** @type {[string, RegExp][] | null} */
let shapes = null;

/** What answers with holes look like, those that say most of themselves first: a hole takes anything. */
function patterns() {
  const own = (/** @type {string} */ key) => key.replace(HOLE, "").length;
  return (shapes ??= Object.keys(answers).filter((key) => key.search(HOLE) >= 0).sort((one, other) => own(other) - own(one)).map((key) => {
    const pieces = key.split(/\{\w+\}/).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return [key, new RegExp(`^${pieces.join("(.+?)")}$`, "s")];
  }));
}

/** @type {(translation: Translation | undefined) => string | undefined} */
const oneOf = (translation) => (typeof translation === "object" ? translation.other : translation);

/** @type {(value: string | number) => string} */
const written = (value) => (typeof value === "number" ? number(value) : value);

/** @type {(sentence: string, fill: Record<string, string | number>) => string} */
const filled = (sentence, fill) => sentence.replace(HOLE, (hole, name) => (name in fill ? written(fill[name]) : hole));
