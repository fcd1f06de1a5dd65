// From where the list of conversations is read.

export const FIRST_PAGE = "/api/message_groups?pinned_first=true&limit=20";
export const LONG_PAGE = "/api/message_groups?pinned_first=true&limit=100";

/** The first pages of what is not the inbox. */
export const PARTS = {
  archive: "/api/message_groups?archived=true&limit=20",
  unread: "/api/message_groups?unread=true&limit=100",
};
