// One file to the server by tus 1.0.0: in chunks, taken up again where it was cut off.

import { API, call, csrf, problem, problemOf } from "./api.js";
import { drop, remember } from "./unfinished.js";

const CHUNK = 8 * 2 ** 20;
const PAUSES = [500, 1000, 2000, 4000, 8000, 16000, 30000]; // ms, before each new try
const NEW_TRY = new Set([0, 408, 409, 423, 429, 460, 500, 502, 503, 504]); // 0: no answer at all
const TUS = { "Tus-Resumable": "1.0.0" };

/**
 * An upload of one file. `told(bytes, pause)`: how far it is, and whether it waits for the line to come back. With the
 * `address` of an upload that was begun before, it goes on where that is.
 */
export class Upload {
  #file;
  #told;
  #address;
  #offset = 0;
  #isKnown; // whether the offset is the server's
  #stopping = new AbortController();

  /**
   * @param {File} file
   * @param {(bytes: number, pause: boolean) => void} told
   */
  constructor(file, told, address = "") {
    this.#file = file;
    this.#told = told;
    this.#address = address;
    this.#isKnown = !address;
  }

  /**
   * Send what is missing; the id of the job that takes the file in. May be called again after it has failed.
   * @returns {Promise<string>}
   */
  async send() {
    let failures = 0;
    while (true) {
      const before = this.#offset;
      try {
        const job = this.#address ? await this.#next(failures > 0 || !this.#isKnown) : await this.#begin();
        if (job) {
          drop(this.#address);
          return job;
        }
        if (this.#offset > before) failures = 0;
      } catch (error) {
        if (error.name === "AbortError" || !NEW_TRY.has(error.status ?? 0) || failures >= PAUSES.length) throw error;
        this.#told(this.#offset, true);
        await this.#pause(PAUSES[failures++]);
      }
    }
  }

  /** Give it up; `send` ends with an AbortError. */
  async stop() {
    this.#stopping.abort();
    drop(this.#address);
    if (this.#address) await this.#fetch(this.#address, "DELETE", {}, new AbortController().signal);
  }

  async #begin() {
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(this.#file.name)));
    const metadata = `filename ${name},lastModified ${btoa(String(this.#file.lastModified))}`;
    const headers = { "Upload-Length": String(this.#file.size), "Upload-Metadata": metadata };
    const answer = await this.#fetch(`${API}/uploads`, "POST", headers);
    this.#address = answer.headers.get("Location") ?? "";
    this.#offset = 0;
    remember(this.#address, this.#file);
    return "";
  }

  /**
   * Send one more chunk; the id of the job if it was the last.
   * @param {boolean} afterFailure
   */
  async #next(afterFailure) {
    if (afterFailure) {
      const job = await this.#lookWhereItIs();
      if (job) return job;
    }
    const chunk = this.#file.slice(this.#offset, this.#offset + CHUNK);
    const answer = await this.#patch(chunk);
    this.#offset = Number(answer.getResponseHeader("Upload-Offset"));
    this.#told(this.#offset, false);
    return answer.getResponseHeader("Passerby-Job") ?? "";
  }

  /** How far the server is; the id of the job if it had all, and only its answer was lost. */
  async #lookWhereItIs() {
    try {
      const answer = await this.#fetch(this.#address, "HEAD");
      this.#offset = Number(answer.headers.get("Upload-Offset"));
      this.#isKnown = true;
      return answer.headers.get("Passerby-Job") ?? "";
    } catch (error) {
      if (error.status !== 404) throw error;
      const id = this.#address.split("/").at(-1);
      /** @type {{jobs: Job[]}} */
      const { jobs } = await call("/jobs?limit=500");
      const job = jobs.find((each) => each.asked.upload === id);
      if (!job) {
        drop(this.#address);
        this.#address = ""; // the server gave it up: from the start, if somebody asks for that
        throw problem("the server has given this upload up; try again", 404);
      }
      return job.id;
    }
  }

  /**
   * @param {string} address
   * @param {string} method
   * @param {Record<string, string>} headers
   */
  async #fetch(address, method, headers = {}, signal = this.#stopping.signal) {
    const answer = await fetch(address, { method, signal, headers: { ...TUS, "X-CSRF-Token": csrf(), ...headers } });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }

  /**
   * By XMLHttpRequest, which tells how much of a body has been sent.
   * @param {Blob} chunk
   * @returns {Promise<XMLHttpRequest>}
   */
  #patch(chunk) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const { signal } = this.#stopping;
      const abort = () => request.abort();
      request.open("PATCH", this.#address);
      const headers = {
        ...TUS, "X-CSRF-Token": csrf(), "Upload-Offset": String(this.#offset), "Content-Type": "application/offset+octet-stream",
      };
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => this.#told(this.#offset + event.loaded, false);
      request.onload = () => (request.status === 204 ? resolve(request) : reject(problemIn(request)));
      request.onerror = () => reject(new Error("the server cannot be reached"));
      request.onabort = () => reject(signal.reason);
      request.onloadend = () => signal.removeEventListener("abort", abort);
      signal.addEventListener("abort", abort);
      if (signal.aborted) reject(signal.reason);
      else request.send(chunk);
    });
  }

  /**
   * @param {number} milliseconds
   * @returns {Promise<void>}
   */
  #pause(milliseconds) {
    const { signal } = this.#stopping;
    return new Promise((resolve, reject) => {
      const waiting = setTimeout(resolve, milliseconds);
      signal.addEventListener("abort", () => {
        clearTimeout(waiting);
        reject(signal.reason);
      });
    });
  }
}

/**
 * How many bytes the server has of an upload; null if it has given it up, or has all of it.
 * @param {string} address
 */
export async function bytesThere(address) {
  const answer = await fetch(address, { method: "HEAD", headers: TUS });
  if (answer.status === 404 || answer.headers.has("Passerby-Job")) return null;
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return Number(answer.headers.get("Upload-Offset"));
}

/**
 * Give an upload up of which there is no file here.
 * @param {string} address
 */
export async function giveUp(address) {
  drop(address);
  const answer = await fetch(address, { method: "DELETE", headers: { ...TUS, "X-CSRF-Token": csrf() } });
  if (!answer.ok && answer.status !== 404) throw await problemOf(answer);
}

/** @param {XMLHttpRequest} request */
function problemIn(request) {
  let detail = `the server answered ${request.status}`;
  try {
    detail = JSON.parse(request.responseText).detail ?? detail;
  } catch {
    // no document of ours: a proxy's own page
  }
  return problem(detail, request.status);
}

/**
 * The files of what was dropped, those in folders too. Must be called before anything is awaited.
 * @param {DataTransfer} dropped
 * @returns {Promise<File[]>}
 */
export async function filesOf(dropped) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => !!entry);
  if (!entries.length) return [...dropped.files];
  return (await Promise.all(entries.map(filesIn))).flat();
}

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<File[]>}
 */
async function filesIn(entry) {
  if (entry.isFile) return [await fileOf(/** @type {FileSystemFileEntry} */ (entry))];
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const found = [];
  while (true) {
    const some = await entriesOf(reader); // at most 100 at once
    if (!some.length) return found.filter((file) => !file.name.startsWith("."));
    found.push(...(await Promise.all(some.map(filesIn))).flat());
  }
}

/**
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<File>}
 */
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

/**
 * @param {FileSystemDirectoryReader} reader
 * @returns {Promise<FileSystemEntry[]>}
 */
const entriesOf = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
