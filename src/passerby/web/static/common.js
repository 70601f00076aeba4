// What every page does: the badge of running jobs, logging out, the key that leads to the search, and the sheet of keys.

import { call } from "./api.js";
import { HAS_ENDED, watchJobs } from "./job_stream.js";
import { offerKeys } from "./key_sheet.js";
import { make, may, maybe, part, parts, trying } from "./page.js";
import { Notices } from "./notices.js";
import { isUnwanted } from "./own_browser.js";
import { t } from "./words.js";

maybe("log-out")?.addEventListener("click", () =>
  trying(async () => {
    await call("/session", { method: "DELETE" });
    location.assign("/login");
  }),
);

for (const link of document.querySelectorAll(".bar nav a")) {
  if (link.getAttribute("href") === location.pathname) link.setAttribute("aria-current", "page");
}

const badge = maybe("jobs-at-work");
if (badge && may("write")) {
  const notices = new Notices();
  watchJobs((jobs) => {
    notices.hear(jobs);
    const working = jobs.filter((job) => !HAS_ENDED.has(job.status)).length;
    badge.hidden = !working;
    badge.replaceChildren(make("span", { "aria-hidden": "true" }, String(working)), make("span", { class: "hidden" }, ` ${t("{count} at work", { count: working })}`));
    document.dispatchEvent(new CustomEvent("jobs", { detail: jobs }));
  });
}

/**
 * Whether a key that was pressed is meant for a field, or is to do nothing.
 * @param {KeyboardEvent} event
 */
export const isTyping = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || isUnwanted(event) ||
  (event.target instanceof Element && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName));

/** Menus that are open; one that a control in it has opened is closed with it. */
const openMenus = () => parts(document, "details", ".menu[open]");

/** @param {Node | null} inside what may stay open: the menu that has this in it */
const closeMenus = (inside) => openMenus().forEach((menu) => (menu.open = menu.contains(inside)));

addEventListener("pointerdown", (event) => closeMenus(/** @type {Node} */ (event.target)), { capture: true });
addEventListener("focusin", (event) => closeMenus(/** @type {Node} */ (event.target)));
addEventListener("keydown", (event) => {
  const open = openMenus();
  if (event.key !== "Escape" || !open.length) return;
  closeMenus(null);
  part(open[0], "summary").focus();
});

addEventListener("keydown", (event) => {
  if (event.key === "/" && !isTyping(event)) {
    event.preventDefault();
    maybe("find")?.focus();
  }
});
offerKeys(isTyping);
