"""Invalidates again what was written before, when the projector comes to the message.

The process that wrote it has invalidated it, unless it crashed or could not reach the cache. The
projector gets every message, wherever it runs, so it does what that process could not do.
"""

from collections.abc import Collection, Sequence

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.model import InboxRow, Message, MessageGroup
from cruddur.domain.renaming import Renaming
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.advance_inbox_rows import advance_inbox_rows
from cruddur.messaging.inbox.bring_name import bring_name
from cruddur.messaging.inbox.retitle_inbox_rows import retitle_inbox_rows
from cruddur.messaging.inbox.write_row import write_row
from cruddur.ports.cache import Cache
from cruddur.schema import keys


class InvalidateAgain:
    """Wraps `advance_inbox_rows`, `write_row`, `retitle_inbox_rows` and `bring_name`."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def advance_inbox_rows(
        self,
        messaging: MessagingContext,
        messages: Sequence[Message],
        only: Collection[str] | None = None,
    ) -> None:
        """Advances the rows, and invalidates the page that these messages are on.

        It does so also if a row cannot be written now, which the projector then comes back to alone.
        """
        try:
            await advance_inbox_rows.plain(messaging, messages, only)
        except TableUnavailable:
            await self._invalidate_page(messages)
            raise
        await self._invalidate_page(messages)

    async def _invalidate_page(self, messages: Sequence[Message]) -> None:
        uuid = messages[0].message_group_uuid
        name = keys.newest_messages_name(uuid)
        changed = [name] if any(message.changed_at for message in messages) else []
        # An event was stored together with a change of its group.
        of_group = [keys.group_name(uuid)] if any(one.kind == "event" for one in messages) else []
        await self._cache.invalidate([*changed, *of_group], [name])

    async def retitle_inbox_rows(
        self, messaging: MessagingContext, message_group_uuid: str
    ) -> list[str]:
        """Retitles the rows, and invalidates the group and all inboxes that show it."""
        try:
            members = await retitle_inbox_rows.plain(messaging, message_group_uuid)
        except TableUnavailable:
            await self._cache.invalidate([keys.group_name(message_group_uuid)])
            raise
        inboxes = [keys.inbox_name(uuid) for uuid in members]
        await self._cache.invalidate([keys.group_name(message_group_uuid), *inboxes])
        return members

    async def bring_name(
        self, messaging: MessagingContext, message_group_uuid: str, person: Renaming
    ) -> Collection[str]:
        """Brings the name, and invalidates the person, the group and all inboxes that show it."""
        names = [keys.user_name(person.user_uuid), keys.group_name(message_group_uuid)]
        try:
            members = await bring_name.plain(messaging, message_group_uuid, person)
        except TableUnavailable:
            await self._cache.invalidate(names)
            raise
        await self._cache.invalidate([*names, *map(keys.inbox_name, members)])
        return members

    async def write_row(
        self,
        messaging: MessagingContext,
        row: InboxRow,
        messages: Sequence[Message],
        group: MessageGroup,
    ) -> bool:
        """Writes the row, which invalidates its inbox. Of a row written before it invalidates it too."""
        is_written = await write_row.plain(messaging, row, messages, group)
        if not is_written:
            await self._cache.invalidate([keys.inbox_name(row.owner_uuid)])
        return is_written
