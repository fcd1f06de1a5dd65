// Which of two tabs leads, and for how long one that leads may say nothing.

const SILENCE_MS = 6000;
const HIDDEN_SILENCE_MS = 150_000; // the timers of a hidden tab may run once a minute

/** Whether the first leader began later. The later one was visible later, so it is less likely to be frozen.
    @param {Page.Leader} one
    @param {Page.Leader} other */
export const isLater = (one, other) =>
  one.since === other.since ? one.from > other.from : one.since > other.since;

export const longestSilence = () =>
  document.visibilityState === "visible" ? SILENCE_MS : HIDDEN_SILENCE_MS;
