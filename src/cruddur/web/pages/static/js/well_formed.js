// What UTF-8 can encode.

/** Removes halves of surrogate pairs, which a paste can leave.
    @param {string} text */
export const wellFormed = (text) => text.replace(/\p{Surrogate}/gu, "");
