// The switches for notifications in the settings sheet.

import { byId, setText } from "./dom.js";
import {
  changeNotificationSettings,
  notificationPermission,
  notificationSettings,
  turnNotificationsOn,
} from "./notification_settings.js";

/** @type {Record<string, string>} By permission. */
const NOTES = {
  denied:
    "Your browser blocks notifications of this page. Its settings for this site can allow them.",
  unsupported: "This browser shows notifications only for pages that came over https.",
};

/** @param {Api.User} me
    @returns {() => void} to be called when the sheet opens: shows what is in force */
export function installNotificationForm({ uuid }) {
  const [shown, texts, sound] = ["notify-shown", "notify-texts", "notify-sound"].map((id) =>
    byId(id, HTMLInputElement),
  );
  const show = () => {
    const settings = notificationSettings(uuid);
    const permission = notificationPermission();
    shown.checked = settings.shown === true && permission === "granted";
    shown.disabled = permission in NOTES;
    texts.checked = settings.texts;
    sound.checked = settings.sound;
    setText(byId("notify-note"), NOTES[permission] ?? "");
    byId("notify-note").hidden = !(permission in NOTES);
  };
  shown.addEventListener("change", async () => {
    if (shown.checked) await turnNotificationsOn(uuid);
    else changeNotificationSettings(uuid, { shown: false });
    show();
  });
  texts.addEventListener("change", () =>
    changeNotificationSettings(uuid, { texts: texts.checked }),
  );
  sound.addEventListener("change", () =>
    changeNotificationSettings(uuid, { sound: sound.checked }),
  );
  return show;
}
