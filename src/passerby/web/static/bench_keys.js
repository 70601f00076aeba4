// The keys of the workbench.

import { tellKeys } from "./key_sheet.js";
import { at } from "./page.js";
import { isUnwanted } from "./own_browser.js";
import { t } from "./words.js";

/** @typedef {import("./workbench.js").Workbench} Workbench */
/** @typedef {{keys: string[], words: string, work: (bench: Workbench, event: KeyboardEvent) => void}} Binding */

/** @type {() => Binding[]} */
const BINDINGS = () => [
  { keys: [" "], words: t("Play, or pause"), work: (bench) => bench.play() },
  { keys: ["ArrowLeft"], words: t("A frame back; with shift a second"), work: (bench, { shiftKey }) => bench.step(-1, shiftKey) },
  { keys: ["ArrowRight"], words: t("A frame on; with shift a second"), work: (bench, { shiftKey }) => bench.step(1, shiftKey) },
  { keys: ["H"], words: t("Hide what is chosen"), work: ({ many }) => many.set({ hidden: true }) },
  { keys: ["S"], words: t("Show what is chosen"), work: ({ many }) => many.set({ hidden: false }) },
  { keys: ["["], words: t("What is chosen begins here"), work: ({ edges }) => edges.begin() },
  { keys: ["]"], words: t("What is chosen ends here"), work: ({ edges }) => edges.end() },
  { keys: ["N"], words: t("The next track in the list"), work: (bench) => bench.next(1) },
  { keys: ["P"], words: t("The one before it"), work: (bench) => bench.next(-1) },
  { keys: ["A"], words: t("Choose all that are listed"), work: ({ many }) => many.all() },
  { keys: ["J"], words: t("Join what is chosen: one passer-by"), work: (_, event) => !event.repeat && at("many-join").click() },
  { keys: ["D"], words: t("Draw a box"), work: () => at("draw").click() },
  { keys: ["O"], words: t("The original, or the copy as it will be"), work: () => at("original").click() },
  { keys: ["M"], words: t("Mute the words that are selected"), work: ({ words }) => words.mute() },
  { keys: ["Delete"], words: t("Remove what was drawn and is chosen"), work: ({ many }) => many.remove() },
  { keys: ["Escape"], words: t("Choose nothing"), work: ({ selection }) => selection.only([]) },
];

/**
 * Have the workbench listen to keys; what is typed into fields, lists and the picture is theirs.
 * @param {Workbench} bench
 */
export function listenToKeys(bench) {
  const bindings = BINDINGS();
  addEventListener("keydown", (event) => {
    if (!bench.isOpen || document.querySelector("dialog[open]")) return;
    const isField = event.target instanceof Element && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && !isSwitch(event.target);
    if ((event.ctrlKey || event.metaKey) && !isField && undoes(bench, event)) return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isUnwanted(event) || isField) return;
    if (event.key === " " && event.target instanceof HTMLElement && event.target.closest("button, summary, a, input")) return; // it is pressed
    const binding = bindings.find(({ keys }) => keys.some((key) => key.toLowerCase() === event.key.toLowerCase()));
    if (!binding) return;
    event.preventDefault();
    binding.work(bench, event);
  });
  tellKeys(() => [...bindings, ...MORE()]);
}

const isSwitch = (/** @type {Element} */ element) => element instanceof HTMLInputElement && ["checkbox", "radio", "range"].includes(element.type);

/**
 * Ctrl+Z, ctrl+shift+Z and ctrl+Y; whether it was one of them.
 * @param {Workbench} bench
 * @param {KeyboardEvent} event
 */
function undoes({ plan }, event) {
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return false;
  event.preventDefault();
  if (key === "y" || event.shiftKey) plan.forth();
  else plan.back();
  return true;
}

/** @type {() => import("./key_sheet.js").KeyRow[]} what the lanes and the picture hear themselves */
const MORE = () => [
  { keys: ["Ctrl", "Z"], words: t("Undo; with shift redo") },
  { keys: ["Ctrl", t("click")], words: t("Choose one more; with shift all up to it") },
  { keys: ["Ctrl", t("wheel")], words: t("Zoom the lanes; with shift along them") },
  { keys: ["+ −"], words: t("In the picture: make the chosen box larger, smaller; arrows move it, with shift resize it") },
];
