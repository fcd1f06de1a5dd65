// How many live streams this browser holds, in all its tabs together. It allows six connections to a
// site over HTTP/1.1; when the tabs in the background hold them all, nothing else gets through.

const NAME = "cruddur-stream";
const ENOUGH = 3;

/** Counts as one line while `work` runs. */
export const holdingLine = (work) =>
  navigator.locks ? navigator.locks.request(NAME, { mode: "shared" }, work) : work();

/** Whether a tab that nobody looks at should do without, given that it holds `own` lines now. */
export async function isScarce(own) {
  if (document.visibilityState === "visible" || !navigator.locks) return false;
  const { held } = await navigator.locks.query();
  return held.filter(({ name }) => name === NAME).length - own >= ENOUGH;
}
