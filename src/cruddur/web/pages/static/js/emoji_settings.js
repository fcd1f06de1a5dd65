// The emoji that this browser's user took last, and the tone of skin that they chose. Signing out removes them.

const MOST_RECENT = 24;
const TONED = new Set(["👍", "🙏"]); // of the six that are at hand

/** @typedef {{ recent: string[]; tone: string }} EmojiSettings `tone` is a modifier, or empty */

/** @param {string} userUuid */
const keyOf = (userUuid) => `cruddur-emoji/${userUuid}`;

/** @param {string} userUuid
    @returns {EmojiSettings} */
export function emojiSettings(userUuid) {
  try {
    const { recent, tone } = JSON.parse(localStorage.getItem(keyOf(userUuid)) ?? "{}");
    return {
      recent: Array.isArray(recent) ? recent.filter((one) => typeof one === "string") : [],
      tone: typeof tone === "string" ? tone : "",
    };
  } catch {
    return { recent: [], tone: "" }; // the browser refuses storage, or something else wrote there
  }
}

/** @param {string} userUuid
    @param {Partial<EmojiSettings>} changed */
export function changeEmojiSettings(userUuid, changed) {
  const settings = { ...emojiSettings(userUuid), ...changed };
  try {
    localStorage.setItem(keyOf(userUuid), JSON.stringify(settings));
  } catch {
    // The next time begins without them.
  }
}

/** Notes that this emoji was taken: it is the first of the recent ones.
    @param {string} userUuid
    @param {string} emoji */
export function rememberEmoji(userUuid, emoji) {
  const { recent } = emojiSettings(userUuid);
  const others = recent.filter((one) => one !== emoji);
  changeEmojiSettings(userUuid, { recent: [emoji, ...others].slice(0, MOST_RECENT) });
}

/** An emoji of the six, with the tone that the user has chosen.
    @param {string} emoji
    @param {string} tone */
export const toned = (emoji, tone) => (TONED.has(emoji) ? emoji + tone : emoji);

/** @param {string} userUuid */
export const forgetEmojiSettings = (userUuid) => localStorage.removeItem(keyOf(userUuid));
