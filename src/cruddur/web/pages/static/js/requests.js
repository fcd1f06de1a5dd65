// Requests: what strangers began. A bar in the composer's place answers the one that is open.

import { isRequest } from "./conversation_ref.js";
import { byId, closest, part, setText } from "./dom.js";
import { showHeader } from "./navigation.js";
import { withPart } from "./on_demand.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const { inbox, conversation, stream } = page;
  const bar = byId("request-bar");
  inbox.on("change", () => {
    if (isRequest(inbox, conversation.ref) === "request" in document.body.dataset) return;
    showHeader(page); // it was accepted, perhaps on another device
    conversation.render({ quiet: true });
  });
  conversation.on("open", showPerson);
  if (conversation.ref) showPerson(conversation.ref);
  bar.addEventListener("click", ({ target }) => {
    const answer = closest(target, "[data-answer]")?.dataset.answer;
    const { ref } = conversation;
    byId("request-problem").hidden = true;
    if (answer && ref)
      withPart(
        async () => await import("./strangers.js"),
        ({ answerRequest }) => answerRequest(page, ref, answer),
      );
  });
  stream.on("block", ({ blocked_uuid: uuid, is_blocked: isBlocked }) => {
    const row = isBlocked && inbox.rows("requests").find((one) => one.user_uuid === uuid);
    if (row) forgetRequest(page, row.uuid);
  });
}

/** @param {Page.ConversationRef} ref */
function showPerson({ kind, name, handle }) {
  const isGroup = kind === "group";
  byId("request-problem").hidden = true;
  setText(byId("request-name"), isGroup ? name : `${name} (@${handle})`);
  const does = isGroup ? " is a group that a stranger added you to." : " is new to you.";
  setText(byId("request-does"), does);
  part(byId("request-bar"), "[data-answer=block]").hidden = isGroup;
}

/** Takes a request away, which was declined, or whose sender was blocked.
    @param {MessagesPage} page
    @param {string} uuid */
export function forgetRequest({ inbox, conversation, router }, uuid) {
  inbox.forget(uuid);
  conversation.forget(uuid);
  if (conversation.ref?.uuid === uuid) router.back();
}
