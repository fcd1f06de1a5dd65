// In a group both stay, also after one has blocked the other. What the blocked person writes there is folded.

import { get } from "./api.js";
import { h, setText } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

const AGAIN_AFTER_MS = 600_000;

/** @param {MessagesPage} page */
export function install({ conversation, messageList, stream }) {
  /** @type {Set<string>} The people whom this user has blocked. */
  const blocked = new Set();
  /** @type {Set<string>} The messages that are shown all the same. */
  const opened = new Set();
  let askedAt = -AGAIN_AFTER_MS;
  const isGroup = () => conversation.ref?.kind === "group";
  const load = async () => {
    if (!isGroup() || performance.now() - askedAt < AGAIN_AFTER_MS) return;
    askedAt = performance.now();
    await get("/api/blocks").then(
      ({ data }) => {
        blocked.clear();
        for (const { uuid } of /** @type {Api.Blocked[]} */ (data)) blocked.add(uuid);
        if (isGroup()) conversation.render({ quiet: true });
      },
      () => (askedAt = -AGAIN_AFTER_MS), // the next group asks again
    );
  };
  messageList.marks = (element, { uuid, user_uuid: author, kind }) => {
    const isBlocked = isGroup() && kind !== "event" && blocked.has(author);
    mark(element, isBlocked, opened.has(uuid), () => {
      if (!opened.delete(uuid)) opened.add(uuid);
      conversation.render({ quiet: true });
    });
  };
  conversation.on("open", load);
  load(); // a conversation may be open already
  let connections = 0;
  stream.on("ready", () => {
    connections += 1;
    if (connections === 1) return;
    askedAt = -AGAIN_AFTER_MS; // the event of a block may have been missed
    load();
  });
  stream.on("block", ({ blocked_uuid: uuid, is_blocked: isBlocked }) => {
    if (isBlocked) blocked.add(uuid);
    else blocked.delete(uuid);
    if (isGroup()) conversation.render({ quiet: true });
  });
}

/** @param {HTMLElement} element of the message
    @param {boolean} isBlocked whether its author is
    @param {boolean} isShown
    @param {() => void} press */
function mark(element, isBlocked, isShown, press) {
  element.classList.toggle("folded-away", isBlocked && !isShown);
  const known = element.querySelector(".blocked-note");
  if (!isBlocked) {
    known?.remove();
    return;
  }
  const note = known ?? newNote(press);
  setText(
    note.firstChild,
    isShown ? "From somebody you blocked. " : "Message from somebody you blocked. ",
  );
  setText(note.lastChild, isShown ? "Hide" : "Show");
  if (!known) element.append(note);
}

/** @param {() => void} press */
function newNote(press) {
  const button = h("button", { type: "button", class: "text-button" });
  button.addEventListener("click", press);
  return h("p", { class: "blocked-note" }, h("span", {}), button);
}
