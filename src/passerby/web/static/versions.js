// The versions of a plan: who has made which, and the way back to one.

import { call } from "./api.js";
import { at, make, toast, trying } from "./page.js";
import { t } from "./words.js";
import { momentOf } from "./work.js";

/** @typedef {{version: number, user: string, changed: number}} Version */

/**
 * Show the versions of the plan that is open, to go back to one of them.
 * @param {import("./workbench.js").Workbench} bench
 */
export async function showVersions(bench) {
  const { draft, plan } = bench;
  await draft.save();
  /** @type {{versions: Version[]}} */
  const { versions } = await call(`/plans/${draft.id}/versions`);
  const dialog = at("versions");
  const goBack = async (/** @type {number} */ version) => {
    const { plan: document } = await call(`/plans/${draft.id}/versions/${version}`);
    plan.take(document);
    dialog.close();
    toast(t("This is version {version} again; undo leads back.", { version }));
  };
  const itemOf = (/** @type {Version} */ { version, user, changed }, isNewest = false) => make("li", {},
    make("strong", {}, t("Version {version}", { version })), " ",
    make("span", {}, user ? t("by {user}", { user }) : t("as it was looked for")), " ",
    changed ? momentOf(changed) : null, " ",
    isNewest ? make("span", { class: "quiet" }, t("now"))
      : make("button", { type: "button", class: "second small", "aria-label": t("Go back to version {version}", { version }), onclick: () => trying(() => goBack(version)) }, t("Go back to it")));
  const oldest = versions.length ? versions[versions.length - 1].version - 1 : draft.version;
  at("version-list").replaceChildren(
    ...versions.map((version, index) => itemOf(version, index === 0)),
    itemOf({ version: oldest, user: "", changed: 0 }, versions.length === 0));
  dialog.showModal();
}
