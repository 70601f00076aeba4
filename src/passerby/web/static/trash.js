// The trash: what was moved there comes back, or is forgotten for good.

import { call } from "./api.js";
import { confirmed } from "./dialogs.js";
import { at, make, may, maybe, part, timecode, toast, trying } from "./page.js";
import { actions, cell, row, rowHead } from "./tables.js";
import { dated, t, tn } from "./words.js";

async function refresh() {
  const videos = await entries();
  part(at("gone"), "tbody").replaceChildren(...videos.map(rowOf));
  at("gone").hidden = !videos.length;
  at("none").hidden = videos.length > 0;
  const all = maybe("empty-trash");
  if (all) all.hidden = !videos.length;
}

async function entries() {
  const found = [];
  let cursor = /** @type {string | null} */ ("");
  while (cursor !== null) {
    const { videos, next } = /** @type {Trash} */ (await call(`/trash?cursor=${cursor}`));
    found.push(...videos);
    cursor = next;
  }
  return found;
}

/** @param {TrashEntry} entry */
function rowOf({ id, name, duration, by, since, until }) {
  return row(
    rowHead(name),
    cell(t("Length"), duration > 0 ? timecode(duration) : ""),
    cell(t("Moved here"), t("{day}, by {name}", { day: dayOf(since), name: by })),
    cell(t("On the disk until"), dayOf(until)),
    actions(
      button(t("Put back"), name, "second", () => putBack(id, name)),
      may("admin") && button(t("Forget now …"), name, "bad", () => forget([id], name)),
    ),
  );
}

/** @param {string} text */
const dayOf = (text) => dated(new Date(text), { dateStyle: "medium" });

/** @type {(text: string, name: string, kind: string, onclick: () => unknown) => HTMLButtonElement} */
const button = (text, name, kind, onclick) =>
  make("button", { type: "button", class: `${kind} small`, "aria-label": t("{action}: {name}", { action: text, name }), onclick }, text);

/** @type {(id: string, name: string) => Promise<void | undefined>} */
const putBack = (id, name) =>
  trying(async () => {
    await call("/trash/restore", { method: "POST", body: { videos: [id] } });
    toast(t("{name} is in the library again", { name }));
    at("main").focus();
    await refresh();
  });

/** @type {(ids: string[] | null, name: string) => Promise<void>} null: all */
async function forget(ids, name) {
  const dialog = at("forget");
  part(dialog, "p", ".name").textContent = name;
  if (!(await confirmed(dialog))) return;
  await trying(async () => {
    if (ids === null) await call("/trash", { method: "DELETE" });
    else for (const id of ids) await call(`/videos/${id}`, { method: "DELETE" });
    toast(t("It is forgotten"));
    at("main").focus();
    await refresh();
  });
}

maybe("empty-trash")?.addEventListener("click", () =>
  forget(null, tn("{count} video", "{count} videos", part(at("gone"), "tbody").childElementCount)),
);
trying(refresh);
