"""Find which of our own keys browsers have to subscribe with, and whether any has."""

from typing import TYPE_CHECKING

from cruddur.messaging.push.context import PushContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema.push_items import InUse, in_use_from
from cruddur.schema.push_keys import push_key_key
from cruddur.schema.readable import one_from

if TYPE_CHECKING:
    from cruddur.messaging.push.vapid import PushKey

_NAME = ""


@access_pattern(
    "find_push_key", Ceiling("X", "look which key pushes, once a minute", write=0, read=1)
)
async def find_in_use(push: PushContext) -> InUse:
    """Returns what is in use, as it was at most a minute ago. Raises TableUnavailable."""
    known = push.in_use.get(_NAME)
    if known is None:
        item = await push.messaging.table.get(push_key_key(), consistent=True)
        known = one_from(in_use_from, item) or InUse()
        push.in_use.remember(_NAME, known)
    return known


async def find_push_key(push: PushContext) -> "PushKey":
    """Returns the key in use, as it was at most a minute ago. Raises TableUnavailable."""
    return push.key((await find_in_use(push)).number)
