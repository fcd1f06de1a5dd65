// The switches for notifications in the settings sheet.

import { byId, setText } from "./dom.js";
import {
  changeNotificationSettings,
  notificationPermission,
  notificationSettings,
  turnNotificationsOn,
} from "./notification_settings.js";
import { turnPushOff, turnPushOn } from "./push_device.js";
import { PushForm } from "./push_form.js";

/** @type {Record<string, string>} By permission. */
const NOTES = {
  denied:
    "Your browser blocks notifications of this page. Its settings for this site can allow them.",
  unsupported: "This browser shows notifications only for pages that came over https.",
};

const ONLY_OPEN =
  "This browser notifies you while a page is open. Without one it cannot: its push service was not reached, or it " +
  "takes an app on the home screen, as on an iPhone.";

/** @param {Api.User} me
    @returns {() => void} to be called when the sheet opens: shows what is in force */
export function installNotificationForm({ uuid }) {
  const [shown, texts, sound] = ["notify-shown", "notify-texts", "notify-sound"].map((id) =>
    byId(id, HTMLInputElement),
  );
  const push = new PushForm(uuid);
  let isOnlyOpen = false; // this browser is notified while a page is open, and not without one
  const show = () => {
    const settings = notificationSettings(uuid);
    const permission = notificationPermission();
    shown.checked = settings.shown === true && permission === "granted";
    shown.disabled = permission in NOTES;
    texts.checked = settings.texts;
    sound.checked = settings.sound;
    const note = NOTES[permission] ?? (isOnlyOpen ? ONLY_OPEN : "");
    setText(byId("notify-note"), note);
    byId("notify-note").hidden = !note;
  };
  shown.addEventListener("change", async () => {
    if (shown.checked) await turnOn();
    else await turnOff();
    show();
    await push.load();
  });
  const turnOn = async () => {
    await turnNotificationsOn(uuid);
    if (!notificationSettings(uuid).shown) return;
    isOnlyOpen = !(await turnPushOn(uuid).catch(() => false));
  };
  const turnOff = async () => {
    changeNotificationSettings(uuid, { shown: false, pushed: null });
    isOnlyOpen = false;
    await turnPushOff();
  };
  texts.addEventListener("change", () =>
    changeNotificationSettings(uuid, { texts: texts.checked }),
  );
  sound.addEventListener("change", () =>
    changeNotificationSettings(uuid, { sound: sound.checked }),
  );
  return () => {
    show();
    void push.load();
  };
}
