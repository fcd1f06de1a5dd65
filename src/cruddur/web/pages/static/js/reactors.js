// The list of those who have reacted to a message. It is fetched when it is first opened.

import { openDialog } from "./dialogs.js";
import { avatar, byId, h } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page
    @param {Page.Item | undefined} message */
export function openReactors({ me, conversation, messageList }, message) {
  const { ref, timeline } = conversation;
  const stored = timeline?.at(message?.seq ?? 0);
  const dialog = byId("reactors", HTMLDialogElement);
  if (!ref || !stored || dialog.open) return; // on some systems a long press is a right click too
  const names = new Map(messageList.people.map((one) => [one.uuid, one.display_name]));
  if (ref.userUuid) names.set(ref.userUuid, ref.name);
  names.set(me.uuid, "You");
  const sections = Object.entries(stored.reactions ?? {}).map(([emoji, people]) =>
    section(emoji, people, names),
  );
  byId("reactors-list").replaceChildren(...sections);
  openDialog(dialog);
}

/** @param {string} emoji
    @param {string[]} people
    @param {Map<string, string>} names */
function section(emoji, people, names) {
  const heading = h("h3", {}, h("span", { class: "reactors-emoji" }, emoji), ` ${people.length}`);
  const items = people.map((uuid) => {
    const name = names.get(uuid) ?? "Somebody who left";
    return h("li", {}, avatar(uuid, name, "small"), h("bdi", {}, name));
  });
  return h("section", {}, heading, h("ul", { "aria-label": `With ${emoji}` }, ...items));
}
