// Calls of the API, and small helpers that every page uses.

export const API = "/api/v1";
const meta = (name) => document.querySelector(`meta[name=${name}]`)?.content ?? "";

/** Whether whoever is logged in may do what the scope stands for. */
export const may = (scope) => meta("scopes").split(" ").includes(scope);

/** The answer of the API to a call, read as JSON; an Error with the problem's words if it is one. */
export async function call(path, about) {
  const answer = await ask(path, about);
  return answer.status === 204 ? null : answer.json();
}

/** The answer of the API to a call; an Error with the problem's words if it is one. */
export async function ask(path, { method = "GET", body, headers = {}, signal } = {}) {
  const answer = await fetch(API + path, {
    method,
    signal,
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(method === "GET" ? {} : { "X-CSRF-Token": meta("csrf") }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status === 401 && location.pathname !== "/login") location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}${location.hash}`);
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

/** The Error that an answer stands for. */
export async function problemOf(answer) {
  let told = {};
  try {
    told = await answer.json();
  } catch {
    told = { detail: `the server answered ${answer.status}` };
  }
  const error = new Error(told.detail ?? told.title);
  error.status = answer.status;
  return error;
}

export const csrf = () => meta("csrf");

/** An element: `make("a", {href: "/", class: "x", onclick: f, dataset: {…}}, "text", child, …)`. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "style") Object.assign(element.style, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** `1:02:03.4` for seconds; tenths where they are asked for. */
export function timecode(seconds, digits = 0) {
  const scale = 10 ** digits;
  const whole = Math.floor(seconds * scale + 1e-6);
  const s = Math.floor(whole / scale);
  const rest = digits ? `.${String(whole % scale).padStart(digits, "0")}` : "";
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(s / 3600);
  return (hours ? `${hours}:${two(Math.floor(s / 60) % 60)}` : `${Math.floor(s / 60)}`) + `:${two(s % 60)}${rest}`;
}

/** Say something for a while; errors stay for longer. */
export function toast(text, bad = false) {
  const said = make("div", { class: bad ? "bad" : "" }, String(text));
  document.getElementById("toasts").append(said);
  setTimeout(() => said.remove(), bad ? 12000 : 5000);
}

/** Run `work`, and tell what went wrong with it. */
export async function trying(work) {
  try {
    return await work();
  } catch (error) {
    if (error.name !== "AbortError") toast(error.message, true);
    return undefined;
  }
}

// One stream of jobs serves all pages of a browser: HTTP/1.1 gives it six connections for all of them together. Of the
// pages that can be seen one holds a lock, listens, and tells the others; where there are no locks (which browsers keep
// for https and localhost) each that can be seen listens itself.
const SAME = `passerby jobs ${csrf()}`; // those of another session are told apart
const heardBy = new Set();
let channel = null;
let source = null;
let latest = null; // what was heard last, while this page listens
let rest = null; // ends it

function hear(jobs) {
  latest = jobs;
  for (const heard of [...heardBy]) heard(jobs);
}

function listen() {
  source = new EventSource(`${API}/jobs/events`);
  source.addEventListener("jobs", (event) => {
    const { jobs } = JSON.parse(event.data);
    channel.postMessage(jobs);
    hear(jobs);
  });
}

/** Listen while the page can be seen and somebody wants to hear. */
function attend() {
  const wanted = heardBy.size > 0 && document.visibilityState === "visible";
  if (wanted === (rest !== null)) return;
  if (!wanted) {
    rest();
    return;
  }
  channel = new BroadcastChannel(SAME);
  channel.onmessage = ({ data }) => {
    if (data !== null) hear(data);
    else if (source && latest) channel.postMessage(latest); // a page that has just come asks
  };
  channel.postMessage(null);
  const given = new AbortController();
  let letGo = () => {};
  rest = () => {
    rest = latest = null;
    given.abort();
    source?.close();
    source = null;
    channel.close();
    letGo();
  };
  if (!navigator.locks) {
    listen();
    return;
  }
  const held = () => new Promise((done) => {
    letGo = done;
    if (!given.signal.aborted) listen();
    else done();
  });
  navigator.locks.request(SAME, { signal: given.signal }, held).catch(() => {}); // it was given up before its turn
}

document.addEventListener("visibilitychange", attend);
addEventListener("pagehide", () => rest?.());
addEventListener("pageshow", attend);

/** Call `heard(jobs)` now and whenever a job changes, while the page can be seen, until what is returned is closed. */
export function watchJobs(heard) {
  heardBy.add(heard);
  attend();
  if (latest) queueMicrotask(() => latest && heardBy.has(heard) && heard(latest));
  return {
    close() {
      heardBy.delete(heard);
      attend();
    },
  };
}

/** The share of a job that is done, 0 to 1; null where that is not known. */
export const shareOf = (job) => (job.total ? Math.min(job.done / job.total, 1) : null);

export const HAS_ENDED = new Set(["done", "failed", "cancelled"]);

/** Wait for the end of a job; `told(job)` hears of each change. Throws the message of one that failed. */
export function jobEnd(id, told = () => {}) {
  return new Promise((resolve, reject) => {
    const source = watchJobs((jobs) => {
      const job = jobs.find((each) => each.id === id);
      if (!job) return;
      told(job);
      if (!HAS_ENDED.has(job.status)) return;
      source.close();
      if (job.status === "done") resolve(job);
      else reject(new Error(job.message || job.status));
    });
  });
}
