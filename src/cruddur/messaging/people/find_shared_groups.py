"""Find the groups in which two people both are, for a page about the one that the other looks at."""

from collections.abc import Sequence

from cruddur.domain.model import MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.all_rows import all_rows
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

GROUPS_LOOKED_AT = 100
"""The most groups that are read: those of the user whose last messages are the newest."""


@access_pattern(
    "find_shared_groups",
    Ceiling("G", "the groups shared with a person, of sixty conversations", write=0, read=10),
)
async def find_shared_groups(
    messaging: MessagingContext, user_uuid: str, other_uuid: str
) -> Sequence[MessageGroup]:
    """Returns the groups of the inbox that have the other person as a member, the last active first.

    It reads the groups themselves, and not the other person's rows: whether that person has accepted a
    group, or archived it, is not for others to know. Raises TableUnavailable.
    """
    mine = [row for row in await all_rows(messaging, user_uuid) if row.kind == "group"]
    mine.sort(key=lambda row: row.last_message_at, reverse=True)
    wanted = [keys.group_key(row.message_group_uuid) for row in mine[:GROUPS_LOOKED_AT]]
    found = await messaging.table.get_many(wanted) if wanted else {}
    groups = [one_from(items.group_from, found.get(key)) for key in wanted]
    both = {user_uuid, other_uuid}
    return [group for group in groups if group is not None and both <= group.members.keys()]
