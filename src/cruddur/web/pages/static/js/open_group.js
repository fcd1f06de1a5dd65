// Groups on the page: the dialogs to start one and to show its members, and changes of the one that is open.

import * as api from "./api.js";
import { refOfRow } from "./conversation_ref.js";
import { byId } from "./dom.js";
import { GroupPeople, NewGroup } from "./groups.js";
import { showHeader } from "./navigation.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const { stream, inbox, conversation } = page;
  conversation.on("open", ({ kind, uuid }) => kind === "group" && uuid && loadPeople(page, uuid));
  conversation.on("gone", (uuid) => groupLeft(page, uuid));
  stream.on("left", ({ message_group_uuid: uuid }) => groupLeft(page, uuid));
  stream.on("group", (row) => (row.kind === "group" ? groupChanged(page, row) : inbox.put(row)));
  installDialogs(page);
}

/** @param {MessagesPage} page */
function installDialogs(page) {
  const { me, inbox, router, conversation, composer } = page;
  const newGroup = new NewGroup(me, (made) => {
    inbox.put(made);
    router.go(`/c/${made.uuid}`);
  });
  const people = new GroupPeople(me, {
    changed: (group) => groupChanged(page, group),
    left: (uuid) => groupLeft(page, uuid),
  });
  byId("new-group-button").addEventListener("click", () => newGroup.open());
  byId("people-button").addEventListener("click", async () => {
    const uuid = conversation.ref?.uuid;
    const isStillOpen = () => conversation.ref?.uuid === uuid;
    await api.messageGroup(uuid ?? "").then(
      (group) => isStillOpen() && people.open(group),
      (error) => isStillOpen() && composer.complain(error.message),
    );
  });
}

/** Shows the members of the group that is open: those that the server has rendered, or else those that it answers.
    @param {MessagesPage} page
    @param {string} uuid */
async function loadPeople(page, uuid) {
  const { group } = page.rendered;
  page.rendered.group = null; // later it may be out of date
  if (group?.uuid === uuid) {
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
    @param {Api.Conversation} group */
function groupChanged(page, group) {
  const { header, inbox, conversation, messageList } = page;
  if (group.version < (versions.get(group.uuid) ?? 0)) return;
  versions.set(group.uuid, group.version);
  header.setPeople(group);
  inbox.put(group);
  if (conversation.ref?.uuid !== group.uuid) return;
  conversation.ref = refOfRow(group);
  messageList.people = group.members;
  conversation.render({ quiet: true });
  showHeader(page);
}

/** @param {MessagesPage} page
    @param {string} uuid */
function groupLeft({ inbox, conversation, outbox, router }, uuid) {
  inbox.forget(uuid);
  conversation.forget(uuid);
  outbox.wake({ now: true }); // unsent messages to it are refused now, and shown as such
  if (conversation.ref?.uuid === uuid) router.go("/");
}
