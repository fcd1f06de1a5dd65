// The group that is open: its members, and what changes of it.

import * as api from "./api.js";
import { byId, setText } from "./dom.js";
import { showHeader } from "./navigation.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const { inbox, conversation } = page;
  conversation.on("open", ({ kind, uuid }) => kind === "group" && uuid && loadPeople(page, uuid));
  conversation.on("gone", (uuid) => {
    tell(`You are no longer in “${inbox.row(uuid)?.display_name ?? "this group"}”.`);
    groupLeft(page, uuid);
  });
}

/** Shows the members of the group that is open: those that the server has rendered, or else those that it answers.
    @param {MessagesPage} page
    @param {string} uuid */
export async function loadPeople(page, uuid) {
  const { group, copied } = page.rendered;
  page.rendered.group = null; // later it may be out of date
  if (group?.uuid === uuid && !copied) {
    groupChanged(page, group);
    return;
  }
  await api.messageGroup(uuid).then(
    (found) => groupChanged(page, found),
    () => {}, // the conversation can be used without the number of its members
  );
}

/** @type {Map<string, number>} By group: the newest version that was shown. Events and answers may come late. */
const versions = new Map();

/** Shows a group's new title and members.
    @param {MessagesPage} page
    @param {Api.Conversation | Events.GroupChanged} group */
export function groupChanged(page, group) {
  const { header, inbox, conversation, messageList } = page;
  if (group.version < (versions.get(group.uuid) ?? 0)) return;
  versions.set(group.uuid, group.version);
  header.setPeople(group, page.me);
  if ("last_seq" in group) inbox.put(group);
  else inbox.onGroup(group);
  const { ref } = conversation;
  if (ref?.uuid !== group.uuid) return;
  const { emoji, colour } = group;
  conversation.ref = { ...ref, name: group.display_name, picture: { emoji, colour } };
  messageList.people = group.members;
  conversation.render({ quiet: true });
  showHeader(page);
}

/** Says above the list of conversations what has happened to this user.
    @param {string} what */
export function tell(what) {
  setText(byId("rows-problem"), what);
  byId("rows-problem").hidden = false;
}

/** @param {MessagesPage} page
    @param {string} uuid */
export function groupLeft({ inbox, conversation, outbox, router }, uuid) {
  inbox.forget(uuid);
  conversation.forget(uuid);
  outbox.wake({ now: true }); // unsent messages to it are refused now, and shown as such
  if (conversation.ref?.uuid === uuid) router.go("/");
}
