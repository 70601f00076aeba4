// Calls of the API.

import { meta } from "./page.js";
import { said, t } from "./words.js";

export const API = "/api/v1";
export const csrf = () => meta("csrf");

/** @type {{here: (() => Promise<void>) | null}} how one logs in again on pages that are not to be left for that */
const loggingIn = { here: null };

/**
 * Have it asked here who is there when a session has ended, instead of on the page for that.
 * @param {() => Promise<void>} ask settled once somebody has logged in
 */
export const stayHere = (ask) => (loggingIn.here = ask);

/**
 * Log in, or with null take up the session that was begun in another tab; an Error if that fails.
 * @param {{name: string, password: string} | null} who
 */
export async function renewCsrf(who) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${API}/session`, who ? { method: "POST", headers, body: JSON.stringify(who) } : {});
  if (!answer.ok) throw await problemOf(answer);
  const session = await answer.json();
  document.querySelector("meta[name=csrf]")?.setAttribute("content", session.csrf);
}

/** @typedef {{method?: string, body?: unknown, bytes?: Blob, headers?: Record<string, string>, signal?: AbortSignal}} About */

/**
 * The answer of the API to a call, read as JSON; an Error with the problem's words if it is one.
 * @param {string} path
 * @param {About} [about]
 * @returns {Promise<any>}
 */
export async function call(path, about) {
  const answer = await ask(path, about);
  return answer.status === 204 ? null : answer.json();
}

/**
 * The answer of the API to a call; an Error with the problem's words if it is one.
 * @param {string} path
 * @param {About} about
 */
export async function ask(path, { method = "GET", body, bytes, headers = {}, signal } = {}) {
  const answer = await fetch(API + path, {
    method,
    signal,
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(method === "GET" ? {} : { "X-CSRF-Token": csrf() }),
      ...headers,
    },
    body: bytes ?? (body === undefined ? undefined : JSON.stringify(body)),
  });
  if (answer.ok) return answer;
  const isOut = answer.status === 401 || (answer.status === 403 && (await isOfAnotherSession(answer)));
  if (isOut && loggingIn.here) {
    await loggingIn.here();
    return ask(path, { method, body, bytes, headers, signal });
  }
  if (answer.status === 401 && location.pathname !== "/login") logIn();
  throw await problemOf(answer);
}

/**
 * Whether this page's token is of a session that has ended: another one was begun in another tab.
 * @param {Response} answer
 */
async function isOfAnotherSession(answer) {
  const told = await answer.clone().json().catch(() => ({}));
  return told.type === "urn:passerby:SessionTokenError";
}

/** Go to the page where one logs in, and from there back to this one. */
function logIn() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}${location.hash}`);
}

/**
 * The Error that an answer stands for.
 * @param {Response} answer
 */
export async function problemOf(answer) {
  /** @type {{detail?: string, title?: string}} */
  let told = {};
  try {
    told = await answer.json();
  } catch {
    told = { detail: t("the server answered {status}", { status: String(answer.status) }) };
  }
  return problem(said(told.detail ?? told.title ?? ""), answer.status);
}

/**
 * An Error with the status of an answer.
 * @param {string} message
 * @param {number} status
 */
export const problem = (message, status) => Object.assign(new Error(message), { status });
