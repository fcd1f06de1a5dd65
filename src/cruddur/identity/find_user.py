"""Find a user by handle or uuid. Users are remembered for a minute, so that sending costs no read."""

from cruddur.domain.errors import UNAUTHENTICATED, Invalid, NotFound, Unauthenticated, declare_code
from cruddur.domain.external_user import checked_external_id, external_id_in
from cruddur.domain.handles import checked_handle
from cruddur.domain.model import User, fold
from cruddur.identity.context import IdentityContext
from cruddur.identity.token_errors import subject_unknown
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.wrappable import wrappable
from cruddur.schema import items, keys
from cruddur.schema.external_items import external_from
from cruddur.schema.readable import one_from

_NOT_FOUND = declare_code("user_not_found", "There is nobody with this handle or id.")

ACCOUNT_DISABLED = declare_code(
    "account_disabled", "The people who run this server disabled the account."
)


@access_pattern("find_user")
async def find_user(identity: IdentityContext, user_uuid: str) -> User:
    """Returns the user, from memory if possible. Raises NotFound."""
    known = identity.memory.users.get(user_uuid)
    if known is not None:
        return known
    ending = identity.memory.endings.get(user_uuid)
    user = await read_user(identity, user_uuid, consistent=_must_be_new(identity, user_uuid))
    if identity.memory.endings.get(user_uuid) is ending:  # otherwise it may have been read before
        identity.memory.users.remember(user_uuid, user)
    return user


def _must_be_new(identity: IdentityContext, user_uuid: str) -> bool:
    """Whether this process was told within the last minutes that something about the user is other.

    Otherwise what it reads may be as old as a replica, which is a moment; it is remembered for a minute.
    """
    memory = identity.memory
    return memory.changed.get(user_uuid) or memory.endings.get(user_uuid) is not None


@wrappable
async def read_user(identity: IdentityContext, user_uuid: str, *, consistent: bool = True) -> User:
    """Returns the user, from the table. Raises NotFound. Without `consistent` it costs half."""
    key = keys.user_key(user_uuid)
    item = await identity.table.get(key, consistent=consistent)
    if item is None and not consistent:
        item = await identity.table.get(key, consistent=True)  # an account can be used at once
    user = one_from(items.user_from, item)
    if user is None:
        raise user_not_found()
    return user


@wrappable
@access_pattern("check_session")
async def check_user_is_there(
    identity: IdentityContext, user_uuid: str, *, consistent: bool = True
) -> User:
    """Reads the table, and returns the user.

    If there is none, forgets the user and raises Unauthenticated.
    """
    item = await identity.table.get(keys.user_key(user_uuid), consistent=consistent)
    user = one_from(items.user_from, item)
    if user is None:
        identity.memory.users.forget(user_uuid)
        raise subject_unknown()
    return user


@access_pattern("find_user", Ceiling("G", "find a person by handle", write=0, read=0.5))
async def find_user_by_handle(
    identity: IdentityContext, handle: str, *, field: str = "handle"
) -> User:
    """Returns the user with this handle, or with a host product's own id: `ext:42`.

    Raises NotFound, also for an invalid handle. `field` names the input that is wrong.
    """
    external_id = external_id_in(handle)
    if external_id is not None:
        return await find_user_by_external_id(identity, external_id, field=field)
    try:
        folded = fold(checked_handle(handle))
    except Invalid:
        raise user_not_found(field) from None
    known = identity.memory.handles.get(folded)
    if known is not None:
        return known
    user = one_from(items.user_from_handle, await identity.table.get(keys.handle_key(folded)))
    if user is None:
        raise user_not_found(field)
    identity.memory.handles.remember(folded, user)
    return user


@access_pattern("find_user", Ceiling("G", "find a person by a host's id", write=0, read=2))
async def find_user_by_external_id(
    identity: IdentityContext, external_id: str, *, field: str = "external_id"
) -> User:
    """Returns the user with this id of a host product. Raises NotFound, also for an invalid id."""
    known = identity.memory.external.get(external_id)
    if known is None:
        known = await _read_external(identity, external_id, field)
        identity.memory.external.remember(external_id, known)
    try:
        return await find_user(identity, known)
    except NotFound:
        identity.memory.external.forget(external_id)
        raise external_user_not_found(field) from None


async def _read_external(identity: IdentityContext, external_id: str, field: str) -> str:
    try:
        key = keys.external_key(checked_external_id(external_id))
    except Invalid:
        raise external_user_not_found(field) from None
    # Strongly consistent, so that a back end can name a person at once after making them.
    external = one_from(external_from, await identity.table.get(key, consistent=True))
    if external is None:
        raise external_user_not_found(field)
    return external.user_uuid


def check_is_enabled(user: User) -> None:
    """Raises Unauthenticated if the operator has disabled the account."""
    if user.disabled_at is not None:
        raise Unauthenticated(
            ACCOUNT_DISABLED, "This account is disabled. Ask the people who run this."
        )


async def find_person_signing_in(identity: IdentityContext, user_uuid: str) -> User:
    """Returns the user whose way in was right, as the table has them now.

    What was remembered may lack that a way in was taken away: the new session would end at once. Raises
    Unauthenticated if they are gone or disabled.
    """
    user = await read_own_profile(identity, user_uuid)
    check_is_enabled(user)
    return user


async def read_own_profile(identity: IdentityContext, user_uuid: str) -> User:
    """Returns the caller's profile as it is stored now. Raises Unauthenticated if it was removed."""
    item = await identity.table.get(keys.user_key(user_uuid), consistent=True)
    user = one_from(items.user_from, item)
    if user is None:
        raise account_gone()
    return user


def account_gone() -> Unauthenticated:
    """The error for somebody whose account was removed."""
    return Unauthenticated(UNAUTHENTICATED, "This account is no longer there.")


def user_not_found(field: str | None = None) -> NotFound:
    """The error for a handle that nobody has. `field` names the input that is wrong."""
    return NotFound(_NOT_FOUND, "There is nobody with this handle.", field=field)


def external_user_not_found(field: str | None = None) -> NotFound:
    """The error for an id of a host of nobody. People read it, too, where a host's page names one."""
    return NotFound(_NOT_FOUND, "There is nobody with this id here yet.", field=field)
