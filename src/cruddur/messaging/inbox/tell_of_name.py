"""Tell the people who show a person of their new display name, at once."""

from collections.abc import Iterable

from cruddur.domain.errors import NotFound
from cruddur.domain.model import MessageGroup
from cruddur.domain.renaming import Renaming
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.publishing import publish_renamed
from cruddur.ports.metering import access_pattern

TOLD_OF = 100
"""The newest conversations whose members are told at once. The projector tells those of all others where
it runs in the service; on AWS they see the name when they load it next."""


@access_pattern("tell_of_name")
async def tell_of_name(messaging: MessagingContext, person: Renaming) -> None:
    """Sends an event to the person's devices, and to the members of their newest conversations.

    Raises TableUnavailable.
    """
    messaging.newest_names.note(person)
    inbox = await list_inbox(messaging, person.user_uuid, limit=TOLD_OF)
    people = {row.user_uuid for row in inbox.rows if row.user_uuid and not row.is_unanswered}
    groups = (row.message_group_uuid for row in inbox.rows if row.kind == "group")
    await publish_renamed(messaging, person, people | await _members(messaging, groups))


async def _members(messaging: MessagingContext, groups: Iterable[str]) -> set[str]:
    found = [await _group(messaging, uuid) for uuid in groups]
    return {
        uuid
        for group in found
        if group is not None
        for uuid, member in group.members.items()
        if not member.is_request
    }


async def _group(messaging: MessagingContext, message_group_uuid: str) -> MessageGroup | None:
    try:
        return await find_group(messaging, message_group_uuid)
    except NotFound:  # another program wrote the log's entry: the name is stored all the same
        return None
