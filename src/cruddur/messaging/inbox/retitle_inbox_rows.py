"""Bring the title and the picture of a group to the inbox row of each member, where no event did.

Renaming writes the group alone; its change reaches the rows through the change feed. A row remembers the
version of the group at which its title was given, and never goes back to an older one. So a change may
come twice, late, or to two projectors at once, and a crash between the group and its rows heals.
"""

import asyncio

from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.domain.item import Item, Key
from cruddur.domain.model import InboxRow, MessageGroup
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.inbox_rows import changed_fields, retitled
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Equals, Exists, Missing, Update
from cruddur.ports.wrappable import wrappable
from cruddur.schema import items, keys

ATTEMPTS = 8
"""The most tries to write a row whose title others write at the same time."""


@wrappable
@access_pattern("project", Ceiling("N", "bring its title to three rows", write=3, read=2.5))
async def retitle_inbox_rows(messaging: MessagingContext, message_group_uuid: str) -> list[str]:
    """Gives every row the group's present title, and returns the uuids of the members.

    Raises UnreadableGroup, TableError, and any error of a row that another program wrote.
    """
    group = await find_group(messaging, message_group_uuid)
    if group is None or group.title_version is None:
        return []
    found = await messaging.table.get_many([_key(group, uuid) for uuid in group.members])
    outcomes = await asyncio.gather(
        *(_retitle(messaging, group, uuid, found.get(_key(group, uuid))) for uuid in group.members),
        return_exceptions=True,
    )
    if failures := [outcome for outcome in outcomes if outcome is not None]:
        # An unavailable table comes before other errors: then all these rows are tried again.
        raise max(failures, key=lambda failure: isinstance(failure, TableUnavailable))
    return list(group.members)


async def _retitle(
    messaging: MessagingContext, group: MessageGroup, owner_uuid: str, item: Item | None
) -> None:
    key = _key(group, owner_uuid)
    for _ in range(ATTEMPTS):
        # A replica that lags may not have the row of a new member yet.
        item = item or await messaging.table.get(key, consistent=True)
        update = _title_update(items.inbox_row_from(item), group) if item else None
        if update is None:
            return  # it has this title or a newer one, or the member has left
        try:
            await messaging.table.update(update)
        except ConditionFailed:
            item = None
        else:
            return
    raise ConditionFailed(f"title of {key} changed {ATTEMPTS} times while it was written")


def _title_update(row: InboxRow, group: MessageGroup) -> Update | None:
    after = retitled(row, group)
    if after == row:
        return None
    values, removed = changed_fields(row, after)
    # Without the first condition a member who has left would get an incomplete row.
    is_as_read = [Exists(keys.PARTITION_KEY), same_title_version(row)]
    return Update(_key(group, row.owner_uuid), values, removed, is_as_read)


def same_title_version(row: InboxRow) -> Equals | Missing:
    """The condition that a row's title is still of the version that it has here."""
    version = row.title_version
    return Missing("title_version") if version is None else Equals("title_version", version)


def _key(group: MessageGroup, owner_uuid: str) -> Key:
    return items.member_row_key(group, owner_uuid)
