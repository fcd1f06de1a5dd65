// From where the list of conversations is read.

export const FIRST_PAGE = "/api/message_groups?pinned_first=true&limit=20";
export const LONG_PAGE = "/api/message_groups?pinned_first=true&limit=100";

/** The first pages of what is not the inbox. */
export const PARTS = {
  archive: "/api/message_groups?archived=true&limit=20",
  unread: "/api/message_groups?unread=true&limit=100",
  requests: "/api/message_groups?requests=true&limit=20",
};

/** Whether a row stands in this part; "unread" is a part of the inbox. What a stranger began stands apart, also from
    the archive.
    @param {Api.InboxRow} row
    @param {Page.InboxPart} part */
export function isIn({ is_request: isRequest, archived_at: archived }, part) {
  if (isRequest) return part === "requests";
  return archived ? part === "archive" : part === "inbox" || part === "unread";
}
