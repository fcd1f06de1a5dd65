// The dialog that deletes one's own account, after the settings sheet.

import * as api from "./api.js";
import { openDialog } from "./dialogs.js";
import { byId, part } from "./dom.js";
import { clearProblems, submitting } from "./form_errors.js";
import { leaveForGood } from "./signing_out.js";

/** @param {Api.User} me */
export function installEraseAccount(me) {
  const dialog = byId("erase", HTMLDialogElement);
  const form = byId("erase-form", HTMLFormElement);
  const password = part(form, "[name=password]", HTMLInputElement);
  byId("erase-open").addEventListener("click", () => openDialog(dialog));
  dialog.addEventListener("close", () => {
    form.reset(); // nothing secret stays in a page that is left open
    clearProblems(form);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitting(form, () =>
      leaveForGood(me, () => api.remove("/api/me", { password: password.value })),
    );
  });
}
