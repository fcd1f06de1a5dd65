// What was written in <cruddur-conversation> and not sent. It is in sessionStorage: each tab has drafts of its own, which a
// reload finds, and which end with the tab.

/** @typedef {{ seq: number; was: string; text: string }} Edited a message that is being changed: its text when the new
    one was begun, and the new one */
/** @typedef {{ text: string; replyTo: number | null; editing: Edited | null }} Draft */

/** @type {Map<string, Draft>} Where the browser refuses storage, they last as long as the page. */
const drafts = new Map();

/** @param {string} key */
const nameOf = (key) => `cruddur-embedded-draft/${key}`;

/** @param {string} key
    @returns {Draft} */
export const draftOf = (key) => drafts.get(key) ?? stored(key);

/** @param {string} key
    @returns {Draft} */
function stored(key) {
  const none = { text: "", replyTo: null, editing: null };
  try {
    return { ...none, ...JSON.parse(sessionStorage.getItem(nameOf(key)) ?? "{}") };
  } catch {
    return none;
  }
}

/** @param {string} key
    @param {Draft} draft */
export function keepDraft(key, draft) {
  drafts.set(key, draft);
  const isEmpty = !draft.text && !draft.replyTo && !draft.editing;
  try {
    if (isEmpty) sessionStorage.removeItem(nameOf(key));
    else sessionStorage.setItem(nameOf(key), JSON.stringify(draft));
  } catch {
    // It is refused, or full.
  }
}
