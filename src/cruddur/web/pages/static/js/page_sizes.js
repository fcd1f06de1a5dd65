// How many messages are asked for at once.

export const PAGE = 50;

/** Where all that is held is read again. */
export const HELD_PAGE = 100;
