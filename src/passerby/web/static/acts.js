// What the acts of the log are called.

import { t } from "./words.js";

/** What the acts of the log are called.
 * @type {Record<string, string>} */
export const ACTS = {
  log_in: t("logged in"), log_in_failed: t("tried to log in, with a wrong password"), log_out: t("logged out"), end_session: t("ended a session"),
  add_user: t("added a user"), set_password: t("set a password"), set_role: t("gave another role"), remove_user: t("removed a user"),
  make_token: t("made a token"), revoke_token: t("revoked a token"), search: t("searched"), view: t("looked at what is known"),
  view_original: t("saw the original"), view_plan: t("saw a plan"), view_copy: t("saw a copy"), view_report: t("saw an audit"),
  export: t("exported"), copy: t("copied the library"), redact: t("made a safe copy"), audit: t("audited a copy"), download: t("downloaded"),
  share: t("made a link"), unshare: t("ended a link"), release: t("released a copy to viewers"), withdraw: t("took a copy back from viewers"),
  add: t("added"), tag: t("tagged"), teach: t("taught a label"), unteach: t("took a taught label back"), look: t("looked for what to hide"),
  change_plan: t("changed a plan"), remove_plan: t("removed a plan"), remove_copy: t("removed a copy"), answer: t("said that a face is nobody"),
  retract: t("took an answer back"), stop: t("stopped a job"), pull: t("fetched a model"), add_hook: t("added an address"),
  remove_hook: t("removed an address"), open_share: t("opened a link"), describe: t("gave a title or description"), trash: t("put into the trash"),
  restore: t("took out of the trash"), make_collection: t("made a collection"), change_collection: t("changed a collection"),
  remove_collection: t("removed a collection"), collect: t("put into a collection"), take_out: t("took out of a collection"), comment: t("commented"),
  forget: t("forgot a video"), take: t("took evidence"), hold: t("held as evidence"), lift: t("lifted a hold"), verify: t("verified evidence"),
  admit: t("let somebody see a case"), dismiss: t("let somebody see a case no more"),
  add_source: t("added a source"), change_source: t("changed a source"), remove_source: t("removed a source"), view_live: t("watched live"),
};

/** What an act is called. */
export const actOf = (/** @type {string} */ action) => ACTS[action] ?? action.replaceAll("_", " ");
