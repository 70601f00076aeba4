// What people say of a whole video, its name and its description: asked for in a dialog, and kept.

import { call } from "./api.js";
import { doneBy } from "./dialogs.js";
import { at, field, part } from "./page.js";
import { t } from "./words.js";

/**
 * When a video was recorded, in words; "" where its file does not say so.
 * @param {VideoSummary} video
 */
export const recordedOf = ({ recorded, recorded_source }) =>
  recorded_source === "container" ? t("recorded {date}", { date: recorded.replace("T", " ").replace("Z", " UTC") }) : "";

/**
 * Let the name and the description of a video be changed; what is kept of it then, or null for nothing.
 * @param {VideoSummary} video
 * @returns {Promise<{title: string, description: string} | null>}
 */
export async function changeDetails(video) {
  const dialog = at("details-dialog");
  const form = part(dialog, "form");
  const title = field(form, "title"), description = field(form, "description");
  title.value = video.name;
  description.value = video.description;
  part(dialog, "p", ".recorded").textContent = recordedOf(video) || t("Its file does not say when it was recorded.");
  let kept = null;
  await doneBy(dialog, async () => {
    const named = title.value.trim() === video.name ? {} : { title: title.value.trim() };
    kept = await call(`/videos/${video.id}`, { method: "PATCH", body: { ...named, description: description.value.trim() } });
  });
  return kept;
}
