// The sign-in and sign-up pages.

import * as api from "./api.js";
import { outside } from "./base_path.js";
import { eraseCopy } from "./copy_erasing.js";
import { part, parts, setText } from "./dom.js";
import { submitting } from "./form_errors.js";
import { pageAfterSignIn } from "./next.js";
import { changeNotificationSettings, notificationSettings } from "./notification_settings.js";
import { PasskeySignIn } from "./passkey_sign_in.js";
import { installMeters } from "./password_meter.js";

/** @type {Record<string, () => Promise<void>>} */
const WAYS = { "sign-in": signIn, "sign-up": signUp, reset };
const form = part(document, "form[data-account]", HTMLFormElement);

eraseCopy(); // the person who signs in next, in whichever way, may be another one
installMeters(form);
const passkeys = form.dataset.account === "sign-in" ? new PasskeySignIn(form, enter) : null;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  submitting(form, WAYS[form.dataset.account ?? ""]);
});
// It is disabled until now: a browser would send the form by itself, and what was typed would be gone.
part(form, "[type=submit]", HTMLButtonElement).disabled = false;

async function signUp() {
  const { handle, display_name: displayName, password, email } = valuesOf(form);
  const invite = location.hash.slice(1) || null;
  await api.post("/api/accounts", { handle, display_name: displayName, password, invite, email });
  await signIn();
}

/** Says who invites, and shows the form. An invitation that works no more is said before anything is typed.
    @param {HTMLElement} note */
async function showInvitation(note) {
  try {
    /** @type {Api.InvitedBy} */
    const { display_name: name } = await api.post("/api/sign_up_invites/look", {
      token: location.hash.slice(1),
    });
    setText(note, name ? `${name} invites you.` : "You are invited.");
  } catch (error) {
    setText(note, api.asFailure(error).message);
    if (!api.isTemporary(error)) return;
  }
  form.hidden = false;
  part(form, "input", HTMLInputElement).focus();
}

async function signIn() {
  const { handle, password } = valuesOf(form);
  const credentials = { handle: handle.trim().replace(/^@/, ""), password };
  const code = passkeys?.recoveryCode ?? null;
  if (passkeys?.isSecondStep && code === null) return passkeys.secondStep(credentials);
  try {
    enter(await api.post("/api/sessions", { ...credentials, recovery_code: code }));
  } catch (error) {
    if (!passkeys || api.asFailure(error).code !== "second_factor_needed") throw error;
    await passkeys.secondStep(credentials);
  }
}

/** Opens the page for the person who has signed in.
    @param {Api.SignedIn} signedIn */
function enter({ user }) {
  // What is pushed to this browser belongs to the session: the page registers it for the new one.
  if (notificationSettings(user.uuid).pushed !== null)
    changeNotificationSettings(user.uuid, { pushed: 0 });
  if ("BroadcastChannel" in globalThis)
    new BroadcastChannel("cruddur-session").postMessage(user.uuid);
  const wanted = new URLSearchParams(location.search).get("next");
  const next = pageAfterSignIn(wanted, location.origin, outside(""));
  location.assign(next);
}

/** Sets a new password by a link. Its secret stands behind the `#`, which no server gets to see; and the page of the
    used link goes from the history. */
async function reset() {
  const { new_password: password } = valuesOf(form);
  await api.post("/api/password-reset", { token: location.hash.slice(1), new_password: password });
  location.replace(outside("/sign-in?set"));
}

/** @param {HTMLFormElement} element */
const valuesOf = (element) =>
  Object.fromEntries([...new FormData(element)].map(([name, value]) => [name, String(value)]));

for (const link of parts(document, "a[data-keep-next]"))
  if (link instanceof HTMLAnchorElement) link.search = location.search;

for (const box of parts(form, "[data-show-password]"))
  box.addEventListener("change", () => {
    const isShown = box instanceof HTMLInputElement && box.checked;
    const name = box.dataset.showPassword || "password";
    part(form, `[name=${name}]`, HTMLInputElement).type = isShown ? "text" : "password";
  });

for (const note of parts(document, "[data-note]"))
  note.hidden = !new URLSearchParams(location.search).has(note.dataset.note ?? "");

const invitedBy = document.getElementById("invited-by");
if (invitedBy && location.hash.length > 1) showInvitation(invitedBy);
if (invitedBy) addEventListener("hashchange", () => location.reload()); // another link in the same window
