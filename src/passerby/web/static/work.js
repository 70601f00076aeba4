// Jobs as people read them: in words, with a bar, followed until they end.

import { call, HAS_ENDED, make, timecode, toast } from "./api.js";

const STATUSES = {
  waiting: "waits for its turn", stopping: "stopping", done: "done", failed: "failed", cancelled: "stopped",
};
const STEPS = {
  "": "starting",
  reading: "reading the file", waiting: "waiting for room", indexing: "looking through it",
  looking: "looking for what to hide", writing: "writing the copy", auditing: "checking that nothing shows",
};

/** What a job does, in words; `names` are those of videos, by id. */
export function titleOf(job, names = new Map()) {
  const video = names.get(job.video) ?? "a video";
  const { asked } = job;
  switch (job.kind) {
    case "add": return `Adding ${asked.name}`;
    case "look": return `Looking for ${listed(asked.hide)} in ${video}`;
    case "redact": return `Making the safe copy ${asked.name}`;
    case "audit": return `Checking the copy ${asked.name} closely`;
    case "pull": return `Fetching the model ${asked.model}`;
    default: return job.kind;
  }
}

export const listed = (words) => new Intl.ListFormat("en").format(words);

/** How a job is, in words. */
export function stateOf(job) {
  if (job.status !== "running") return STATUSES[job.status];
  const step = job.kind === "pull" && job.step ? "fetching" : STEPS[job.step] ?? job.step;
  return `${step}${amountOf(job)}`;
}

/** The first step is counted in bytes, those that follow in seconds of video. */
function amountOf(job) {
  if (!job.total) return "";
  if (job.step === "reading") return `, ${sizeOf(job.done)} of ${sizeOf(job.total)}`;
  return `, ${timecode(job.done)} of ${timecode(job.total)}`;
}

/** `1.2 GB`, as the makers of disks count. */
export function sizeOf(bytes) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const number = bytes / 1000 ** power;
  return `${power && number < 10 ? number.toFixed(1) : Math.round(number)} ${units[power]}`;
}

/** A moment since 1970, in seconds, as the reader's own clock and calendar have it. */
export function momentOf(seconds) {
  const when = new Date(seconds * 1000);
  const today = when.toDateString() === new Date().toDateString();
  const shown = today
    ? when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : when.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  return make("time", { datetime: when.toISOString(), title: when.toLocaleString() }, shown);
}

/** A bar with a name for those who cannot see it; `show(share)` moves it, and null means that nobody knows. */
export function bar(name) {
  const element = make("progress", { max: "1", "aria-label": name });
  const show = (share) => {
    if (share === null) element.removeAttribute("value");
    else element.value = share;
  };
  return { element, show };
}

/** A button that stops a job. */
export const stopButton = (job, names) =>
  make(
    "button",
    {
      type: "button", class: "second small", "aria-label": `Stop: ${titleOf(job, names)}`,
      onclick: async (event) => {
        const button = event.currentTarget;
        button.disabled = true;
        try {
          await call(`/jobs/${job.id}`, { method: "DELETE" });
        } catch (error) {
          button.disabled = false;
          toast(error.message, true);
        }
      },
    },
    "Stop",
  );

const ASKED_EVERY = 2000; // ms: for jobs that are not among the newest, of which the stream tells
const followed = new Map(); // id -> told
let newest = new Map();
let asking = 0;

/** Call `told(job)` now and whenever that job changes, until it has ended. */
export function follow(id, told) {
  followed.set(id, told);
  if (newest.has(id)) tell(newest.get(id));
  asking ||= setTimeout(askForOthers, ASKED_EVERY);
}

function tell(job) {
  const told = followed.get(job.id);
  if (!told) return;
  if (HAS_ENDED.has(job.status)) followed.delete(job.id);
  told(job);
}

document.addEventListener("jobs", (event) => {
  newest = new Map(event.detail.map((job) => [job.id, job]));
  for (const job of event.detail) tell(job);
});

async function askForOthers() {
  for (const id of [...followed.keys()].filter((each) => !newest.has(each))) {
    try {
      tell(await call(`/jobs/${id}`));
    } catch (error) {
      if (error.status === 404) followed.delete(id); // its video was forgotten, and the job with it
    }
  }
  asking = followed.size ? setTimeout(askForOthers, ASKED_EVERY) : 0;
}

