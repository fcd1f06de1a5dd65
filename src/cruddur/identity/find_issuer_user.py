"""Find the person of an issuer's subject, make them at first sight, and follow the name that is said.

Nothing else leads to a person: no e-mail address and no name, since others may have had the same one
before, or may choose it.
"""

import uuid
from typing import NamedTuple

from cruddur.domain.errors import Busy, ConditionFailed, TransactionFailed
from cruddur.domain.issuer import Issuer, login_name
from cruddur.domain.item import Key
from cruddur.domain.made_handles import made_handle
from cruddur.domain.model import User, timestamp
from cruddur.identity.begin_erasure import handle_is_free
from cruddur.identity.claimed_names import NAMELESS, claimed_handle, claimed_name
from cruddur.identity.context import IdentityContext
from cruddur.identity.erased_logins import login_is_not_erased
from cruddur.identity.issuer_tokens import IssuerClaims
from cruddur.identity.rename_user import rename_user
from cruddur.identity.token_errors import subject_unknown
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Condition, Equals, Exists, Put, Update
from cruddur.schema import items, keys
from cruddur.schema.items import Login
from cruddur.schema.readable import one_from

_ATTEMPTS = 8


class _Known(NamedTuple):
    login: Login
    user: User


@access_pattern(
    "find_issuer_user",
    Ceiling("H", "find the person of an issuer's token, once a minute", write=0, read=2),
    Ceiling("H", "make the person of an issuer's token, of two words", write=14, read=1),
)
async def find_issuer_user(identity: IdentityContext, issuer: Issuer, claims: IssuerClaims) -> User:
    """Returns the person. A name is followed if its token is younger than the one that said the last.

    Raises TokenRefused if the person is unknown and none is to be made, or was erased; and Busy.
    """
    for _ in range(_ATTEMPTS):
        known = await _read(identity, issuer, claims)
        if known is not None:
            return await _named(identity, issuer, claims, known)
        if not issuer.provisions:
            raise subject_unknown()
        made = await _make(identity, issuer, claims)
        if made is not None:
            return made
    raise Busy("This person is being made elsewhere. Please try again.")


async def _read(identity: IdentityContext, issuer: Issuer, claims: IssuerClaims) -> _Known | None:
    item = await identity.table.get(_key(issuer, claims), consistent=True)
    if item is None:
        return None
    login = one_from(items.login_from, item)
    if login is None:  # what cannot be read must not let another person in
        raise subject_unknown()
    profile = await identity.table.get(keys.user_key(login.user_uuid), consistent=True)
    user = one_from(items.user_from, profile)
    if user is None:
        raise subject_unknown()
    return _Known(login, user)


def _key(issuer: Issuer, claims: IssuerClaims) -> Key:
    return keys.login_key(issuer.url, claims.subject)


async def _named(
    identity: IdentityContext, issuer: Issuer, claims: IssuerClaims, known: _Known
) -> User:
    login, user = known
    name = claimed_name(claims.name)
    if not name or name == user.display_name or claims.made_at <= login.named_at:
        return user
    # With the condition: an unlinked login must not come back as an item without a person.
    theirs: Condition = [Exists(keys.PARTITION_KEY), Equals("user_uuid", user.user_uuid)]
    said = Update(_key(issuer, claims), {"named_at": claims.made_at}, condition=theirs)
    try:
        await identity.table.update(said)
    except ConditionFailed:
        raise Busy("This person is being changed elsewhere. Please try again.") from None
    return await rename_user(identity, user.user_uuid, name)


async def _make(identity: IdentityContext, issuer: Issuer, claims: IssuerClaims) -> User | None:
    """Returns the new person, or None if they are there by now. Raises TokenRefused, Busy."""
    handle: str | None = claimed_handle(claims.handle)
    for _ in range(_ATTEMPTS):
        user = _new_user(identity, issuer, claims, handle)
        parts = [Put(item, IF_NEW) for item in items.person_items(user)]
        login = items.login_item(issuer.url, claims.subject, user.user_uuid)
        login = {**login, "named_at": claims.made_at}
        not_erased = login_is_not_erased(identity, login_name(issuer.url, claims.subject))
        is_free = handle_is_free(identity, user.handle)
        try:
            await identity.table.transact([Put(login, IF_NEW), not_erased, *parts, is_free])
        except TransactionFailed as error:
            if 0 in error.failed:
                return None
            if 1 in error.failed:
                raise subject_unknown() from None
            if error.failed:  # somebody else has the handle
                handle = None
        else:
            return user
    raise Busy("This person is being made elsewhere. Please try again.")


def _new_user(
    identity: IdentityContext, issuer: Issuer, claims: IssuerClaims, handle: str | None
) -> User:
    name = claimed_name(claims.name) or NAMELESS
    return User(
        user_uuid=str(uuid.uuid4()),
        handle=handle or made_handle(name),
        display_name=name,
        created_at=timestamp(identity.clock()),
        logins=(login_name(issuer.url, claims.subject),),
    )
