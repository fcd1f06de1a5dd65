"""Take away what a person signs in with at an issuer."""

from cruddur.domain.errors import Busy, NotFound, TransactionFailed, declare_code
from cruddur.domain.issuer import issuer_and_subject
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.end_sessions import end_sessions
from cruddur.identity.find_user import find_user_by_handle, read_user
from cruddur.identity.link_login import logins_as_read
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Delete, Update
from cruddur.schema import keys

_NOT_LINKED = declare_code("not_linked", "The person is not linked to this subject.")

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.01


@access_pattern(
    "unlink_login", Ceiling("H", "unlink a person from an issuer's subject", write=5, read=2.5)
)
async def unlink_login(identity: IdentityContext, handle: str, login: str | None = None) -> User:
    """Removes one login, as `login_name` writes it, or all of the person's; and ends their sessions.

    One that is kept in use would be the way in of a person who has just lost it. The account stays.
    Raises NotFound, Busy, and TableUnavailable, after which it may be repeated.
    """
    found = await find_user_by_handle(identity, handle)
    backoff = Backoff(_PAUSE_SECONDS, jitter=FULL_JITTER)
    for _ in range(_ATTEMPTS):
        user = await read_user.plain(identity, found.user_uuid)
        gone = [one for one in user.logins or () if login in {None, one}]
        if not gone:
            raise NotFound(_NOT_LINKED, f"@{user.handle} is not linked to this.", field="subject")
        if await _remove(identity, user, gone):
            identity.memory.users.forget(user.user_uuid)
            await end_sessions(identity, user.user_uuid)
            return user
        await backoff.pause()
    raise Busy("This person is being changed elsewhere. Please try again.")


async def _remove(identity: IdentityContext, user: User, gone: list[str]) -> bool:
    """Returns False if the person was changed elsewhere meanwhile."""
    left = [one for one in user.logins or () if one not in gone]
    key, as_read = keys.user_key(user.user_uuid), logins_as_read(user)
    profile = (
        Update(key, {"logins": left}, condition=as_read)
        if left
        else Update(key, {}, remove=["logins"], condition=as_read)
    )
    logins = [Delete(keys.login_key(*issuer_and_subject(one))) for one in gone]
    try:
        await identity.table.transact([profile, *logins])
    except TransactionFailed:
        return False
    return True
