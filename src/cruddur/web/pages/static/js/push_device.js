// Lets this browser be notified while no page is open: its subscription at the push service of its maker.

import { call, get, remove } from "./api.js";
import { toText } from "./base64url.js";
import {
  changeNotificationSettings,
  keepQuietHours,
  notificationSettings,
} from "./notification_settings.js";

const WORKER_MS = 10_000; // for a worker that is being installed
const DAY_MS = 86_400_000;

/** Whether the browser can be pushed to at all. On an iPhone only a page on the home screen can. */
export const canPush = () => "serviceWorker" in navigator && "PushManager" in globalThis;

/** Subscribes, or renews what is there, and tells the service. Returns whether this browser is notified from now on.
    Throws what the API refuses.
    @param {string} userUuid */
export async function turnPushOn(userUuid) {
  /** @type {Api.Push} */
  const { key, choices } = (await get("/api/push")).data;
  keepQuietHours(userUuid, choices);
  const registration = key && canPush() ? await worker() : null;
  const subscription = key && registration ? await subscribed(registration, key) : null;
  if (!key || !subscription) return false;
  const { endpoint, keys } = subscription.toJSON();
  await call("PUT", "/api/push", {
    endpoint,
    p256dh: keys?.p256dh,
    auth: keys?.auth,
    key,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  changeNotificationSettings(userUuid, { pushed: Date.now() });
  return true;
}

/** Tells the service once a day that this browser is still there, and takes over another key of it.
    @param {string} userUuid */
export async function renewPush(userUuid) {
  const { pushed } = notificationSettings(userUuid);
  if (pushed === null || Date.now() - pushed < DAY_MS) return;
  await turnPushOn(userUuid).catch(() => {}); // tried again when the page is opened next
}

/** Ends what is pushed to this browser, and tells the service. */
export async function turnPushOff() {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    const subscription = await registration?.pushManager?.getSubscription();
    if (!subscription) return;
    await remove(`/api/push/${await idOf(subscription.endpoint)}`).catch(() => {});
    await subscription.unsubscribe(); // a push to what has ended makes the service forget it
  } catch {
    // The browser refuses to say what it has.
  }
}

/** The id by which the service knows the endpoint.
    @param {string} endpoint */
async function idOf(endpoint) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  const bytes = [...new Uint8Array(digest)].slice(0, 16);
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The registration of the service worker, once it works; null if none comes. */
function worker() {
  /** @type {Promise<null>} */
  const late = new Promise((resolve) => setTimeout(() => resolve(null), WORKER_MS));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

/** The subscription for this key; null if the browser or its push service refuses.
    @param {ServiceWorkerRegistration} registration
    @param {string} key */
async function subscribed({ pushManager }, key) {
  try {
    const known = await pushManager.getSubscription();
    if (known && keyOf(known) === key) return known;
    await known?.unsubscribe(); // a browser has one subscription, for one key
    return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  } catch {
    return null;
  }
}

/** @param {PushSubscription} subscription */
function keyOf({ options: { applicationServerKey: key } }) {
  return toText(key ?? new ArrayBuffer(0));
}
