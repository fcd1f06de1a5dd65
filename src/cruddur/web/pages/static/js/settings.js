// The settings sheet, which opens from the menu of one's own avatar.

import { Devices } from "./devices.js";
import { openDialog } from "./dialogs.js";
import { byId } from "./dom.js";
import { installNotificationForm } from "./notification_form.js";
import { installPasswordForm } from "./password_form.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install({ me, outbox }) {
  const dialog = byId("settings", HTMLDialogElement);
  const devices = new Devices(me, outbox);
  installPasswordForm(() => devices.load());
  const showNotifications = installNotificationForm(me);
  byId("settings-button").addEventListener("click", () => {
    openDialog(dialog);
    showNotifications();
    devices.load();
  });
}
