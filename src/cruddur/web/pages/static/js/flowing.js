// Whether the time of a message may stand in the last line of its text. web/pages/flowing.py has the same pattern,
// and says why these characters.

const WORDS =
  "\\n -\\u02ff\\u0370-\\u0482\\u048a-\\u052f\\u1e00-\\u200d\\u2010-\\u2027\\u2030-\\u205f\\u20a0-\\u20bf";
const SIGNS = "\\u2100-\\u27bf\\u2900-\\u2bff\\ufe0f\\u{1f000}-\\u{1faff}";
const EAST_ASIAN =
  "\\u3000-\\u3029\\u3030-\\u3098\\u309b-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\uff00-\\uffdc";
const FLOWING = new RegExp(`^[${WORDS}${SIGNS}${EAST_ASIAN}]*$`, "u");

/** @param {string} text */
export const isFlowing = (text) => FLOWING.test(text);
