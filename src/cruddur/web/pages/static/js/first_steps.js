// Helps with the first conversation: one's own link to share, and a greeting where nobody has written yet.

import { outside } from "./base_path.js";
import { copied } from "./clipboard.js";
import { byId, setText } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

const GREETING = "Hello 👋";

/** @param {MessagesPage} page */
export function install({ me, conversation, composer }) {
  const link = location.origin + outside(`/@${me.handle}`);
  setText(byId("own-link"), link);
  const copy = byId("copy-link");
  copy.addEventListener("click", async () =>
    setText(copy, (await copied(link)) ? "Copied" : "Copying was refused"),
  );
  byId("say-hello").addEventListener("click", () => composer.bringBack(conversation.key, GREETING));
}
