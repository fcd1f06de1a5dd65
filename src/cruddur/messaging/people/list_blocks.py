"""List the people whom a user has blocked."""

from collections.abc import Sequence
from typing import NamedTuple

from cruddur.domain.model import User
from cruddur.messaging.context import MessagingContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import block_keys, items, keys
from cruddur.schema.block_items import Block, block_from
from cruddur.schema.readable import one_from

_PAGE = 500
_AFTER_ALL = "~"


class BlockedPerson(NamedTuple):
    """A person who is blocked, as they are now, and since when."""

    user: User
    blocked_at: str


@access_pattern(
    "list_blocks", Ceiling("S", "list ten people whom one has blocked", write=0, read=6)
)
async def list_blocks(messaging: MessagingContext, user_uuid: str) -> Sequence[BlockedPerson]:
    """Returns the people, the one blocked last first, without those whose account is gone.

    Raises TableUnavailable.
    """
    own = block_keys.block_key(user_uuid, "")
    query = Query(own.pk, Range(at_least=own.sk, at_most=own.sk + _AFTER_ALL), limit=_PAGE)
    found = [one_from(block_from, item) for item in await all_items(messaging.table, query)]
    blocks = sorted((one for one in found if one), key=_newest_first, reverse=True)
    # Their names are those of now, and not of the time of the block.
    wanted = [keys.user_key(block.user_uuid) for block in blocks]
    profiles = await messaging.table.get_many(wanted) if wanted else {}
    people = [(one_from(items.user_from, profiles.get(key)), key) for key in wanted]
    return [
        BlockedPerson(user, block.blocked_at)
        for (user, _), block in zip(people, blocks, strict=True)
        if user is not None
    ]


def _newest_first(block: Block) -> str:
    return block.blocked_at
