// The buttons above the list of conversations, which choose what it shows.

import { byId, closest, parts, setAttribute } from "./dom.js";
import { Roving } from "./roving.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install({ view }) {
  const bar = byId("inbox-parts");
  new Roving(bar, { items: "button", isAcross: true });
  bar.addEventListener("click", ({ target }) => {
    const button = closest(target, "[data-part]");
    if (!button) return;
    for (const one of parts(bar, "[data-part]"))
      setAttribute(one, "aria-pressed", String(one === button));
    view.show(/** @type {Page.InboxPart} */ (button.dataset.part));
  });
}
