// What the live stream says of groups.

import { groupChanged, groupLeft, loadPeople, tell } from "./open_group.js";
import { notePictures } from "./pictures.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const { stream, inbox, conversation } = page;
  stream.on("ready", () => {
    const { ref } = conversation;
    if (page.rendered.copied && ref?.kind === "group" && ref.uuid) loadPeople(page, ref.uuid);
  });
  stream.on("left", ({ message_group_uuid: uuid, by_user_uuid: by, title }) => {
    if (by && by !== page.me.uuid) tell(`You were removed from “${title}”.`);
    groupLeft(page, uuid);
  });
  stream.on("group", notePictures);
  stream.on("group_changed", notePictures);
  stream.on("group_changed", (group) => groupChanged(page, group));
  stream.on("group", (row) => (row.kind === "group" ? groupChanged(page, row) : inbox.put(row)));
}
