"""Find a person by handle or by uuid, remembered a short while: sending costs no read."""

from cruddur.errors import Invalid, NotFound, Unauthenticated
from cruddur.identity.service import Identity
from cruddur.messaging.kept import Kept
from cruddur.model import User, checked_handle, fold
from cruddur.table import items, keys
from cruddur.table.metering import counted_as

_kept = Kept(User)


@counted_as("find_user")
async def find_user(identity: Identity, user_uuid: str) -> User:
    """Raises NotFound."""
    known = identity.memory.users.get(user_uuid)
    if known is not None:
        return known
    recalled = await identity.cache.recall(keys.user_name(user_uuid))
    user = _kept.decode(recalled.value)
    if user is None:
        user = await _read_user(identity, user_uuid)
        if recalled.ticket is not None:
            name = keys.user_name(user_uuid)
            await identity.cache.keep(name, recalled.ticket, _kept.encode(user), certain=True)
    identity.memory.users.remember(user_uuid, user)
    return user


async def _read_user(identity: Identity, user_uuid: str) -> User:
    # Strongly consistent: who has just made an account signs in the next moment.
    item = await identity.table.get(keys.user_key(user_uuid), consistent=True)
    if item is None:
        raise user_not_found()
    return items.user_from(item)


@counted_as("check_session")
async def check_user_is_there(identity: Identity, user_uuid: str) -> None:
    """Asks the table, whatever is remembered. Raises Unauthenticated; then nobody remembers more."""
    if await identity.table.get(keys.user_key(user_uuid), consistent=True) is None:
        identity.memory.users.forget(user_uuid)
        await identity.cache.outdate([keys.user_name(user_uuid)])
        raise account_gone()


@counted_as("find_user")
async def find_user_by_handle(identity: Identity, handle: str, *, field: str = "handle") -> User:
    """Raises NotFound, also for what cannot be a handle; `field` names the input at fault."""
    try:
        folded = fold(checked_handle(handle))
    except Invalid:
        raise user_not_found(field) from None
    known = identity.memory.handles.get(folded)
    if known is not None:
        return known
    item = await identity.table.get(keys.handle_key(folded))
    if item is None:
        raise user_not_found(field)
    user = items.user_from_handle(item)
    identity.memory.handles.remember(folded, user)
    return user


def account_gone() -> Unauthenticated:
    return Unauthenticated("unauthenticated", "This account is no longer there.")


def user_not_found(field: str | None = None) -> NotFound:
    return NotFound("user_not_found", "There is nobody with this name.", field=field)
