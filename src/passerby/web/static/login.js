// The log-in: what is wrong is told in words, and how long to wait after too many wrong passwords is counted down.

import { call } from "./api.js";
import "./language.js";
import { at, field, part } from "./page.js";
import { t, tn } from "./words.js";

const form = at("log-in");
const failure = at("failure");
const button = part(form, "button");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [name, password] = [field(form, "name"), field(form, "password")];
  button.disabled = true;
  failure.hidden = true;
  try {
    await call("/session", { method: "POST", body: { name: name.value, password: password.value } });
    location.assign(`${form.dataset.next}${location.hash}`);
    return;
  } catch (error) {
    tell(error instanceof TypeError ? t("The server cannot be reached.") : sentence(error.message));
    const seconds = error.status === 429 ? Number(/(\d+) s$/.exec(error.message)?.[1] ?? 0) : 0;
    if (seconds) await wait(seconds);
  }
  button.disabled = false;
  password.focus();
  password.select();
});

/** @param {string} text */
function tell(text) {
  failure.textContent = text;
  failure.hidden = false;
}

const sentence = (/** @type {string} */ text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

/**
 * Resolve after so many seconds, told on the button: a live region would read out each of them.
 * @param {number} seconds
 */
async function wait(seconds) {
  const until = Date.now() + seconds * 1000;
  tell(t("Too many wrong passwords. Try again in {time}.", { time: inWords(seconds) }));
  for (let left = seconds; left > 0; left = Math.ceil((until - Date.now()) / 1000)) {
    button.textContent = t("Wait {seconds} s", { seconds: left });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  button.textContent = t("Log in");
  tell(t("You can try again now."));
}

/** @param {number} seconds */
function inWords(seconds) {
  if (seconds < 100) return tn("{count} second", "{count} seconds", seconds);
  return tn("{count} minute", "{count} minutes", Math.ceil(seconds / 60));
}
