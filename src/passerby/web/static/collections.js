// Collections and cases: made, changed and removed; each leads to its videos.

import { call } from "./api.js";
import { confirmed, doneBy } from "./dialogs.js";
import { at, field, make, may, maybe, part, toast, trying } from "./page.js";
import { t, tn } from "./words.js";

const base = "/collections";

async function refresh() {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.act : undefined;
  const { collections } = /** @type {{collections: Collection[]}} */ (await call(base));
  at("collections").replaceChildren(...collections.map(cardOf));
  at("none").hidden = collections.length > 0;
  if (focused) document.querySelector(`[data-act="${focused}"]`)?.dispatchEvent(new Event("refocus"));
}

/** @param {Collection} collection */
function cardOf(collection) {
  const { id, name, description, videos } = collection;
  return make(
    "li",
    { class: "card" },
    make("h2", {}, make("a", { href: `/?collection=${id}` }, name)),
    make("span", { class: "quiet" }, [collection.case && t("Case"), tn("{count} video", "{count} videos", videos), t("made by {name}", { name: collection.made_by })].filter(Boolean).join(" · ")),
    description && make("p", {}, description),
    may("write") && make("div", { class: "row" }, act(t("Change …"), `change-${id}`, name, () => edit(collection)), act(t("Remove …"), `remove-${id}`, name, () => remove(collection))),
  );
}

/** @type {(text: string, act: string, name: string, onclick: () => unknown) => HTMLButtonElement} */
function act(text, act, name, onclick) {
  const button = make("button", { type: "button", class: "second small", "aria-label": t("{action}: {name}", { action: text, name }), dataset: { act }, onclick }, text);
  button.addEventListener("refocus", () => button.focus());
  return button;
}

/** @param {Collection | null} known null: a new one */
async function edit(known) {
  const dialog = at("collection-dialog");
  const form = part(dialog, "form");
  at("collection-title").textContent = known ? t("Change the collection") : t("New collection");
  field(form, "name").value = known?.name ?? "";
  field(form, "description").value = known?.description ?? "";
  field(form, "case").checked = known?.case ?? false;
  await doneBy(dialog, async () => {
    const body = { name: field(form, "name").value.trim(), description: field(form, "description").value.trim(), case: field(form, "case").checked };
    await call(known ? `${base}/${known.id}` : base, { method: known ? "PATCH" : "POST", body });
    await refresh();
  });
}

/** @param {Collection} collection */
async function remove({ id, name }) {
  const dialog = at("remove-dialog");
  part(dialog, "p", ".name").textContent = name;
  if (!(await confirmed(dialog))) return;
  await trying(async () => {
    await call(`${base}/${id}`, { method: "DELETE" });
    toast(t("{name} is removed; its videos stay", { name }));
    at("main").focus();
    await refresh();
  });
}

maybe("make")?.addEventListener("click", () => edit(null));
trying(refresh);
