// Written policies for looks, offered in a form: one that is chosen ticks what it hides, which can be changed then.

import { call } from "./api.js";
import { make, part, parts } from "./page.js";
import { said, t } from "./words.js";

/** @typedef {{name: string, title: string, why: string, hide: string[], effort: string}} Preset */

/**
 * Fill in a form's choice of presets, and give them; `onChosen` hears of one that was chosen, null for none.
 * @param {HTMLFormElement} form with a choice `preset`, boxes `hide`, and a place `.why`
 * @param {(preset: Preset | null) => void} onChosen
 */
export async function offerPresets(form, onChosen) {
  /** @type {{presets: Preset[]}} */
  const { presets } = await call("/presets");
  const select = part(form, "select", "[name=preset]");
  select.append(...presets.map(({ name, title }) => make("option", { value: name }, said(title))));
  select.addEventListener("change", () => {
    const preset = presets.find(({ name }) => name === select.value) ?? null;
    const boxes = parts(form, "input", "[name=hide]");
    const lacks = boxes.some((box) => box.disabled && preset?.hide.includes(box.value));
    const why = part(form, "span", ".why");
    why.textContent = preset ? [said(preset.why), ...(lacks ? [t("Not all of that can be looked for yet: see below.")] : [])].join(" ") : "";
    why.classList.toggle("fault", lacks);
    if (preset) for (const box of boxes) box.checked = !box.disabled && preset.hide.includes(box.value);
    onChosen(preset);
  });
  return presets;
}
