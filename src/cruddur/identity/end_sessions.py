"""End all sessions of a person, or all but one."""

from collections.abc import Awaitable, Callable

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.item import Item
from cruddur.identity.context import IdentityContext, Session, SessionsEnded
from cruddur.identity.end_session import token_end
from cruddur.identity.ended_sessions import announce_ended, remove_session
from cruddur.identity.find_user import account_gone
from cruddur.identity.list_sessions import list_sessions
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Condition, Exists, Update, unchanged
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from


@access_pattern("end_session")
async def end_sessions(
    identity: IdentityContext, user_uuid: str, *, keep: Session | None = None
) -> SessionsEnded:
    """Ends the person's sessions, except `keep`, with two write units each and one for all of them.

    Tokens without an item end as well, as far as they were made before. It may be called again after
    TableUnavailable. Raises Unauthenticated if the account was removed.
    """
    kept = keep.token_id if keep is not None else None
    await _refuse_older_tokens(identity, user_uuid, kept)
    return await _remove_items(identity, user_uuid, kept)


async def end_sessions_around(
    identity: IdentityContext,
    user_uuid: str,
    keep: Session | None,
    write: Callable[[Update], Awaitable[None]],
) -> SessionsEnded:
    """Calls `write`, which takes a way in away, and ends all sessions except `keep` with it.

    `write` carries out the update that it gets in the same transaction: by it all sessions end that were
    opened before. So a crash after it leaves none of somebody who came in that way. Their items go, and
    before it those of older versions, which do not say when they were opened. If `write` raises, the
    sessions that were there at the beginning have ended.
    """
    kept = keep.token_id if keep is not None else None
    profile = await _refuse_older_tokens(identity, user_uuid, kept)
    await _remove_items(identity, user_uuid, kept)
    await write(_one_way_less(identity, user_uuid, profile, kept))
    return await _remove_items(identity, user_uuid, kept)


async def _remove_items(
    identity: IdentityContext, user_uuid: str, kept: str | None
) -> SessionsEnded:
    for session in await list_sessions(identity, user_uuid):
        if session.session_id != kept:
            until = token_end(session.created_at)
            await remove_session(identity, user_uuid, session.session_id, until)
    return await announce_ended(identity, SessionsEnded(user_uuid, kept=kept))


async def _refuse_older_tokens(
    identity: IdentityContext, user_uuid: str, kept: str | None
) -> Item | None:
    """Returns the profile as it was."""
    values = _tokens_end(identity, kept)
    try:
        return await identity.table.update(
            _profile_update(user_uuid, values, kept, [Exists(keys.PARTITION_KEY)])
        )
    except ConditionFailed:
        raise account_gone() from None


def _one_way_less(
    identity: IdentityContext, user_uuid: str, profile: Item | None, kept: str | None
) -> Update:
    user = one_from(items.user_from, profile)
    version = user.ways_version if user is not None else None
    # Of two ways that are taken away at once, each has to end what the other one has kept.
    as_read = [Exists(keys.PARTITION_KEY), unchanged("ways_version", version)]
    values = {**_tokens_end(identity, kept), "ways_version": (version or 0) + 1}
    return _profile_update(user_uuid, values, kept, as_read)


def _tokens_end(identity: IdentityContext, kept: str | None) -> dict[str, int | str]:
    after: dict[str, int | str] = {"tokens_after": int(identity.clock().timestamp())}
    return after if kept is None else {**after, "kept_token": kept}


def _profile_update(
    user_uuid: str, values: dict[str, int | str], kept: str | None, condition: Condition
) -> Update:
    remove = ["kept_token"] if kept is None else []
    return Update(keys.user_key(user_uuid), values, remove, condition, wants_old=True)
