"""Link a person who has an account here to what they sign in with at an issuer."""

from typing import NamedTuple

import msgspec

from cruddur.domain.errors import Busy, Conflict, Invalid, TransactionFailed, declare_code
from cruddur.domain.issuer import SUBJECT_MAX_CHARS, issuer_and_subject, login_name
from cruddur.domain.model import User
from cruddur.domain.text import is_visible
from cruddur.identity.context import IdentityContext
from cruddur.identity.erased_logins import erased_key_of
from cruddur.identity.find_user import find_user, find_user_by_handle, read_user
from cruddur.identity.issuer_urls import is_issuer
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Condition, Delete, Equals, Exists, Missing, Put, Update
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

LOGINS_MAX = 16

_ISSUER_INVALID = declare_code(
    "issuer_invalid", "An issuer is an https address, as its tokens say it in `iss`."
)
_SUBJECT_INVALID = declare_code(
    "subject_invalid", "A subject has 1 to 255 characters, as the issuer's tokens say it in `sub`."
)
_LOGIN_TAKEN = declare_code("login_taken", "Somebody else is linked to this subject.")
_TOO_MANY_LOGINS = declare_code("too_many_logins", "A person has at most 16 logins at issuers.")

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.01


class Linked(NamedTuple):
    """Whose login it is, and whether it was not theirs before."""

    user: User
    is_new: bool


@access_pattern(
    "link_login", Ceiling("H", "link a person to an issuer's subject", write=6, read=2.5)
)
async def link_login(identity: IdentityContext, handle: str, issuer: str, subject: str) -> Linked:
    """Lets the issuer's subject sign in as the person with this handle. It may be repeated.

    Raises NotFound, Invalid, Conflict if the subject is somebody else's or the person has 16, Busy, and
    TableUnavailable.
    """
    _check(issuer, subject)
    found = await find_user_by_handle(identity, handle)
    backoff = Backoff(_PAUSE_SECONDS, jitter=FULL_JITTER)
    for _ in range(_ATTEMPTS):
        user = await read_user.plain(identity, found.user_uuid)
        owner = await _owner_of(identity, issuer, subject)
        if owner is not None and owner != user.user_uuid:
            raise await _taken(identity, owner)
        if owner is not None:
            return Linked(user, is_new=False)
        login, before = login_name(issuer, subject), user.logins or ()
        if len(before) >= LOGINS_MAX:
            raise Conflict(_TOO_MANY_LOGINS, f"A person has at most {LOGINS_MAX} logins.")
        after = msgspec.structs.replace(user, logins=(*before, login))
        if await _store(identity, user, after, login):
            return Linked(after, is_new=True)
        await backoff.pause()
    raise Busy("This person is being changed elsewhere. Please try again.")


def logins_as_read(user: User) -> Condition:
    """Returns the condition that the profile is there, with the logins that were read."""
    same = Equals("logins", list(user.logins)) if user.logins else Missing("logins")
    return [Exists(keys.PARTITION_KEY), same]


def _check(issuer: str, subject: str) -> None:
    if not is_issuer(issuer):
        raise Invalid(
            _ISSUER_INVALID,
            "An issuer is an address like https://id.example.com, as its tokens say it.",
            field="issuer",
        )
    is_whole = 0 < len(subject) <= SUBJECT_MAX_CHARS and subject.isprintable()
    if not is_whole or not is_visible(subject):
        raise Invalid(
            _SUBJECT_INVALID,
            f"A subject has 1 to {SUBJECT_MAX_CHARS} characters, none of them a control character.",
            field="subject",
        )


async def _owner_of(identity: IdentityContext, issuer: str, subject: str) -> str | None:
    item = await identity.table.get(keys.login_key(issuer, subject), consistent=True)
    login = one_from(items.login_from, item)
    return login.user_uuid if login is not None else None


async def _taken(identity: IdentityContext, owner: str) -> Conflict:
    other = await find_user(identity, owner)
    return Conflict(_LOGIN_TAKEN, f"This subject is linked to @{other.handle}.", field="subject")


async def _store(identity: IdentityContext, before: User, after: User, login: str) -> bool:
    """Returns False if the person or the login was changed elsewhere meanwhile."""
    item = items.login_item(*issuer_and_subject(login), after.user_uuid)
    profile = Update(
        keys.user_key(after.user_uuid),
        {"logins": list(after.logins or ())},
        condition=logins_as_read(before),
    )
    try:
        await identity.table.transact(
            [
                Put(item, IF_NEW),
                profile,
                # Somebody who was erased may have had this login: from now on it is said whose it is.
                Delete(erased_key_of(identity, login)),
            ]
        )
    except TransactionFailed:
        return False
    identity.memory.users.remember(after.user_uuid, after)
    return True
