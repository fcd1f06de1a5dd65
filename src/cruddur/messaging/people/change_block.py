"""Write a block or its end: the two items, and the direct conversation that obeys it.

What the blocked person writes is stored under the next number, as ever, and they see it: so nothing
tells them. The person who blocks never sees these numbers, also not after the block. The conversation
itself says which, so that a send and a list need no further read.
"""

from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.model import User, direct_group_uuid
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.people.change_secretly import Step, change_secretly
from cruddur.messaging.publishing import publish_block

_YOURSELF = declare_code("block_yourself", "Nobody can block themselves.")


async def change_block(
    messaging: MessagingContext, me: User, other_uuid: str, step: Step, *, is_blocked: bool
) -> int:
    """Applies the step, and tells the user's own devices. Returns the last message's number.

    Raises Invalid for oneself, Busy, TableUnavailable; after the last it is safe to repeat.
    """
    if me.user_uuid == other_uuid:
        raise Invalid(_YOURSELF, "You cannot block yourself.", field="user_uuid")
    uuid = direct_group_uuid(me.user_uuid, other_uuid)
    last_seq = await change_secretly(messaging, uuid, step)
    await publish_block(messaging, me.user_uuid, other_uuid, is_blocked=is_blocked)
    return last_seq
