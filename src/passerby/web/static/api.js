// Calls of the API.

import { meta } from "./page.js";
import { said, t } from "./words.js";

export const API = "/api/v1";
export const csrf = () => meta("csrf");

/** @typedef {{method?: string, body?: unknown, headers?: Record<string, string>, signal?: AbortSignal}} About */

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
export async function ask(path, { method = "GET", body, headers = {}, signal } = {}) {
  const answer = await fetch(API + path, {
    method,
    signal,
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(method === "GET" ? {} : { "X-CSRF-Token": csrf() }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status === 401 && location.pathname !== "/login") logIn();
  if (!answer.ok) throw await problemOf(answer);
  return answer;
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
