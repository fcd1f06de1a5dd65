"""Bring the title and the picture of a group to the inbox row of each member, where no event did.

Renaming writes the group alone; its change reaches the rows through the change feed. A row remembers the
version of the group at which its title was given, and never goes back to an older one. So a change may
come twice, late, or to two projectors at once, and a crash between the group and its rows heals. The
condition of the write says all of that, so that no row is read.
"""

import asyncio
from contextlib import suppress

from cruddur.domain.erasure import not_erased
from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.domain.model import MessageGroup
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Exists, LessOrMissing, Update
from cruddur.ports.wrappable import wrappable
from cruddur.schema import items, keys

_LOOKS = ("title", "emoji", "colour", "title_version")


@wrappable
@access_pattern("project", Ceiling("N", "bring its title to three rows", write=3, read=2.5))
async def retitle_inbox_rows(messaging: MessagingContext, message_group_uuid: str) -> list[str]:
    """Gives every row the group's present title, and returns the uuids of the members.

    Raises UnreadableGroup, TableError.
    """
    group = await find_group(messaging, message_group_uuid)
    if group is None or group.title_version is None:
        return []
    version = group.title_version
    writes = (_retitle(messaging, group, uuid, version) for uuid in not_erased(group.members))
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    if failures := [outcome for outcome in outcomes if outcome is not None]:
        # An unavailable table comes before other errors: then all these rows are tried again.
        raise max(failures, key=lambda failure: isinstance(failure, TableUnavailable))
    return list(group.members)


async def _retitle(
    messaging: MessagingContext, group: MessageGroup, owner_uuid: str, version: int
) -> None:
    looks = {name: getattr(group, name) for name in _LOOKS}
    update = Update(
        items.member_row_key(group, owner_uuid),
        {name: value for name, value in looks.items() if value is not None},
        [name for name, value in looks.items() if value is None],
        # Without the first condition a member who has left would get an incomplete row.
        [Exists(keys.PARTITION_KEY), LessOrMissing("title_version", version)],
    )
    with suppress(ConditionFailed):  # it has this title or a newer one, or the member has left
        await messaging.table.update(update)
