// The copies of the video on the workbench: a list of them, and the one that is open with its film, audit and papers.

import { API, call } from "./api.js";
import { FilmsInStep } from "./films_in_step.js";
import { LeakQueue } from "./leak_queue.js";
import { LOOKS, wordsOf } from "./leaks.js";
import { at, make, trying } from "./page.js";
import { linksTo } from "./share_links.js";
import { said, t } from "./words.js";
import { momentOf } from "./work.js";

/** @type {() => Record<Copy["state"], string>} */
const STATES = () => ({ passed: t("passed"), shows_on_purpose: t("shows faces on purpose"), failed: t("failed"), not_audited: t("not checked") });

/** Whether all who may see the library may see it, and links for others may lead to it. */
const isForViewers = (/** @type {Copy} */ { state, released }) => state === "passed" || (state === "shows_on_purpose" && released !== null);

export class CopyDesk {
  /** @type {FilmsInStep | null} */
  #films = null;
  /** @type {string | null} the id of the copy that is open */
  open = null;

  /**
   * @param {import("./workbench.js").Workbench} bench
   * @param {import("./bench_work.js").BenchWork} work
   * @param {() => void} makeAgain
   */
  constructor(bench, work, makeAgain) {
    this.bench = bench;
    this.work = work;
    this.makeAgain = makeAgain;
    document.addEventListener("busy", () => this.#showBusy());
  }

  /**
   * Show the copies as they are now, and open one of them.
   * @param {string | null} [copy] its id; without it that which is open stays so
   * @param {string} [report] the job with its leak report
   */
  async show(copy = this.open, report = "") {
    const found = (await this.#list(copy)).find((each) => each.id === copy);
    if (found) await this.#openCopy(found, report);
    else this.#close();
  }

  /**
   * List the copies as they are now; what has the focus keeps it.
   * @param {string | null} open the id of the one that is open
   */
  async #list(open) {
    /** @type {{copies: Copy[]}} */
    const { copies } = await call(`/copies?video=${this.bench.id}`);
    at("no-copies").hidden = copies.length > 0;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement?.closest("#copy-list [data-copy]"))?.dataset.copy;
    at("copy-list").replaceChildren(...copies.map((each) => this.#itemOf(each, each.id === open)));
    if (focused) document.querySelector(`#copy-list [data-copy="${focused}"]`)?.querySelector("button")?.focus();
    return copies;
  }

  /**
   * @param {Copy} copy
   * @param {boolean} isOpen
   */
  #itemOf(copy, isOpen) {
    return make("li", { dataset: { copy: copy.id, state: copy.state } },
      make("button", { type: "button", class: "second", "aria-expanded": String(isOpen), onclick: () => trying(() => this.show(isOpen ? null : copy.id)) },
        make("strong", {}, copy.name), make("span", { class: "state" }, STATES()[copy.state]),
        copy.released ? make("span", {}, t("released to viewers by {name}", { name: copy.released.by })) : null, momentOf(copy.created)));
  }

  #close() {
    this.#films?.pause();
    this.#films = null;
    this.open = null;
    at("result").replaceChildren();
  }

  /**
   * @param {Copy} copy
   * @param {string} report
   */
  async #openCopy(copy, report) {
    const isSame = this.open === copy.id && this.#films;
    const audit = copy.state === "not_audited" ? null : await call(`/copies/${copy.id}/audit`);
    if (!isSame) {
      this.#close();
      this.#films = this.#filmsOf(copy);
    }
    this.open = copy.id;
    const verdict = make("p", { class: "notice", role: "status" });
    const showVerdict = (/** @type {Audit} */ found) => {
      verdict.className = `notice ${LOOKS[found.state]}`;
      verdict.textContent = wordsOf(found);
    };
    if (audit) showVerdict(audit);
    else verdict.textContent = said(copy.verdict);
    let papers = this.#workOn(copy, report);
    const showState = async () => {
      const now = (await this.#list(this.open)).find((each) => each.id === copy.id);
      if (!now) return;
      const before = papers;
      before.replaceWith((papers = this.#workOn(now, report)));
      this.#showBusy();
    };
    const queue = audit && new LeakQueue(copy.id, audit, this.bench, {
      onAudit: (found) => {
        showVerdict(found);
        trying(showState);
      },
      again: () => (this.bench.plan.done.length ? this.makeAgain() : this.#check(copy)),
    });
    at("result").replaceChildren(
      verdict, papers, ...(queue ? [queue.element] : []), /** @type {FilmsInStep} */ (this.#films).element,
      ...(isForViewers(copy) ? [linksTo(copy)] : []),
      make("details", {}, make("summary", {}, t("What was hidden, and what was dropped")), make("ul", {}, ...copy.summary.map((line) => make("li", {}, said(line))))));
    this.#showBusy();
  }

  /** @param {Copy} copy */
  #filmsOf(copy) {
    const { id } = this.bench;
    const films = new FilmsInStep({
      copy: `${API}/copies/${copy.id}/media`, original: `${API}/videos/${id}/media`, frameAt: (time) => `${API}/videos/${id}/frame?time=${time}`,
      noted: () => call(`/videos/${id}/views`, { method: "POST" }),
    });
    films.compare.addEventListener("click", () => trying(() => films.showOriginal(films.beside.hidden === true)));
    return films;
  }

  /**
   * @param {Copy} copy
   * @param {string} report
   */
  #workOn(copy, report) {
    const link = (/** @type {string} */ what, /** @type {string} */ text, kind = "second") =>
      make("a", { class: `button ${kind} small`, href: `${API}/copies/${copy.id}/${what}?download=true`, download: "" }, text);
    const button = (/** @type {string} */ text, /** @type {() => unknown} */ work, kind = "second") =>
      make("button", { type: "button", class: `${kind} small`, onclick: () => trying(work) }, text);
    const ask = async (/** @type {string} */ words, /** @type {string} */ method, /** @type {string} */ path, /** @type {string | null} */ then) => {
      if (words && !confirm(words)) return;
      await call(`/copies/${copy.id}${path}`, { method });
      await this.show(then);
      at("copies-title").focus();
    };
    const check = button(t("Check it closely"), () => this.#check(copy));
    check.dataset.work = "";
    return make("p", { class: "row" },
      link("media", t("Download the copy"), ""), link("manifest", t("Manifest")), link("plan", t("Plan")), check,
      report ? make("a", { class: "button second small", href: `${API}/jobs/${report}/report`, target: "_blank" }, t("Open the leak report")) : null,
      copy.released ? button(t("Take it back from viewers"), () => ask("", "DELETE", "/release", copy.id)) : null,
      !copy.released && copy.state === "shows_on_purpose"
        ? button(t("Release to viewers"), () => ask(`${said(copy.verdict)}.\n\n${t("Let all viewers see it?")}`, "POST", "/release", copy.id)) : null,
      copy.plan && copy.plan !== this.bench.planId ? button(t("Open its plan"), () => this.bench.open(copy.plan)) : null,
      button(t("Delete the copy"), () => ask(t("Delete {name} with its plan and manifest?", { name: copy.name }), "DELETE", "", null), "bad"));
  }

  /**
   * Have every frame of a copy looked at.
   * @param {Copy} copy
   */
  #check(copy) {
    return this.work.run(() => call(`/copies/${copy.id}/audits`, { method: "POST" }));
  }

  #showBusy() {
    for (const button of document.querySelectorAll("#result [data-work]")) /** @type {HTMLButtonElement} */ (button).disabled = this.work.isBusy;
  }
}
