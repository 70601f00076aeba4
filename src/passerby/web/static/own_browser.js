// What somebody has chosen for this browser alone. It stays here: the server does not know of it.

/** @typedef {"single-keys" | "notices"} OwnChoice */

/** @type {Record<OwnChoice, boolean>} */
const USUAL = { "single-keys": true, notices: false };

const nameOf = (/** @type {OwnChoice} */ choice) => `passerby ${choice}`;

/** @param {OwnChoice} choice */
export function isChosen(choice) {
  try {
    const kept = localStorage.getItem(nameOf(choice));
    return kept === null ? USUAL[choice] : kept === "yes";
  } catch { // a browser that keeps nothing
    return USUAL[choice];
  }
}

/**
 * @param {OwnChoice} choice
 * @param {boolean} is
 */
export const choose = (choice, is) => localStorage.setItem(nameOf(choice), is ? "yes" : "no");

/**
 * Whether a key is a sign alone, which does something only where that is wanted: who speaks to a computer presses such
 * keys without meaning to (WCAG 2.1.4).
 * @param {KeyboardEvent} event
 */
export const isUnwanted = (event) => event.key.length === 1 && event.key !== " " && !isChosen("single-keys");
