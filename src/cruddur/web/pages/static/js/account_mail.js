// The page that asks for a link by mail, and the one that confirms an e-mail address by a link.

import * as api from "./api.js";
import { byId, part } from "./dom.js";
import { submitting } from "./form_errors.js";

/** @type {Record<string, (form: HTMLFormElement) => Promise<unknown>>} */
const WAYS = { forgotten, "confirm-email": confirmEmail };

for (const form of document.querySelectorAll("form[data-mail]"))
  if (form instanceof HTMLFormElement) install(form, form.dataset.mail ?? "");

/** Shows the note in place of the form once the server has answered. The button is disabled until now: a browser
    would send the form by itself.
    @param {HTMLFormElement} form
    @param {string} name */
function install(form, name) {
  const button = part(form, "[type=submit]", HTMLButtonElement);
  button.disabled = false;
  // The browser focuses a field with `autofocus` at its first paint, which may be after this script.
  if (document.activeElement === document.body && !form.querySelector("[autofocus]"))
    button.focus();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await submitting(form, async () => void (await WAYS[name](form))))) return;
    form.hidden = true;
    const note = byId(`${name}-done`);
    note.hidden = false;
    note.focus();
  });
}

/** @param {HTMLFormElement} form */
function forgotten(form) {
  const who = part(form, "[name=who]", HTMLInputElement).value;
  return api.post("/api/password-forgotten", { who });
}

/** The secret of the link stands behind the `#`, which no server gets to see; it leaves the history. */
async function confirmEmail() {
  await api.post("/api/email-confirmation", { token: location.hash.slice(1) });
  history.replaceState(null, "", location.pathname);
}
