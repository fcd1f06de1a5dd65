// The date of what is in view lies over the messages while they are scrolled, and for a moment after.

import { byId, parts } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

const STAYS_MS = 1200;

/** @param {MessagesPage} page */
export function install({ conversation }) {
  const [log, list] = [byId("log"), byId("messages")];
  let timer = 0;
  const settle = () => {
    const { top } = log.getBoundingClientRect();
    for (const day of parts(list, ".day"))
      day.classList.toggle("passed", day.getBoundingClientRect().top < top);
    list.classList.remove("scrolling");
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(settle, STAYS_MS);
  };
  const scrolled = () => {
    list.classList.add("scrolling");
    later();
  };
  log.addEventListener("scroll", scrolled, { passive: true });
  conversation.on("open", scrolled);
  scrolled(); // what is open already
  new MutationObserver(later).observe(list, { childList: true, subtree: true });
  new ResizeObserver(later).observe(log);
}
