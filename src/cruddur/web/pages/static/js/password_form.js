// The form in the settings sheet that changes the user's password.

import * as calls from "./session_calls.js";
import { byId, part, setText } from "./dom.js";
import { clearProblems, submitting } from "./form_errors.js";
import { MIN_CHARS, installMeters } from "./password_meter.js";

/** @param {() => void} changed Called after a change, which has signed out all other devices.
    @returns {(least: number) => void} says how many characters a new password has at least */
export function installPasswordForm(changed) {
  const form = byId("password-form", HTMLFormElement);
  const done = byId("password-done");
  const present = part(form, "[name=current_password]", HTMLInputElement);
  const following = part(form, "[name=new_password]", HTMLInputElement);
  const shown = part(form, "[data-show-passwords]", HTMLInputElement);
  const setTypes = () => {
    for (const input of [present, following]) input.type = shown.checked ? "text" : "password";
  };
  shown.addEventListener("change", setTypes);
  installMeters(form);
  form.addEventListener("input", () => {
    done.hidden = true;
  });
  byId("settings").addEventListener("close", () => {
    form.reset(); // nothing secret stays in a page that is left open
    clearProblems(form);
    done.hidden = true;
    setTypes();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = { current_password: present.value, new_password: following.value };
    if (!(await submitting(form, async () => void (await calls.changePassword(body))))) return;
    form.reset();
    setTypes();
    done.hidden = false;
    changed();
  });
  return (least) => {
    form.dataset.minChars = String(least);
    setText(byId("new_password-hint"), hintFor(least));
    form.dispatchEvent(new Event("input")); // the meter counts anew
  };
}

/** @param {number} least */
function hintFor(least) {
  const beside = least < MIN_CHARS ? ", since a passkey is asked for besides" : "";
  return `At least ${least} characters${beside}. All your other devices are signed out.`;
}
