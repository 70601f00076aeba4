// Dialogs that ask before something is done.

import { parts } from "./page.js";

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
