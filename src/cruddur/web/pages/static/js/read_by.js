// The list of those who have read a message, and when. It is fetched when it is first opened.

import { openDialog } from "./dialogs.js";
import { avatar, byId, h, setText } from "./dom.js";
import { receipts } from "./receipts.js";
import { fullTime } from "./time.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page
    @param {number} seq the number of the message */
export async function showReadBy({ conversation, messageList }, seq) {
  const dialog = byId("read-by", HTMLDialogElement);
  const { uuid, userUuid, name } = conversation.ref ?? {};
  if (!uuid || dialog.open) return;
  const names = new Map(messageList.people.map((one) => [one.uuid, one.display_name]));
  if (userUuid) names.set(userUuid, name ?? "");
  const note = byId("read-by-note");
  byId("read-by-list").replaceChildren();
  setText(note, "Loading…");
  openDialog(dialog);
  try {
    const marks = (await receipts(uuid)).filter((mark) => mark.read_seq >= seq);
    setText(note, marks.length ? "" : "Nobody who shares read receipts has read it yet.");
    byId("read-by-list").replaceChildren(...marks.map((mark) => item(mark, names)));
  } catch {
    setText(note, "The list did not load. Close it, and try again.");
  }
}

/** @param {Api.ReadMark} mark
    @param {Map<string, string>} names */
function item({ user_uuid: uuid, read_at: at }, names) {
  const name = names.get(uuid) ?? "Somebody";
  const time = h("time", { datetime: at, class: "settings-note" }, fullTime(at));
  const words = h("span", { class: "option-words" }, h("bdi", {}, name), time);
  return h("li", {}, avatar(uuid, name, "small"), words);
}
