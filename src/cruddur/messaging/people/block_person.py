"""Block a person: nothing that they do reaches the user, and nobody tells them."""

from collections.abc import Sequence

import msgspec

from cruddur.domain.hidden import Hidden
from cruddur.domain.model import MessageGroup, User, direct_group_uuid
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.invalidated import publish_signs_ended
from cruddur.messaging.people.change_block import change_block
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Put, Write
from cruddur.schema import items
from cruddur.schema.block_items import block_items


@access_pattern("block_person", Ceiling("S", "block somebody, or end that", write=8, read=4))
async def block_person(messaging: MessagingContext, me: User, other: User) -> None:
    """Blocks the person from the next message on. Somebody who is blocked already stays so.

    Two people without a conversation get one without a message, which is in no inbox. So the first
    message of the blocked person finds it, and starting any other conversation costs no read.

    Raises Invalid for oneself, Busy, and TableUnavailable, after which it is safe to repeat.
    """
    now = messaging.now()

    def step(
        group: MessageGroup | None, last_seq: int
    ) -> tuple[MessageGroup | None, Sequence[Write]]:
        group = group or _without_messages(me, other, now)
        if group.members[me.user_uuid].has_blocked:
            return None, ()
        blocks = [Put(item) for item in block_items(me.user_uuid, other.user_uuid, now)]
        return _blocking(group, me.user_uuid, last_seq, now), blocks

    await change_block(messaging, me, other.user_uuid, step, is_blocked=True)
    await publish_signs_ended(messaging, me.user_uuid, other.user_uuid)


def _without_messages(me: User, other: User, now: str) -> MessageGroup:
    people = sorted((me, other), key=lambda user: user.user_uuid)
    return MessageGroup(
        message_group_uuid=direct_group_uuid(me.user_uuid, other.user_uuid),
        kind="direct",
        members={user.user_uuid: items.member_of(user) for user in people},
        created_at=now,
    )


def _blocking(group: MessageGroup, user_uuid: str, last_seq: int, now: str) -> MessageGroup:
    member = group.members[user_uuid]
    hidden = (*member.hidden, Hidden(after=last_seq, since=now))
    blocking = msgspec.structs.replace(member, hidden=hidden)
    return msgspec.structs.replace(group, members={**group.members, user_uuid: blocking})
