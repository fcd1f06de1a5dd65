"""End a block. What was written meanwhile stays hidden."""

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from cruddur.domain.errors import ConditionFailed, Conflict, declare_code
from cruddur.domain.hidden import Hidden
from cruddur.domain.member import Member
from cruddur.domain.model import MessageGroup, User, direct_group_uuid
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.people.change_block import change_block
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Delete, Less, Update, Write
from cruddur.schema import block_keys, keys

HIDDEN_MOST = 64
"""The most blocks of one person that hide messages. Each is a part of the conversation's item."""

_TOO_OFTEN = declare_code(
    "blocks_exceed_max_64", "The person was blocked and unblocked too often; they stay blocked."
)


@access_pattern("block_person")
async def unblock_person(messaging: MessagingContext, me: User, other_uuid: str) -> None:
    """Ends the block from the next message on. Somebody who is not blocked stays so.

    Raises Invalid for oneself, Conflict after HIDDEN_MOST blocks, Busy, and TableUnavailable, after
    which it is safe to repeat.
    """
    now = messaging.now()

    async def step(
        group: MessageGroup | None, last_seq: int
    ) -> tuple[MessageGroup | None, Sequence[Write]]:
        if group is None or not group.members[me.user_uuid].has_blocked:
            return None, ()
        ended = _ended(group.members[me.user_uuid], last_seq, now)
        sides = (
            block_keys.block_key(me.user_uuid, other_uuid),
            block_keys.blocked_by_key(other_uuid, me.user_uuid),
        )
        members = {**group.members, me.user_uuid: ended}
        return msgspec.structs.replace(group, members=members), [Delete(key) for key in sides]

    last_seq = await change_block(messaging, me, other_uuid, step, is_blocked=False)
    await _skip_hidden(messaging, me.user_uuid, other_uuid, last_seq)


def _ended(member: Member, last_seq: int, now: str) -> Member:
    *before, last = member.hidden
    if len(before) >= HIDDEN_MOST:
        raise Conflict(
            _TOO_OFTEN, "You have blocked and unblocked this person too often. They stay blocked."
        )
    ended = Hidden(after=last.after, since=last.since, until=last_seq, ended=now)
    return msgspec.structs.replace(member, hidden=(*before, ended))


async def _skip_hidden(
    messaging: MessagingContext, user_uuid: str, other_uuid: str, last_seq: int
) -> None:
    """Moves the read mark behind what is hidden: otherwise the next message would count it as unread."""
    row_key = keys.inbox_row_key(user_uuid, direct_group_uuid(user_uuid, other_uuid))
    behind = Update(row_key, {"read_seq": last_seq}, condition=[Less("read_seq", last_seq)])
    with suppress(ConditionFailed):
        await messaging.table.update(behind)
