// The buttons above the list of conversations, which choose what it shows, and the one that lists mentions.

import { isDialogOpen } from "./dialogs.js";
import { byId, closest, parts, setAttribute } from "./dom.js";
import { onKey } from "./keyboard.js";
import { withPart } from "./on_demand.js";
import { Roving } from "./roving.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const { view } = page;
  const bar = byId("inbox-parts");
  new Roving(bar, { items: "button", isAcross: true });
  bar.addEventListener("click", ({ target }) => {
    const part = closest(target, "[data-part]")?.dataset.part;
    if (part) showPart(view, /** @type {Page.InboxPart} */ (part));
  });
  const listMentions = () =>
    withPart(
      async () => await import("./lists.js"),
      ({ openList }) => openList(page),
    );
  byId("mentions-button").addEventListener("click", listMentions);
  onKey(document, (event) => {
    const { code, altKey, shiftKey, ctrlKey, metaKey } = event;
    const isMeant = code === "KeyA" && altKey && shiftKey && !ctrlKey && !metaKey;
    if (!isMeant || event.defaultPrevented || isDialogOpen()) return;
    event.preventDefault();
    listMentions();
  });
}

/** @param {MessagesPage["view"]} view
    @param {Page.InboxPart} part */
export function showPart(view, part) {
  for (const one of parts(byId("inbox-parts"), "[data-part]"))
    setAttribute(one, "aria-pressed", String(one.dataset.part === part));
  view.show(part);
}
