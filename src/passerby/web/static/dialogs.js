// Dialogs that ask before something is done.

import { part, parts } from "./page.js";
import { said } from "./words.js";

/**
 * Whether a dialog ended with its last button; the focus goes back to where it was.
 * @param {HTMLDialogElement} dialog
 */
export async function confirmed(dialog) {
  for (const cancel of parts(dialog, "button", ".cancel")) cancel.onclick = () => dialog.close("");
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  return dialog.returnValue === "yes";
}

/**
 * Do what a dialog asks about once it ended with its last button; where that fails it is open again, with all that was
 * written, and says why. Whether it was done.
 * @param {HTMLDialogElement} dialog with a place `.refusal`
 * @param {() => Promise<unknown>} work
 */
export async function doneBy(dialog, work) {
  const refusal = part(dialog, "p", ".refusal");
  refusal.hidden = true;
  while (await confirmed(dialog)) {
    try {
      await work();
      return true;
    } catch (error) {
      refusal.textContent = said(error instanceof Error ? error.message : String(error));
      refusal.hidden = false;
    }
  }
  return false;
}
