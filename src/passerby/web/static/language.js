// In which language the pages are: as somebody chooses it here, for this browser, or as the browser asks for.

import { at } from "./page.js";

const YEAR = 365 * 24 * 60 * 60; // seconds

at("language").addEventListener("change", () => {
  const { value } = at("language");
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `passerby_language=${value}; path=/; samesite=lax; max-age=${value ? YEAR : 0}${secure}`;
  location.reload();
});
