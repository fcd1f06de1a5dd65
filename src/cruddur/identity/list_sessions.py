"""List a person's open sessions."""

from collections.abc import Sequence

from cruddur.domain.model import User
from cruddur.domain.session import DeviceSession
from cruddur.identity.check_session import has_session_ended, was_way_removed_since
from cruddur.identity.context import IdentityContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from


async def list_open_sessions(identity: IdentityContext, user: User) -> Sequence[DeviceSession]:
    """Returns those of `list_sessions` that open something.

    Where a way in was taken away, the others end with it, a moment before their items go.
    """
    found = await list_sessions(identity, user.user_uuid)
    kept = user.kept_token
    lost = {one.session_id for one in found if was_way_removed_since(user, one.ways_version)} - {
        kept
    }
    return [one for one in found if one.session_id not in lost]


@access_pattern("list_sessions", Ceiling("M", "list one's ten sessions", write=0, read=1))
async def list_sessions(identity: IdentityContext, user_uuid: str) -> Sequence[DeviceSession]:
    """Returns the sessions that have not ended, the one that was used last first.

    Tokens that a host product or an older version signed have no item, and are not listed. Raises
    TableUnavailable.
    """
    # Strongly consistent, so that a session that was just ended is no longer listed.
    partition = keys.user_key(user_uuid).pk
    query = Query(partition, Range(prefix=keys.SESSION_PREFIX), consistent=True)
    found = [one_from(items.session_from, item) for item in await all_items(identity.table, query)]
    sessions = [one for one in found if one is not None and not has_session_ended(identity, one)]
    return sorted(sessions, key=lambda session: session.last_used_at, reverse=True)
