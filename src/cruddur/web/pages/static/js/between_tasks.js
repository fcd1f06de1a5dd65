// Parts long work into tasks, so that a slow phone scrolls and takes presses between them.

import { pause } from "./backoff.js";

const LONG_MS = 8; // on a desk; it is four times as much on a phone, and from 50 on people notice

let began = performance.now();

/** Goes on in another task. In a page that nobody sees it goes on at once, since browsers slow down its timers. */
export async function inAnotherTask() {
  if (!document.hidden) await pause(0);
  began = performance.now();
}

/** Goes on in another task if this one has become long. */
export async function unlessLong() {
  if (performance.now() - began > LONG_MS) await inAnotherTask();
}
