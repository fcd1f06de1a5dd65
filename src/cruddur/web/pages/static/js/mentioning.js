// Fetches what completes mentions when the first "@" is typed.

import { byId } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const text = byId("composer-text", HTMLTextAreaElement);
  const look = async () => {
    if (!text.value.includes("@")) return;
    text.removeEventListener("input", look);
    try {
      const { completeMentions } = await import("./mention_box.js");
      completeMentions(page);
    } catch {
      text.addEventListener("input", look); // the network may be back by then
    }
  };
  text.addEventListener("input", look);
  look();
}
