// The elements of a page: those that it has, those that are made, and what is said in passing.

import { t } from "./words.js";

/** @typedef {Node | string | null | undefined | false} Child what `make` takes: nothing comes of null and false */

/**
 * The element of this page with an id; an Error where there is none.
 * @template {keyof PageElements} K
 * @param {K} id
 */
export function at(id) {
  const found = maybe(id);
  if (!found) throw new Error(`this page has no element with the id ${id}`);
  return found;
}

/**
 * The same; null where there is none, as on pages for those who may do less.
 * @template {keyof PageElements} K
 * @param {K} id
 */
export const maybe = (id) => /** @type {HTMLElementTagNameMap[PageElements[K]] | null} */ (document.getElementById(id));

/**
 * The first element of a tag within another; an Error where there is none.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {ParentNode} place
 * @param {T} tag
 * @param {string} more what else the selector says of it
 */
export function part(place, tag, more = "") {
  const found = /** @type {HTMLElementTagNameMap[T] | null} */ (place.querySelector(tag + more));
  if (!found) throw new Error(`this page has no ${tag}${more} there`);
  return found;
}

/**
 * All elements of a tag within another.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {ParentNode} place
 * @param {T} tag
 * @param {string} more what else the selector says of them
 */
export const parts = (place, tag, more = "") =>
  /** @type {HTMLElementTagNameMap[T][]} */ ([...place.querySelectorAll(tag + more)]);

/**
 * The control of a form that has a name.
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/**
 * An element: `make("a", {href: "/", class: "x", onclick: f, dataset: {…}}, "text", child, …)`.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} attributes
 * @param {Child[]} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "style") Object.assign(element.style, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

/**
 * `1:02:03.4` for seconds; tenths where they are asked for.
 * @param {number} seconds
 */
export function timecode(seconds, digits = 0) {
  const scale = 10 ** digits;
  const whole = Math.floor(seconds * scale + 1e-6);
  const s = Math.floor(whole / scale);
  const rest = digits ? `.${String(whole % scale).padStart(digits, "0")}` : "";
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(s / 3600);
  return (hours ? `${hours}:${two(Math.floor(s / 60) % 60)}` : `${Math.floor(s / 60)}`) + `:${two(s % 60)}${rest}`;
}

const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex='0']";

/** @type {(place: Element) => HTMLElement[]} */
const focusable = (place) => /** @type {HTMLElement[]} */ ([...place.querySelectorAll(FOCUSABLE)]).filter((each) => each.checkVisibility());
/** @type {(element: Element) => string} */
const nameOf = (element) => `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent}`;

/**
 * Put other children into a place; who was at one of the old stays at the one of the same name, or the next one, or here.
 * @param {Element} place
 * @param {(Node | string)[]} children
 */
export function refill(place, ...children) {
  const held = document.activeElement;
  const number = held && place.contains(held) ? focusable(place).findIndex((each) => each === held) : -1;
  const name = number < 0 || !held ? "" : nameOf(held);
  place.replaceChildren(...children);
  if (number >= 0 && !place.contains(document.activeElement)) focusNear(place, number, name);
}

/**
 * Focus what has a name in a place, or what stands at a number, or the heading of the place.
 * @param {Element} place
 * @param {number} number
 * @param {string} name
 */
function focusNear(place, number, name) {
  const now = focusable(place);
  const found = now.find((each) => nameOf(each) === name) ?? now[Math.min(number, now.length - 1)];
  if (found) found.focus();
  else focusOn(place.closest("section")?.querySelector("h1, h2") ?? place);
}

/**
 * Focus what is no control: a heading, say.
 * @param {Element} element
 */
export function focusOn(element) {
  if (!(element instanceof HTMLElement)) return;
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus();
}

/**
 * Say something for a while; errors, and what offers something to do, stay for longer. Each can be closed before, and may
 * offer to undo what it tells, or lead to what is mostly done next. Of what is no error the latest three stay.
 * @param {unknown} text
 * @param {(() => unknown) | null} undo
 * @param {HTMLAnchorElement | null} onwards
 */
export function toast(text, bad = false, undo = null, onwards = null) {
  const close = make("button", { type: "button", class: "plain", "aria-label": t("Close this message"), onclick: () => message.remove() }, "×");
  const back = undo && make("button", { type: "button", class: "second small", onclick: () => {
    message.remove();
    trying(async () => undo());
  } }, t("Undo"));
  const message = make("div", { class: bad ? "bad" : "" }, make("span", {}, String(text)), make("span", { class: "row" }, onwards, back, close));
  at("toasts").append(message);
  const hasFocus = (/** @type {Element} */ one) => one.contains(document.activeElement);
  for (const old of [...at("toasts").querySelectorAll(":scope > :not(.bad)")].slice(0, -3)) hasFocus(old) || old.remove();
  setTimeout(() => hasFocus(message) || message.remove(), bad || undo || onwards ? 12000 : 5000);
}

/**
 * Run `work`, and tell what went wrong with it.
 * @template T
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T | undefined>}
 */
export async function trying(work) {
  try {
    return await work();
  } catch (error) {
    if (error.name !== "AbortError") toast(error.message, true);
    return undefined;
  }
}

/**
 * What a page tells its scripts by an element in its head.
 * @param {string} name
 */
export const meta = (name) => document.querySelector(`meta[name=${name}]`)?.getAttribute("content") ?? "";

/**
 * Whether whoever is logged in may do what the scope stands for.
 * @param {string} scope
 */
export const may = (scope) => meta("scopes").split(" ").includes(scope);
