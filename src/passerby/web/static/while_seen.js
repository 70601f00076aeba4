// What is asked again and again while the page can be seen.

/**
 * Do `work` now and so many milliseconds after it has ended, again and again while the page can be seen; what it throws is passed over.
 * @param {() => Promise<unknown>} work
 * @param {number} every
 */
export function whileSeen(work, every) {
  let isAtWork = false;
  const attend = async () => {
    if (isAtWork || document.visibilityState !== "visible") return;
    isAtWork = true;
    await work().catch(() => {}); // the next time will tell
    setTimeout(() => {
      isAtWork = false;
      attend();
    }, every);
  };
  document.addEventListener("visibilitychange", attend);
  attend();
}
