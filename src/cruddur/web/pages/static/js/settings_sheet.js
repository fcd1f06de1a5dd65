// The settings sheet. It is fetched when it is first opened.

import { Devices } from "./devices.js";
import { openDialog } from "./dialogs.js";
import { byId } from "./dom.js";
import { installEmailForm } from "./email_form.js";
import { installEraseAccount } from "./erase_account.js";
import { installInviteForm } from "./invite_form.js";
import { installLookForm } from "./look_form.js";
import { installNotificationForm } from "./notification_form.js";
import { renewPush, turnPushOn } from "./push_device.js";
import { installPasskeysForm } from "./passkeys_form.js";
import { installPasswordForm } from "./password_form.js";
import { installPictureForm } from "./picture_form.js";
import { installReceiptsForm } from "./receipts_form.js";
import { installStrangersForm } from "./strangers_form.js";

/** @import { MessagesPage } from "./page.js" */

/** For notifications while no page is open: they need this part, too. */
export const pushing = { renewPush, turnPushOn };

/** @type {(() => void) | null} */
let open = null;

/** @param {MessagesPage} page */
export function openSettings(page) {
  open ??= makeSheet(page);
  open();
}

/** Installs the forms of the sheet. Returns the function that opens it.
    @param {MessagesPage} page */
function makeSheet(page) {
  const { me } = page;
  const devices = new Devices(page);
  const showLeast = installPasswordForm(() => devices.load());
  const showPasskeys = installPasskeysForm(me, () => devices.load(), showLeast);
  installEraseAccount(me);
  const showPicture = installPictureForm(page);
  const showEmail = installEmailForm();
  const showReceipts = installReceiptsForm(page);
  const showStrangers = installStrangersForm(page);
  const showInvites = installInviteForm();
  const showLook = installLookForm();
  const showNotifications = installNotificationForm(me);
  return () => {
    openDialog(byId("settings", HTMLDialogElement));
    showPicture();
    showEmail();
    showPasskeys();
    showReceipts();
    showStrangers();
    showInvites();
    showLook();
    showNotifications();
    devices.load();
  };
}
