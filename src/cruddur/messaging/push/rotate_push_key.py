"""Take another key of our own, for the operator of the service."""

from typing import TYPE_CHECKING

from cruddur.domain.errors import Busy, ConditionFailed
from cruddur.messaging.push.context import PushContext
from cruddur.messaging.push.find_push_key import find_in_use
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Equals, Missing, Update
from cruddur.schema.push_keys import push_key_key

if TYPE_CHECKING:
    from cruddur.messaging.push.vapid import PushKey


@access_pattern("rotate_push_key")
async def rotate_push_key(push: PushContext) -> "PushKey":
    """Returns the new key. Each page subscribes with it within a day of being open.

    Until then devices are told by the key that they were subscribed with. Raises Busy if somebody else
    rotates it at the same time, and TableUnavailable.
    """
    push.in_use.clear()
    number = (await find_in_use(push)).number
    is_unchanged = Equals("number", number) if number > 1 else Missing("number")
    update = Update(push_key_key(), {"number": number + 1}, condition=[is_unchanged])
    try:
        await push.messaging.table.update(update)
    except ConditionFailed:
        raise Busy("The key is being rotated elsewhere. Please try again.") from None
    finally:
        push.in_use.clear()
    return push.key(number + 1)
