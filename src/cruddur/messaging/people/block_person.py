"""Block a person: nothing that they do reaches the user, and nobody tells them."""

from collections.abc import Sequence

import msgspec

from cruddur.domain.hidden import Hidden
from cruddur.domain.model import MessageGroup, User, direct_group_uuid
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.invalidated import publish_signs_ended
from cruddur.messaging.people.change_block import change_block
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Delete, Put, Write
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

    async def step(
        group: MessageGroup | None, last_seq: int
    ) -> tuple[MessageGroup | None, Sequence[Write]]:
        group = group or _without_messages(me, other, now)
        if group.members[me.user_uuid].has_blocked:
            return None, ()
        gone = _request_row(group, me.user_uuid)
        blocks: list[Write] = [
            Put(item) for item in block_items(me.user_uuid, other.user_uuid, now)
        ]
        return _blocking(group, me.user_uuid, last_seq, now), [*blocks, *gone]

    await change_block(messaging, me, other.user_uuid, step, is_blocked=True)
    await publish_signs_ended(messaging, me.user_uuid, other.user_uuid)


def _without_messages(me: User, other: User, now: str) -> MessageGroup:
    people = sorted((me, other), key=lambda user: user.user_uuid)
    members = {user.user_uuid: items.member_of(user) for user in people}
    # After the block the two are strangers still.
    mine = members[me.user_uuid]
    return MessageGroup(
        message_group_uuid=direct_group_uuid(me.user_uuid, other.user_uuid),
        kind="direct",
        members={**members, me.user_uuid: msgspec.structs.replace(mine, is_request=True)},
        created_at=now,
    )


def _request_row(group: MessageGroup, user_uuid: str) -> Sequence[Write]:
    """Takes a request out of the list: what was written before the block is gone with it."""
    if not group.members[user_uuid].is_request:
        return ()
    return [Delete(items.member_row_key(group, user_uuid))]


def _blocking(group: MessageGroup, user_uuid: str, last_seq: int, now: str) -> MessageGroup:
    member = group.members[user_uuid]
    after = 0 if member.is_request else last_seq
    hidden = (*member.hidden, Hidden(after=after, since=now))
    blocking = msgspec.structs.replace(member, hidden=hidden)
    return msgspec.structs.replace(group, members={**group.members, user_uuid: blocking})
