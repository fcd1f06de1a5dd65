// Tells of new messages: notifications of the browser and a sound, and a question whether they are wanted.

import { byId } from "./dom.js";
import { NewMessages } from "./new_messages.js";
import {
  changeNotificationSettings,
  notificationPermission,
  notificationSettings,
  turnNotificationsOn,
} from "./notification_settings.js";
import { playSound } from "./sound.js";

/** @import { MessagesPage } from "./page.js" */

/** @type {Map<string, Notification>} By group. */
const shown = new Map();

/** @param {MessagesPage} page */
export function install(page) {
  const { me, inbox } = page;
  const messages = new NewMessages(page);
  messages.on("arrived", () => offer(me));
  messages.on("unseen", () => notificationSettings(me.uuid).sound && playSound());
  messages.on("unattended", (row) => show(page, row));
  inbox.on("change", () => closeRead(page));
  byId("notify-yes").addEventListener("click", () => answer(() => turnNotificationsOn(me.uuid)));
  byId("notify-no").addEventListener("click", () =>
    answer(() => changeNotificationSettings(me.uuid, { shown: false })),
  );
}

/** Offers notifications once somebody has written, since a question before that would only be in the way.
    @param {Api.User} me */
function offer(me) {
  const isUndecided = notificationSettings(me.uuid).shown === null;
  byId("notify-question").hidden = !isUndecided || notificationPermission() !== "default";
}

/** @param {() => unknown} decide */
function answer(decide) {
  byId("notify-question").hidden = true;
  return decide();
}

/** Shows one notification for each conversation; a newer one takes the place of the older.
    @param {MessagesPage} page
    @param {Api.InboxRow} row */
function show({ me, router }, row) {
  const { shown: isWanted, texts } = notificationSettings(me.uuid);
  if (!isWanted || notificationPermission() !== "granted") return;
  const [title, body] = texts ? [row.display_name, textOf(row)] : ["Cruddur", "New message"];
  const notification = notify(title, { body, tag: row.uuid, icon: icon(), silent: true });
  if (!notification) return;
  shown.set(row.uuid, notification);
  notification.addEventListener("click", () => {
    focus();
    notification.close();
    router.go(`/c/${row.uuid}`);
  });
}

/** @param {Api.InboxRow} row */
function textOf({ kind, message, last_display_name: name, last_kind: last }) {
  if (last === "event") return message;
  const text = message || "Message deleted";
  return kind === "group" && name ? `${name}: ${text}` : text;
}

const icon = () => document.querySelector("link[rel=icon]")?.getAttribute("href") ?? "";

/** A notification, or null on a phone, where only a service worker may show one.
    @param {string} title
    @param {NotificationOptions} options */
function notify(title, options) {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}

/** Closes the notifications of what was read or deleted meanwhile, here or on another device.
    @param {MessagesPage} page */
function closeRead({ inbox }) {
  for (const [uuid, notification] of shown) {
    const row = inbox.row(uuid);
    if (row && row.unread > 0 && row.message) continue;
    notification.close();
    shown.delete(uuid);
  }
}
