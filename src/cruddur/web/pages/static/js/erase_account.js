// The dialog that deletes one's own account, after the settings sheet.

import * as api from "./api.js";
import { openDialog } from "./dialogs.js";
import { byId, h, part } from "./dom.js";
import { clearProblems, submitting } from "./form_errors.js";
import { field } from "./form_field.js";
import { hasPasskeys } from "./passkey_device.js";
import { passkeyProof } from "./proof_dialog.js";
import { leaveForGood } from "./signing_out.js";

const WITHOUT_PASSWORD =
  "You have no password here. Type your handle, within ten minutes after you signed in.";

/** @param {Api.User} me */
export function installEraseAccount(me) {
  const dialog = byId("erase", HTMLDialogElement);
  const form = byId("erase-form", HTMLFormElement);
  const password = part(form, "[name=password]", HTMLInputElement);
  const handle = h("input", {
    ...{ id: "erase-handle", name: "handle", type: "text", autocomplete: "off" },
    ...{ autocapitalize: "none", spellcheck: "false" },
  });
  const typed = field("Your handle", handle, WITHOUT_PASSWORD);
  typed.hidden = true;
  const byPasskey = h("button", { type: "button", class: "secondary" }, "Use a passkey");
  const fieldOfPassword = /** @type {HTMLElement} */ (password.closest(".field"));
  fieldOfPassword.after(typed);
  part(form, "[type=submit]").before(byPasskey);

  /** Asks for what this person has. Without an answer it is the password. */
  const load = async () => {
    /** @type {Api.Factors | null} */
    const factors = await api.get("/api/me/factors").then(
      ({ data }) => data,
      () => null,
    );
    const hasPassword = factors?.has_password ?? true;
    fieldOfPassword.hidden = !hasPassword;
    typed.hidden = hasPassword;
    byPasskey.hidden = !factors?.passkeys.length || !hasPasskeys();
  };
  /** @param {() => Promise<Api.EndOfAccount>} prove */
  const erase = (prove) =>
    submitting(form, async () => {
      const proof = await prove();
      await leaveForGood(me, () => api.remove("/api/me", proof));
    });
  byId("erase-open").addEventListener("click", () => {
    byPasskey.hidden = true;
    openDialog(dialog);
    load();
  });
  dialog.addEventListener("close", () => {
    form.reset(); // nothing secret stays in a page that is left open
    clearProblems(form);
  });
  byPasskey.addEventListener("click", () => erase(passkeyProof));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const isTyped = fieldOfPassword.hidden;
    erase(async () => (isTyped ? { handle: handle.value } : { password: password.value }));
  });
}
