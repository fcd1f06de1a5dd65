// The buttons above the list of conversations, which choose what it shows.

import { byId, closest, parts, setAttribute } from "./dom.js";
import { Roving } from "./roving.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install({ view }) {
  const bar = byId("inbox-parts");
  new Roving(bar, { items: "button", isAcross: true });
  bar.addEventListener("click", ({ target }) => {
    const part = closest(target, "[data-part]")?.dataset.part;
    if (part) showPart(view, /** @type {Page.InboxPart} */ (part));
  });
}

/** @param {MessagesPage["view"]} view
    @param {Page.InboxPart} part */
export function showPart(view, part) {
  for (const one of parts(byId("inbox-parts"), "[data-part]"))
    setAttribute(one, "aria-pressed", String(one.dataset.part === part));
  view.show(part);
}
