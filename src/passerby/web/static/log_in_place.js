// Logging in again on the page where one is, when a session has ended: nothing that is not kept yet is lost.

import { problem, renewCsrf } from "./api.js";
import { make } from "./page.js";
import { t } from "./words.js";

/** @type {{going: Promise<void> | null}} while somebody is asked */
const asking = { going: null };

/** Ask who is there, once for all that waits for it; it is settled when they have logged in. */
export function logInHere() {
  asking.going ??= ask().finally(() => (asking.going = null));
  return asking.going;
}

/** @returns {Promise<void>} */
function ask() {
  return new Promise((resolve, reject) => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    const fault = make("p", { class: "notice bad", role: "alert", hidden: true });
    const name = make("input", { name: "name", autocomplete: "username", required: true });
    const password = make("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
    const form = make("form", { method: "dialog" },
      make("h2", { id: "log-in-title" }, t("Log in again")),
      make("p", {}, t("Your session has ended. What you have changed is still here, and is kept once you have logged in.")),
      fault,
      make("p", {}, make("label", {}, t("Name"), name)),
      make("p", {}, make("label", {}, t("Password"), password)),
      make("p", { class: "row end" },
        make("button", { type: "button", class: "second", onclick: () => tryIt(null) }, t("I have logged in elsewhere")),
        make("button", { type: "button", class: "second", onclick: () => dialog.close() }, t("Not now")),
        make("button", {}, t("Log in"))));
    const dialog = make("dialog", { "aria-labelledby": "log-in-title" }, form);
    let isIn = false;

    /** @param {{name: string, password: string} | null} who */
    const tryIt = async (who) => {
      try {
        await renewCsrf(who);
        isIn = true;
        dialog.close();
      } catch (error) {
        fault.hidden = false;
        fault.textContent = error.message;
      }
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      tryIt({ name: name.value, password: password.value });
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus();
      if (isIn) resolve();
      else reject(problem(t("You are not logged in: what you change is not kept."), 401));
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
