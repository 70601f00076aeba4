// What the pages say: each sentence is written in English where it is said, and is the key of its translation.

/**
 * A sentence, with its {holes} filled.
 * @param {string} sentence
 * @param {Record<string, string | number>} fill
 */
export const t = (sentence, fill = {}) => sentence.replace(/\{(\w+)\}/g, (hole, name) => String(fill[name] ?? hole));

/**
 * A sentence about a number of things: `{count}` is the number.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Record<string, string | number>} fill
 */
export const tn = (one, many, count, fill = {}) => t(count === 1 ? one : many, { count, ...fill });
