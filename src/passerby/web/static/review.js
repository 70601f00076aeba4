// How far people are with a video: to check, checked, released; changed by those who may, and undone.

import { call } from "./api.js";
import { at, may, maybe, toast, trying } from "./page.js";
import { t } from "./words.js";

/** @type {Record<string, string>} */
const WORDS = { to_check: t("to check"), checked: t("checked"), released: t("released") };

/** @param {VideoDocument} video */
export function showReview(video) {
  at("review-state").hidden = false;
  const choice = maybe("review");
  if (!choice || !may("write")) {
    at("review-state").textContent = WORDS[video.review] ?? "";
    return;
  }
  let kept = video.review;
  choice.value = kept;
  const keep = async (/** @type {string} */ review) => {
    try {
      kept = (await call(`/videos/${video.id}`, { method: "PATCH", body: { review } })).review;
    } finally {
      choice.value = kept;
    }
  };
  choice.addEventListener("change", () => trying(async () => {
    const before = kept;
    await keep(choice.value);
    toast(t("Review: {state}.", { state: WORDS[kept] }), false, () => keep(before));
  }));
}
