// What is said, word by word: follows the time, is searched, and leads to where a word is said.

import { make, timecode } from "./api.js";

/** The last of `items` that starts at or before `time`; -1 if none does. */
export function lastBefore(items, time) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].start <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const BLOCK = 32; // lines that get their elements together
const HEIGHT = 32; // pixels that a line takes about, before it has elements

/**
 * Fill `place` with the speech of a video's document; gives `{at(seconds), search(text), next()}`.
 *
 * Lines get elements, one for each word, a block at a time: those that are seen at once, the others while the browser
 * has nothing else to do. A long video has tens of thousands of words.
 */
export function makeTranscript(place, speech, seek) {
  const starts = new Map(); // of elements that lead to a time
  const lines = speech.map((said) => ({
    start: said.start, end: said.end, words: said.words.length ? said.words : [said], language: said.language, block: null, line: null, spans: null,
  }));
  const blocks = [];
  for (let first = 0; first < lines.length; first += BLOCK) {
    const block = { box: make("div"), lines: lines.slice(first, first + BLOCK), filled: false };
    block.box.style.minHeight = `${block.lines.length * HEIGHT}px`;
    for (const each of block.lines) each.block = block;
    blocks.push(block);
  }
  const blockOf = new Map(blocks.map((block) => [block.box, block]));
  const near = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) if (isIntersecting) fill(blockOf.get(target));
  }, { root: place, rootMargin: "100%" });
  place.replaceChildren(...blocks.map((block) => block.box));
  for (const block of blocks) near.observe(block.box);
  if (!lines.length) place.append(make("p", { class: "quiet empty" }, "Nothing is said, or speech was not listened to."));
  else whenIdle(() => fillOthers(0));

  function fill(block) {
    if (block.filled) return;
    block.filled = true;
    near.unobserve(block.box);
    block.box.append(...block.lines.map(lineFor));
    block.box.style.minHeight = "";
  }

  function fillOthers(number) {
    fill(blocks[number]);
    if (number + 1 < blocks.length) whenIdle(() => fillOthers(number + 1));
  }

  function lineFor(each) {
    const time = make("button", { type: "button", class: "plain time" }, timecode(each.start));
    starts.set(time, each.start);
    each.spans = each.words.map((word) => make("span", { class: "w" }, word.text.trim()));
    each.spans.forEach((span, n) => starts.set(span, each.words[n].start));
    each.line = make("p", {}, time, make("span", { lang: each.language || null }, ...each.spans.flatMap((span) => [span, " "])));
    return each.line;
  }

  /** The elements of a line's words. */
  function spansOf(each) {
    fill(each.block);
    return each.spans;
  }

  place.addEventListener("click", (event) => {
    const start = starts.get(event.target);
    if (start !== undefined) seek(start);
  });
  let shown = null;
  let lit = null;
  let found = [];
  let current = -1;

  function into(line) {
    const { offsetTop: top, offsetHeight: height } = line;
    if (top < place.scrollTop || top + height > place.scrollTop + place.clientHeight) {
      place.scrollTop = top - place.clientHeight / 3;
    }
  }
  function at(seconds) {
    const said = lines[lastBefore(lines, seconds)];
    const here = said && seconds < said.end ? said : null;
    const word = here ? spansOf(here)[Math.max(lastBefore(here.words, seconds), 0)] : null;
    if (here !== shown) {
      shown?.line.classList.remove("now");
      here?.line.classList.add("now");
      if (here && !place.matches(":hover")) into(here.line); // whoever reads elsewhere is left there
      shown = here;
    }
    if (word !== lit) {
      lit?.classList.remove("at");
      word?.classList.add("at");
      lit = word;
    }
  }
  /** Mark what holds all of the words typed, in a row; gives how often it is said. */
  function search(text) {
    for (const each of found) each.spans.forEach((span) => span.classList.remove("found"));
    const asked = text.toLowerCase().split(/\s+/).filter(Boolean);
    found = [];
    current = -1;
    if (!asked.length) return 0;
    for (const each of lines) {
      const { words } = each;
      const plain = words.flatMap((word, n) => word.text.toLowerCase().split(/\s+/).filter(Boolean).map((part) => [part, n]));
      for (let n = 0; n + asked.length <= plain.length; n += 1) {
        if (!asked.every((part, m) => plain[n + m][0].includes(part))) continue;
        const numbers = [...new Set(plain.slice(n, n + asked.length).map(([, number]) => number))];
        found.push({ start: words[numbers[0]].start, spans: numbers.map((number) => spansOf(each)[number]), line: each.line });
      }
    }
    for (const each of found) each.spans.forEach((span) => span.classList.add("found"));
    if (found.length) into(found[0].line);
    return found.length;
  }
  /** Go to the next place found; gives its number, from 1, or 0. */
  function next() {
    if (!found.length) return 0;
    current = (current + 1) % found.length;
    seek(found[current].start);
    into(found[current].line);
    return current + 1;
  }
  return { at, search, next };
}

const whenIdle = (work) => ("requestIdleCallback" in window ? requestIdleCallback(work) : setTimeout(work, 50)); // Safari has none
