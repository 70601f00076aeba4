// The cases that whoever is logged in sees, and items that are in none.

import { call } from "./api.js";
import { confirmed } from "./dialogs.js";
import { rowOf } from "./evidence.js";
import { at, field, make, maybe, part, refill, trying } from "./page.js";
import { t, tn } from "./words.js";

async function refresh() {
  const [{ cases }, { items }] = /** @type {[{cases: Case[]}, {items: EvidenceItem[]}]} */ (await Promise.all([call("/cases"), call("/items")]));
  refill(at("cases"), ...cases.map(cardOf));
  const inCases = new Set((await Promise.all(cases.map(({ id }) => call(`/cases/${id}/items`)))).flatMap((each) => each.items.map((/** @type {EvidenceItem} */ item) => item.id)));
  const loose = items.filter((item) => !inCases.has(item.id));
  at("none").hidden = cases.length + loose.length > 0;
  at("loose").hidden = !loose.length;
  refill(part(at("loose"), "tbody"), ...loose.map(rowOf));
}

/** @param {Case} found */
function cardOf({ id, name, description, items, users, holds }) {
  const facts = [tn("{count} item", "{count} items", items), holds.length > 0 && t("held"), users.length > 0 && t("seen by {names}", { names: users.join(", ") })];
  return make(
    "li", { class: "card" },
    make("h2", {}, make("a", { href: `/cases/${id}` }, name)),
    make("span", { class: "quiet" }, facts.filter(Boolean).join(" · ")),
    description && make("p", {}, description),
  );
}

maybe("make-case")?.addEventListener("click", async () => {
  const dialog = at("case-dialog");
  if (!(await confirmed(dialog))) return;
  const form = part(dialog, "form");
  await trying(async () => {
    const body = { name: field(form, "name").value.trim(), description: field(form, "description").value.trim(), case: true };
    const made = await call("/collections", { method: "POST", body });
    location.assign(`/cases/${made.id}`);
  });
});

trying(refresh);
