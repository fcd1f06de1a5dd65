// How this browser tells a user of new messages. Each user has settings of their own, and signing out removes them.

/** @typedef {object} NotificationSettings
    @property {boolean | null} shown whether notifications are shown; null until the user has decided
    @property {boolean} texts whether they show who wrote what
    @property {boolean} sound whether a sound is played
    @property {number | null} pushed when this browser was registered last for notifications without a page (milliseconds
      since 1970); null if it is not
    @property {[number, number] | null} quiet from which minute of the day to which one nobody is notified, as the service
      said last */

/** @type {NotificationSettings} */
const DEFAULT = { shown: null, texts: true, sound: false, pushed: null, quiet: null };

/** @param {string} userUuid */
const keyOf = (userUuid) => `cruddur-notifications/${userUuid}`;

/** Reads them anew each time, since another tab may have changed them.
    @param {string} userUuid
    @returns {NotificationSettings} */
export function notificationSettings(userUuid) {
  try {
    return { ...DEFAULT, ...JSON.parse(localStorage.getItem(keyOf(userUuid)) ?? "{}") };
  } catch {
    return DEFAULT; // the browser refuses storage, or something else wrote there
  }
}

/** Stores what was changed. Where the browser refuses storage, the default stays.
    @param {string} userUuid
    @param {Partial<NotificationSettings>} changed */
export function changeNotificationSettings(userUuid, changed) {
  const settings = { ...notificationSettings(userUuid), ...changed };
  try {
    localStorage.setItem(keyOf(userUuid), JSON.stringify(settings));
  } catch {
    // The switches show what is in force.
  }
}

/** Keeps what the service says of quiet hours, which a person has on all devices.
    @param {string} userUuid
    @param {Api.PushChoices} choices */
export const keepQuietHours = (userUuid, { quiet_from: from, quiet_until: until }) =>
  changeNotificationSettings(userUuid, {
    quiet: from === null || until === null ? null : [from, until],
  });

/** Whether nobody is to be notified now.
    @param {NotificationSettings} settings
    @param {Date} [at] */
export function isQuietHour({ quiet }, at = new Date()) {
  if (!quiet) return false;
  const [from, until] = quiet;
  const minute = at.getHours() * 60 + at.getMinutes();
  return from <= until ? minute >= from && minute < until : minute >= from || minute < until;
}

/** @param {string} userUuid */
export const forgetNotificationSettings = (userUuid) => localStorage.removeItem(keyOf(userUuid));

/** Whether this browser lets the page show notifications: "unsupported" without a secure connection, and where
    notifications exist for service workers alone. */
export const notificationPermission = () =>
  isSecureContext && "Notification" in globalThis ? Notification.permission : "unsupported";

/** Asks the browser's question. To be called in answer to a press.
    @param {string} userUuid */
export async function turnNotificationsOn(userUuid) {
  const answer = await Notification.requestPermission();
  changeNotificationSettings(userUuid, { shown: answer === "granted" });
}
