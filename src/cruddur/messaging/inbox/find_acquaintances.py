"""Find out with whom of some people a user has a direct conversation."""

from collections.abc import Collection, Sequence

from cruddur.domain.model import MessageGroup, direct_group_uuid
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.signs import find_people_apart
from cruddur.ports.metering import access_pattern
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from


@access_pattern("find_acquaintances")
async def find_acquaintances(
    messaging: MessagingContext, user_uuid: str, people: Sequence[str]
) -> Collection[str]:
    """Returns those of the people with whom the user has a direct conversation, and no block.

    It costs nothing for the people whom this process has listed in the user's inbox, and half a read
    unit for each of the others; and half a unit now and then for the blocks. Raises TableUnavailable.
    """
    apart = await find_people_apart(messaging, user_uuid)
    people = [uuid for uuid in people if uuid not in apart]
    known = messaging.acquaintances.of(user_uuid)
    unknown = {
        keys.group_key(direct_group_uuid(user_uuid, uuid)): uuid
        for uuid in people
        if uuid not in known and uuid != user_uuid
    }
    # The members of a direct conversation never change, so every replica that has it is current.
    found = await messaging.table.get_many(list(unknown)) if unknown else {}
    groups = {key: one_from(items.group_from, item) for key, item in found.items()}
    known = [unknown[key] for key, group in groups.items() if group and _is_accepted(group)]
    messaging.acquaintances.remember(user_uuid, known)
    return [uuid for uuid in people if uuid in messaging.acquaintances.of(user_uuid)]


def _is_accepted(group: MessageGroup) -> bool:
    return not any(member.is_request for member in group.members.values())
