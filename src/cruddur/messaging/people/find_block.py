"""Find out since when a user has blocked a person."""

from cruddur.messaging.context import MessagingContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import block_keys
from cruddur.schema.block_items import block_from
from cruddur.schema.readable import one_from


@access_pattern("find_block", Ceiling("S", "since when one has blocked a person", write=0, read=1))
async def find_block(messaging: MessagingContext, user_uuid: str, other_uuid: str) -> str | None:
    """Returns the time of the user's own block of the person; None if there is none.

    Raises TableUnavailable.
    """
    # Strongly consistent: a page that has just blocked somebody asks this to show it.
    key = block_keys.block_key(user_uuid, other_uuid)
    block = one_from(block_from, await messaging.table.get(key, consistent=True))
    return block.blocked_at if block else None
