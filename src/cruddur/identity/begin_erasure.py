"""Begin to erase a person: their account is gone at once, and an item remembers what is left to do.

Profile, handle, the words of the name, login and what belongs to them go in one transaction, on
condition that the profile is still as it was read. So a crash leaves the whole account or none of it,
and nothing that was begun beside it brings a part back.
"""

import hashlib
from collections.abc import Sequence

from cruddur.domain.erasure import ErasedMessages, ErasedReports, Erasure
from cruddur.domain.errors import Busy, TransactionFailed
from cruddur.domain.issuer import issuer_and_subject
from cruddur.domain.model import User, fold, timestamp
from cruddur.identity.context import IdentityContext, SessionsEnded
from cruddur.identity.ended_sessions import announce_ended
from cruddur.identity.erased_logins import remembered_login
from cruddur.identity.find_user import read_own_profile
from cruddur.identity.logins import login_key_of
from cruddur.identity.secret import derived_key
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import (
    Absent,
    Check,
    Delete,
    Demand,
    Equals,
    Put,
    Write,
    unchanged,
)
from cruddur.schema import erasure_keys, items, keys
from cruddur.schema.erasure_items import erased_handle_item, erasure_item

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.01


@access_pattern(
    "begin_erasure",
    Ceiling("T", "end an account for good, of a name of two words", write=18, read=3),
)
async def begin_erasure(
    identity: IdentityContext,
    user_uuid: str,
    messages: ErasedMessages,
    reports: ErasedReports = "blank",
) -> Erasure:
    """Removes the account and ends all its sessions. Returns what is to be carried out from now on.

    Nobody can take the handle. Raises Unauthenticated if the account was removed, Busy, and
    TableUnavailable, after which it is safe to repeat.
    """
    backoff = Backoff(_PAUSE_SECONDS, jitter=FULL_JITTER)
    for _ in range(_ATTEMPTS):
        user = await read_own_profile(identity, user_uuid)
        erasure = Erasure(
            user_uuid=user_uuid,
            began_at=timestamp(identity.clock()),
            messages=messages,
            name_version=(user.name_version or 0) + 1,
            handle=user.handle,
            reports=reports,
        )
        try:
            await identity.table.transact(await _writes(identity, user, erasure))
        except TransactionFailed:
            await backoff.pause()
            continue
        identity.memory.handles.forget(fold(user.handle))
        await announce_ended(identity, SessionsEnded(user_uuid))
        return erasure
    raise Busy("The account is being changed elsewhere. Please try again.")


def handle_is_free(identity: IdentityContext, handle: str) -> Check:
    """Returns the check, for a transaction, that nobody who was erased had this handle."""
    return Check(erasure_keys.erased_handle_key(_digest(identity, handle)), [Absent()])


async def _writes(identity: IdentityContext, user: User, erasure: Erasure) -> Sequence[Write]:
    as_read: list[Demand] = [
        Equals("display_name", user.display_name),
        unchanged("name_version", user.name_version),
        # A login that is linked meanwhile would lead to somebody who is no more.
        unchanged("logins", list(user.logins) if user.logins else None),
    ]
    logins = [keys.handle_key(user.handle), login_key_of(user.handle)]
    if user.external_id is not None:
        logins.append(keys.external_key(user.external_id))
    linked = user.logins or ()
    logins += [keys.login_key(*issuer_and_subject(login)) for login in linked]
    found = await identity.table.get_many(logins, consistent=True)
    is_theirs = Equals("user_uuid", user.user_uuid)
    theirs = [key for key, item in found.items() if item.get("user_uuid") == user.user_uuid]
    words = {keys.key_of(item) for item in items.name_items(user)}
    return [
        Put(erasure_item(erasure)),
        Delete(keys.user_key(user.user_uuid), as_read),
        *(Delete(key, [is_theirs]) for key in theirs),
        *map(Delete, sorted(words)),
        # A link that sets a password would make the login anew, and the way of a name leads nowhere now.
        Delete(keys.reset_key(user.user_uuid)),
        Delete(keys.rename_key(user.user_uuid)),
        Put(erased_handle_item(_digest(identity, user.handle))),
        *(remembered_login(identity, login, user.user_uuid) for login in linked),
    ]


def _digest(identity: IdentityContext, handle: str) -> str:
    # With a key: of a plain digest, a reader of the table would find the handle by trying all.
    key = derived_key(identity.secret, "erased handles")
    return hashlib.blake2b(fold(handle).encode(), key=key, digest_size=16).hexdigest()
