// Tells of new messages: notifications of the browser and a sound, and a question whether they are wanted.

import { byId } from "./dom.js";
import { NewMessages } from "./new_messages.js";
import {
  changeNotificationSettings,
  isQuietHour,
  notificationPermission,
  notificationSettings,
  turnNotificationsOn,
} from "./notification_settings.js";
import { pictureOf } from "./pictures.js";
import { playSound } from "./sound.js";

/** @import { MessagesPage } from "./page.js" */

/** @type {Map<string, Notification>} By group. */
const shown = new Map();

/** @param {MessagesPage} page */
export function install(page) {
  const { me, inbox } = page;
  const messages = new NewMessages(page);
  messages.on("arrived", () => offer(me));
  messages.on("unseen", () => {
    const settings = notificationSettings(me.uuid);
    if (settings.sound && !isQuietHour(settings)) playSound();
  });
  messages.on("unattended", (row) => show(page, row));
  inbox.on("change", () => closeRead(page));
  if ("serviceWorker" in navigator) followWorker(page);
  byId("notify-yes").addEventListener("click", () => answer(() => turnOn(me.uuid)));
  byId("notify-no").addEventListener("click", () =>
    answer(() => changeNotificationSettings(me.uuid, { shown: false })),
  );
}

/** Opens what was pressed in a notification without a page, and renews the subscription for them.
    @param {MessagesPage} page */
function followWorker({ me, router }) {
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.type === "open") router.go(data.path);
  });
  if (notificationSettings(me.uuid).pushed === null || notificationPermission() !== "granted")
    return;
  requestIdle(() => withPush((push) => push.renewPush(me.uuid)));
}

/** @param {() => void} work */
const requestIdle = (work) =>
  "requestIdleCallback" in globalThis ? requestIdleCallback(work) : setTimeout(work, 2000);

/** @param {string} userUuid */
async function turnOn(userUuid) {
  await turnNotificationsOn(userUuid);
  if (notificationSettings(userUuid).shown) await withPush((push) => push.turnPushOn(userUuid));
}

/** Fetches the part for notifications without a page. Where that fails, those of this page go on.
    @param {(push: Record<"turnPushOn" | "renewPush", (uuid: string) => Promise<unknown>>) => unknown} use */
async function withPush(use) {
  const load = async () => await import("./settings_sheet.js");
  try {
    await use((await load()).pushing);
  } catch {
    // The settings sheet says what is in force.
  }
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
  const settings = notificationSettings(me.uuid);
  const { shown: isWanted, texts } = settings;
  if (!isWanted || isQuietHour(settings) || notificationPermission() !== "granted") return;
  const [title, body] = texts ? [row.display_name, textOf(row)] : ["Cruddur", "New message"];
  const face = (texts && pictureOf(row.last_user_uuid)) || icon();
  const notification = notify(title, { body, tag: row.uuid, icon: face, silent: true });
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
  closePushed(inbox);
}

/** Closes those that were shown while no page was open, of what is read by now.
    @param {MessagesPage["inbox"]} inbox */
async function closePushed(inbox) {
  if (!("serviceWorker" in navigator) || notificationPermission() !== "granted") return;
  const registration = await navigator.serviceWorker.getRegistration().catch(() => undefined);
  for (const notification of (await registration?.getNotifications()) ?? []) {
    const row = inbox.row(notification.tag);
    if (row && !(row.unread > 0 && row.message)) notification.close();
  }
}
