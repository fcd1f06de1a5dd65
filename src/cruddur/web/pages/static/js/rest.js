// Fetches the rest of the page, later.js, and lets nothing be lost that is pressed before it is there.

import { backoff } from "./backoff.js";
import { outside } from "./base_path.js";
import { dataJson, h } from "./dom.js";
import { holdPresses } from "./held_presses.js";

/** @import { MessagesPage } from "./page.js" */

const PROBLEM =
  "A part of the page did not load. Your network may be down, or the service was updated since you opened the page. What you have typed is kept. Reload the page?";

let isThere = false;
let isAwaited = false; // by somebody who has pressed something
/** @type {(() => unknown)[]} */
const waiting = [];
let tryNow = () => {};

/** Calls `work` when the rest of the page is there: at once, if it is.
    @param {() => unknown} work */
export function withRest(work) {
  if (isThere) return work();
  waiting.push(work);
  isAwaited = true;
  return tryNow();
}

/** Fetches the rest, and makes it when the first view is `shown`. If it cannot be fetched, it tries again later, at each
    press, and when the network is back.
    @param {MessagesPage} page
    @param {Promise<void>} shown */
export async function fetchRest(page, shown) {
  const release = holdPresses(withRest);
  addEventListener("online", () => tryNow());
  for (let failures = 0; !(await isFetched(page, shown)); failures += 1) {
    if (isAwaited && confirm(PROBLEM)) location.reload();
    isAwaited = false;
    await new Promise((resolve) => {
      tryNow = () => resolve(null);
      setTimeout(resolve, backoff(failures));
    });
  }
  isThere = true;
  release();
  document.body.dataset.whole = "true";
  for (const work of waiting.splice(0)) work();
}

/** @param {MessagesPage} page
    @param {Promise<void>} shown */
async function isFetched(page, shown) {
  const { sheet, dialogs } = dataJson(document.body, "rest");
  const load = async () => await import("./later.js");
  const all = Promise.all([load(), textOf(dialogs), applied(sheet)]);
  const [rest, html] = (await all.catch(() => null)) ?? [];
  await shown;
  if (html) document.body.insertAdjacentHTML("beforeend", html);
  await rest?.install(page);
  return rest !== undefined;
}

/** @param {string} path */
async function textOf(path) {
  const answer = await fetch(outside(path));
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}.`);
  return answer.text();
}

/** @param {string} path */
function applied(path) {
  const link = h("link", { rel: "stylesheet", href: outside(path) });
  return new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(link.remove()));
    document.head.append(link);
  });
}
