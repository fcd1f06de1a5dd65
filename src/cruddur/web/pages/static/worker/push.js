// Shows what the service pushes while no page is open, and opens the conversation when it is pressed.
// messaging/push/payload.py makes what is read here.

import { scope } from "./scope.js";

/** @typedef {{ group: string; seq: number; title: string; body: string; unread: number; picture: string }} Told */

const NAME = "Cruddur";

export function install() {
  scope.addEventListener("push", (event) => event.waitUntil(show(event.data)));
  scope.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(event.notification.tag));
  });
  scope.addEventListener("pushsubscriptionchange", (event) =>
    event.waitUntil(renew(event.oldSubscription, event.newSubscription)),
  );
}

/** @param {PushMessageData | null} message */
async function show(message) {
  const told = read(message);
  const windows = await pages();
  if (windows.some((page) => page.focused)) return; // it shows the message, or says that there is one
  const shown = await scope.registration.getNotifications({ tag: told.group });
  const isOld = shown.some(({ tag, data }) => tag === told.group && data?.seq >= told.seq);
  if (isOld && told.group) return; // pushes may change places
  const title = told.title || NAME;
  const options = {
    body: told.body,
    tag: told.group,
    data: { seq: told.seq },
    icon: within(told.picture ? `api/pictures/${told.picture}` : "static/icons/cruddur.svg"),
    renotify: told.group !== "" && windows.length === 0, // a page that is open has told already
  };
  await scope.registration.showNotification(
    told.unread > 1 ? `${title} (${told.unread})` : title,
    options,
  );
  await scope.navigator.setAppBadge?.().catch(() => {});
}

/** What was pushed. Browsers demand that something is shown, also for what an older or newer service has sent.
    @param {PushMessageData | null} data
    @returns {Told} */
function read(data) {
  const unknown = { group: "", seq: 0, title: NAME, body: "New message", unread: 1, picture: "" };
  try {
    return { ...unknown, ...data?.json() };
  } catch {
    return unknown;
  }
}

/** Opens a conversation, in a page that is open if there is one.
    @param {string} group */
async function open(group) {
  const path = group && `c/${group}`;
  const page = (await pages()).find(({ url }) => isMessages(url));
  if (!page) return scope.clients.openWindow(within(path));
  page.postMessage({ type: "open", path: `/${path}` });
  return page.focus();
}

const pages = () => scope.clients.matchAll({ type: "window", includeUncontrolled: true });

/** Whether this is the messages page: the others do not listen.
    @param {string} url */
function isMessages(url) {
  const inside = url.startsWith(scope.registration.scope)
    ? url.slice(scope.registration.scope.length)
    : "-";
  return /^(c\/|@|[?#]|$)/.test(inside);
}

/** @param {string} path */
const within = (path) => new URL(path, scope.registration.scope).href;

/** Tells the service of the subscription that takes the place of one that the browser has ended.
    @param {PushSubscription | null} old
    @param {PushSubscription | null} fresh */
async function renew(old, fresh) {
  const key = (fresh ?? old)?.options.applicationServerKey;
  if (!key) return; // the page subscribes anew when it is opened next
  const made =
    fresh ??
    (await scope.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: key,
    }));
  const { endpoint, keys } = made.toJSON();
  const body = JSON.stringify({
    endpoint,
    p256dh: keys?.p256dh,
    auth: keys?.auth,
    key: base64url(key),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const headers = { "Content-Type": "application/json" };
  await fetch(within("api/push"), { method: "PUT", headers, body });
}

/** @param {ArrayBuffer} bytes */
const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
