// The wall: all sources that are watched, one picture a second of each.

import { call } from "./api.js";
import { LivePicture } from "./live_picture.js";
import { at, make, maybe } from "./page.js";
import { describeSource } from "./source_form.js";
import { shortOf } from "./source_state.js";
import { whileSeen } from "./while_seen.js";

const EVERY = 2000; // ms

/** One source on the wall. */
class Tile {
  status = make("span", { class: "chip" });

  /** @param {WatchedSource} source */
  constructor({ name }) {
    this.picture = new LivePicture(name);
    this.element = make("li", { class: "card" },
      make("a", { href: `/live/${name}`, class: "to" }, make("h2", {}, name)), this.status, this.picture.element);
  }

  /** @param {WatchedSource} source */
  show(source) {
    const { state } = source;
    const words = shortOf(state);
    if (this.status.textContent !== words) this.status.textContent = words;
    this.status.dataset.status = state.status;
    this.picture.show(source);
  }

  end() {
    this.picture.end();
    this.element.remove();
  }
}

/** @type {Map<string, Tile>} */
const tiles = new Map();

async function refresh() {
  const { sources } = /** @type {{sources: WatchedSource[]}} */ (await call("/sources"));
  const names = new Set(sources.map((source) => source.name));
  for (const [name, tile] of tiles) {
    if (names.has(name)) continue;
    tile.end();
    tiles.delete(name);
  }
  sources.forEach((source, index) => {
    const tile = tiles.get(source.name) ?? new Tile(source);
    tiles.set(source.name, tile);
    tile.show(source);
    if (at("wall").children[index] !== tile.element) at("wall").insertBefore(tile.element, at("wall").children[index] ?? null);
  });
  at("none").hidden = sources.length > 0;
}

maybe("add-source")?.addEventListener("click", async () => {
  const added = await describeSource(null);
  if (added) location.assign(`/live/${added.name}`);
});
whileSeen(refresh, EVERY);
