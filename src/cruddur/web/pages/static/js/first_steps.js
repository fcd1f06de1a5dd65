// Helps with the first conversation: people to find, one's own link to share, and a greeting where nobody has written.

import { outside } from "./base_path.js";
import { copied } from "./clipboard.js";
import { byId, closest, part, parts, setText } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

const GREETING = "Hello 👋";

/** @param {MessagesPage} page */
export function install({ me, conversation, composer }) {
  const link = location.origin + outside(`/@${me.handle}`);
  setText(byId("own-link"), link);
  document.addEventListener("click", async ({ target }) => {
    const words = closest(target, "[data-copy-link]")?.lastElementChild ?? null;
    if (words) setText(words, (await copied(link)) ? "Copied" : "Copying was refused");
  });
  const [search, note] = ["[role=combobox]", ".combobox-note"].map((one) =>
    part(byId("search"), one),
  );
  for (const one of parts(document, "[data-find]"))
    one.addEventListener("click", () => {
      search.focus();
      setText(note, "Type a name or a handle.");
      note.hidden = false;
    });
  byId("say-hello").addEventListener("click", () => composer.bringBack(conversation.key, GREETING));
}
