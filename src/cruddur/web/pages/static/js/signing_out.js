// Leaves the page: on purpose, or because the session has ended.

import * as api from "./api.js";
import { leaveFor, outside } from "./base_path.js";
import { eraseCopy } from "./copy_erasing.js";
import { countDrafts, forgetDrafts } from "./drafts.js";
import { removeUnsentOf } from "./local_store.js";
import { ask } from "./dialogs.js";
import { forgetNotificationSettings } from "./notification_settings.js";
import { forgetDeletions, storedDeletions } from "./pending_deletions.js";
import { plural } from "./text.js";

/** @import { Outbox } from "./outbox.js" */
/** @import { PendingDeletions } from "./pending_deletions.js" */
/** @import { WaitingChanges } from "./waiting_changes.js" */

// While this tab signs out, other requests are refused already. None of them may open another page before the texts
// are removed from the browser.
let isSigningOut = false;

/** Signs out, and then removes what this browser has stored. If that holds unsent texts, it asks first.
    @param {{ me: Api.User; outbox: Outbox; deletions: PendingDeletions; waiting: WaitingChanges }} page
    @param {(text: string) => void} complain */
export async function signOut({ me, outbox, deletions, waiting }, complain) {
  await deletions.flush();
  const changes = waiting.all().filter(({ kind }) => kind !== "read");
  const unsent = storedDeletions(me.uuid).length + changes.length;
  const lost = losses(outbox.all().length, countDrafts(me.uuid), unsent);
  if (lost && !(await isSure(lost))) return;
  isSigningOut = true;
  try {
    await api.remove("/api/sessions");
  } catch (error) {
    const { status, message } = api.asFailure(error);
    isSigningOut = status === 401;
    if (!isSigningOut) return complain(message);
  }
  await forget(me.uuid);
  if ("BroadcastChannel" in globalThis) new BroadcastChannel("cruddur-session").postMessage(null);
  location.assign(outside("/sign-out"));
}

/** Ends the account by `erase`, removes what this browser has stored of it, and says so on the page to sign in.
    @param {Api.User} me
    @param {() => Promise<unknown>} erase */
export async function leaveForGood(me, erase) {
  isSigningOut = true;
  try {
    await erase();
  } catch (error) {
    isSigningOut = false;
    throw error;
  }
  await forget(me.uuid);
  if ("BroadcastChannel" in globalThis) new BroadcastChannel("cruddur-session").postMessage(null);
  location.replace(outside("/sign-in?erased"));
}

/** @param {string} userUuid */
async function forget(userUuid) {
  await removeUnsentOf(userUuid).catch(() => {});
  await eraseCopy();
  try {
    forgetDrafts(userUuid);
    forgetDeletions(userUuid);
    forgetNotificationSettings(userUuid);
  } catch {
    // A browser that refuses storage has stored nothing.
  }
  await endPush().catch(() => {});
}

/** Ends what is pushed to this browser: the next person who signs in here must not get it. The service has ended it
    with the session. */
async function endPush() {
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

/** @param {number} waiting
    @param {number} drafts
    @param {number} changes */
function losses(waiting, drafts, changes) {
  const messages =
    waiting && `${plural(waiting, "message has", "messages have")} not been sent yet.`;
  const begun = drafts && `${plural(drafts, "text is", "texts are")} begun and not sent.`;
  const kept = changes && `${plural(changes, "change has", "changes have")} not been sent yet.`;
  return [messages, begun, kept].filter(Boolean).join(" ");
}

/** @param {string} lost */
const isSure = (lost) =>
  ask({
    title: "Sign out and lose what you wrote?",
    text: `${lost} Signing out removes this from the browser.`,
    yes: "Sign out",
  });

/** Opens the sign-in page after the session has ended. Drafts and outbox stay for the next sign-in. The copy of
    conversations goes: the owner may have signed this device out from another one, since it was lost. */
export async function toSignIn() {
  await eraseCopy();
  leave(`/sign-in?next=${encodeURIComponent(location.pathname)}`, "signed_out");
}

/** Opens the inbox of the user who is signed in by now. */
export const startOver = () => leave("/", "session_changed");

/** @param {string} path
    @param {"signed_out" | "session_changed"} why */
function leave(path, why) {
  if (!isSigningOut) leaveFor(path, why);
}
