// Blocks a person, or ends that, after a question that says what it means; and answers what a stranger began.

import { asFailure, call, get, post } from "./api.js";
import { ask } from "./dialogs.js";
import { byId, setText } from "./dom.js";
import { showPart } from "./inbox_parts.js";
import { Profile } from "./profile.js";
import { forgetRequest } from "./requests.js";

/** @import { MessagesPage } from "./page.js" */
/** @import { Whom } from "./profiles.js" */

/** @type {Profile | null} */
let profile = null;

/** Opens the sheet about a person.
    @param {MessagesPage} page
    @param {Whom} whom
    @param {(message: Api.Message) => unknown} report */
export function openProfile(page, whom, report) {
  profile ??= new Profile(page, { blockOrUnblock, report });
  return profile.open(whom);
}

/** Says in the bar of the request what went wrong, if anything does.
    @param {MessagesPage} page
    @param {Page.ConversationRef} ref of the request
    @param {string} answer "accept", "decline" or "block" */
export async function answerRequest(page, ref, answer) {
  try {
    if (answer === "accept") await accept(page, ref);
    else if (await (answer === "block" ? block(ref) : decline(ref)))
      forgetRequest(page, ref.uuid ?? "");
  } catch (error) {
    if (page.conversation.ref !== ref) return;
    setText(byId("request-problem"), asFailure(error).message);
    byId("request-problem").hidden = false;
  }
}

/** It moves to the inbox, which is shown then.
    @param {MessagesPage} page
    @param {Page.ConversationRef} ref */
async function accept({ inbox, view, conversation, composer }, { uuid }) {
  /** @type {Api.Conversation} */
  const row = await post(`/api/message_groups/${uuid}/accept`);
  inbox.put(row);
  showPart(view, "inbox");
  if (conversation.ref?.uuid === uuid) composer.focus();
}

/** @param {Page.ConversationRef} ref */
const block = ({ userUuid, name }) => blockOrUnblock(userUuid ?? "", name);

/** Asks first. Resolves to whether it was declined.
    @param {Page.ConversationRef} ref */
async function decline({ uuid, name, kind }) {
  const what = kind === "group" ? "You leave this group." : "Nobody is told.";
  const sure = await ask({
    title: `Decline ${name}?`,
    text: `${what} What was written so far is hidden for good. What they write later is another request.`,
    yes: "Decline",
  });
  if (sure) await post(`/api/message_groups/${uuid}/decline`);
  return sure;
}

/** Asks the server first whether the person is blocked: another tab or device may have changed it. Resolves to whether
    the person is blocked now by this answer.
    @param {string} uuid
    @param {string} name */
export async function blockOrUnblock(uuid, name) {
  /** @type {Api.Blocked[]} */
  const blocks = (await get("/api/blocks")).data;
  const isBlocked = blocks.some((one) => one.uuid === uuid);
  const sure = await ask(isBlocked ? unblocking(name) : blocking(name));
  if (sure) await call(isBlocked ? "DELETE" : "PUT", `/api/blocks/${uuid}`);
  return sure && !isBlocked;
}

/** @param {string} name */
const blocking = (name) => ({
  title: `Block ${name}?`,
  text: "What they write to you from now on you never see, and they are not told. Neither of you sees the other online or typing. In groups both of you stay.",
  yes: "Block",
});

/** @param {string} name */
const unblocking = (name) => ({
  title: `Unblock ${name}?`,
  text: "You have blocked them. What they wrote meanwhile stays hidden; what they write from now on reaches you.",
  yes: "Unblock",
});
