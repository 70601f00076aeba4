// What the address of the library says: which videos, in which order, and how far down the page is.

/** @typedef {{named: string, label: string[], has: string[], length: string, year: string, collection: string, review: string, sort: string}} Wanted */

const SEVERAL = new Set(["label", "has"]); // of which a video must have all
export const USUAL = "added"; // order

/** @returns {Wanted} */
export const nothingWanted = () => ({ named: "", label: [], has: [], length: "", year: "", collection: "", review: "", sort: USUAL });

/** @returns {Wanted} */
export function wantedOf(search = location.search) {
  const told = new URLSearchParams(search);
  const wanted = nothingWanted();
  for (const name of /** @type {(keyof Wanted)[]} */ (Object.keys(wanted))) {
    if (name === "label" || name === "has") wanted[name] = told.getAll(name);
    else wanted[name] = told.get(name) ?? wanted[name];
  }
  return wanted;
}

/**
 * What is wanted as the API and the address have it, what is usual left out.
 * @param {Wanted} wanted
 */
export function queryOf(wanted) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each && !(name === "sort" && each === USUAL)) query.append(name, each);
    }
  }
  return query;
}

/**
 * Whether some videos may be left out.
 * @param {Wanted} wanted
 */
export const isNarrowed = (wanted) => queryOf({ ...wanted, sort: USUAL }).size > 0;

/**
 * The same, with a value of a facet wanted where it was not, and the other way round.
 * @param {Wanted} wanted
 * @param {string} kind
 * @param {string} value
 * @returns {Wanted}
 */
export function toggled(wanted, kind, value) {
  const name = /** @type {keyof Wanted} */ (kind);
  const now = wanted[name];
  if (!SEVERAL.has(kind) || !Array.isArray(now)) return { ...wanted, [name]: now === value ? "" : value };
  return { ...wanted, [name]: now.includes(value) ? now.filter((each) => each !== value) : [...now, value] };
}

/**
 * Have the address tell what is wanted; the way back leads to what was wanted before.
 * @param {Wanted} wanted
 */
export function tellWanted(wanted, replace = false) {
  const query = queryOf(wanted).toString();
  const address = query ? `/?${query}` : "/";
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}

/**
 * Have the address tell the number of the video at the top.
 * @param {number} number counted from 0
 */
export function tellPlace(number) {
  const hash = number > 0 ? `#n=${number}` : "";
  if (location.hash !== hash) history.replaceState(null, "", location.pathname + location.search + hash);
}

export const placeOf = () => Number(/^#n=(\d+)$/.exec(location.hash)?.[1] ?? 0);
