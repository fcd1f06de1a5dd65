// How many requests wait, on the button that lists them. No event tells of a new one: so it is asked for when the person
// does something here for the first time, when they come back, and after an answer.

import { get } from "./api.js";
import { byId, h, part, setAttribute } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

const AGAIN_AFTER_MS = 600_000;

/** @param {MessagesPage} page */
export function install({ inbox }) {
  const button = part(byId("inbox-parts"), "[data-part=requests]");
  const badge = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
  button.append(" ", badge);
  let askedAt = -AGAIN_AFTER_MS;
  let listed = 0;
  const ask = async () => {
    askedAt = performance.now();
    /** @type {Api.Requests | null} */
    const found = await get("/api/requests").then(
      ({ data }) => data,
      () => null, // it is asked again later
    );
    if (found) show(found);
  };
  /** @param {Api.Requests} found */
  const show = ({ count, has_more: hasMore }) => {
    const shown = `${count}${hasMore ? "+" : ""}`;
    badge.hidden = count === 0;
    badge.textContent = count ? shown : "";
    setAttribute(button, "aria-description", count ? `${shown} waiting` : null);
  };
  const askIfOld = () => {
    if (!document.hidden && performance.now() - askedAt >= AGAIN_AFTER_MS) ask();
  };
  for (const sign of ["pointerdown", "keyup", "visibilitychange"])
    document.addEventListener(sign, askIfOld, { passive: true });
  button.addEventListener("click", ask);
  inbox.on("change", () => {
    const now = inbox.rows("requests").length;
    if (now < listed) ask(); // one was answered, here or on another device
    listed = now;
  });
}
