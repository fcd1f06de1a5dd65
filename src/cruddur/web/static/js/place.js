// Which conversation: one that exists, or one that the first message will start.

/** `key` names it in the outbox and among the drafts. A direct one is named after the other person
    from the start, so that what waits there stays in one queue when it gets its uuid. */
export const placeOfRow = (row) => ({
  uuid: row.uuid,
  kind: row.kind,
  name: row.display_name,
  handle: row.handle,
  userUuid: row.user_uuid,
  key: row.kind === "direct" && row.handle ? keyOfHandle(row.handle) : row.uuid,
  path: `/c/${row.uuid}`,
});

export const placeOfUser = (user) => ({
  uuid: null,
  kind: "direct",
  name: user.display_name,
  handle: user.handle,
  userUuid: user.uuid,
  key: keyOfHandle(user.handle),
  path: `/@${user.handle}`,
});

/** The same place, now that its first message has made it a conversation. */
export const started = (place, uuid) => ({ ...place, uuid, path: `/c/${uuid}` });

const keyOfHandle = (handle) => `@${handle.toLowerCase()}`;

export const addressOf = (place) => ({
  conversation: place.key,
  ...(place.uuid ? { message_group_uuid: place.uuid } : { handle: place.handle }),
});
