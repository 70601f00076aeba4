// Links to a safe copy for people without an account: those that there are, and a form for another one.

import { call } from "./api.js";
import { field, make, toast, trying } from "./page.js";
import { dated, t, tn } from "./words.js";

/**
 * A link, as the API tells it.
 * @typedef {{number: number, label: string, by: string, copies: string[], has_password: boolean, times: number,
 *   opened: number, expires: string, state: "open" | "expired" | "used_up"}} ShareLink
 */

/**
 * The part of a page about the links to a copy that viewers may see; it is filled when it is opened.
 * @param {{id: string, name: string}} copy
 */
export function linksTo(copy) {
  const list = make("ul", { class: "links" });
  const made = make("div", { role: "status" });
  const form = formOf(copy, async (link) => {
    made.replaceChildren(...toldOnce(link.address));
    made.querySelector("input")?.select();
    await showLinks(list, copy);
  });
  const part = make("details", {}, make("summary", {}, t("Links for people without an account")),
    make("p", { class: "quiet" }, t("Whoever has such a link plays and downloads this copy, and sees nothing else of the library. Each use is in the log.")),
    form, made, list);
  part.addEventListener("toggle", () => part.open && trying(() => showLinks(list, copy)));
  return part;
}

/**
 * @param {HTMLElement} list
 * @param {{id: string}} copy
 */
async function showLinks(list, copy) {
  /** @type {{shares: ShareLink[]}} */
  const { shares } = await call("/shares");
  const links = shares.filter((link) => link.copies.includes(copy.id));
  list.replaceChildren(...links.map((link) => itemOf(link, () => showLinks(list, copy))));
}

/**
 * @param {ShareLink} link
 * @param {() => Promise<void>} again
 */
function itemOf(link, again) {
  const name = link.label || t("link {number}", { number: link.number });
  const takeBack = async () => {
    if (!confirm(t("Take {name} back? It leads nowhere then, for good.", { name }))) return;
    await call(`/shares/${link.number}`, { method: "DELETE" });
    await again();
  };
  const ends = { date: dated(new Date(link.expires), { dateStyle: "medium", timeStyle: "short" }) };
  const state = { open: t("until {date}", ends), expired: t("ended on {date}", ends), used_up: t("opened as often as it may be") };
  return make("li", {},
    make("strong", {}, name), ` ${state[link.state]}; `,
    link.times ? t("opened {count} of {most} times", { count: link.opened, most: link.times }) : tn("opened once", "opened {count} times", link.opened),
    link.has_password ? `; ${t("with a password")}` : "", `; ${t("by {name}", { name: link.by })} `,
    make("button", { type: "button", class: "second small", "aria-label": t("{what}: {name}", { what: t("Take back"), name }), onclick: () => trying(takeBack) }, t("Take back")));
}

/**
 * @param {{id: string}} copy
 * @param {(link: ShareLink & {address: string}) => Promise<void>} then
 */
function formOf(copy, then) {
  const labelled = (/** @type {string} */ text, /** @type {Record<string, unknown>} */ attributes) => make("label", {}, `${text} `, make("input", attributes));
  const form = make("form", { class: "row" },
    labelled(t("What its receivers read"), { name: "label", maxlength: 200 }),
    labelled(t("For how many days"), { name: "days", type: "number", min: 1, max: 366, value: 7, required: true }),
    labelled(t("How often it may be opened (0: always)"), { name: "times", type: "number", min: 0, max: 10000, value: 0, required: true }),
    labelled(t("Password, if any"), { name: "password", type: "password", minlength: 8, autocomplete: "new-password" }),
    make("button", {}, t("Make a link")));
  const asked = () => ({
    copies: [copy.id],
    label: field(form, "label").value,
    days: field(form, "days").valueAsNumber,
    times: field(form, "times").valueAsNumber,
    password: field(form, "password").value,
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    trying(async () => then(await call("/shares", { method: "POST", body: asked() })));
  });
  return form;
}

/** @param {string} address */
function toldOnce(address) {
  const shown = make("input", { value: address, readonly: true, size: 48, "aria-label": t("The link") });
  const copied = async () => {
    await navigator.clipboard.writeText(address);
    toast(t("The link is copied."));
  };
  return [
    make("p", { class: "notice" }, t("This is the link. It is shown now and never again.")),
    make("p", { class: "row" }, shown, make("button", { type: "button", class: "second small", onclick: () => trying(copied) }, t("Copy it"))),
  ];
}
