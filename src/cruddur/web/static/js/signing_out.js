// Leaving: on purpose, or because the session has ended.

import * as api from "./api.js";
import * as store from "./store.js";
import { ask } from "./dialogs.js";
import { plural } from "./text.js";

/** Clears what this browser keeps, but only after the server has let go, and never unasked. */
export async function signOut(me, outbox, complain) {
  const waiting = outbox.all().length;
  if (waiting > 0 && !(await isSure(waiting))) return;
  try {
    await api.remove("/api/sessions");
  } catch (error) {
    if (error.status !== 401) return complain(error.message);
  }
  await store.forget(me.uuid).catch(() => {});
  location.assign("/sign-in");
}

const isSure = (waiting) =>
  ask({
    title: "Sign out and lose messages?",
    text: `${plural(waiting, "message has", "messages have")} not been sent yet. Signing out discards ${waiting === 1 ? "it" : "them"}.`,
    yes: "Sign out",
  });

/** The session has ended: drafts and outbox stay, for when they are back. */
export function toSignIn() {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
}
