"""Set another password by a link for one use."""

import hmac
import uuid
from functools import partial

from cruddur.domain.errors import Busy, NotFound, TransactionFailed, Unauthenticated, declare_code
from cruddur.domain.model import fold
from cruddur.domain.password_reset import PasswordReset
from cruddur.identity.checked_password import checked_password
from cruddur.identity.context import LOCAL_ISSUER, IdentityContext, SessionsEnded
from cruddur.identity.end_sessions import end_sessions_around
from cruddur.identity.link_tokens import password_digest, token_from
from cruddur.identity.passwords import hash_password
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Condition, Delete, Equals, Put, Update, unchanged
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from
from cruddur.schema.reset_items import reset_from, reset_item

_INVALID = declare_code(
    "reset_link_invalid",
    "The link was used, replaced by a newer one, older than an hour, or from before another password.",
)
_NOBODYS = reset_item(
    PasswordReset(user_uuid=str(uuid.UUID(int=0)), handle="-", secret_digest="0" * 64, expires_at=0)
)


@access_pattern(
    "reset_password",
    Ceiling("H", "set another password by a link, with a session open", write=9, read=4),
)
async def reset_password(identity: IdentityContext, token: str, new: str) -> SessionsEnded:
    """Gives the person of the token this password, and ends all their sessions.

    A password that breaks a rule leaves the link as it is. Raises NotFound for any token that does not
    work, Invalid, Busy, and TableUnavailable, after which the password may be set.
    """
    reset = await _find(identity, token)
    is_as_then = await _as_then(identity, reset)
    new = checked_password(new, reset.handle, field="new_password")
    password_hash = await hash_password(new, identity.password_cost)
    use = partial(_use, identity, reset, password_hash, is_as_then)
    try:
        return await end_sessions_around(identity, reset.user_uuid, None, use)
    except Unauthenticated:  # the account was removed
        raise _not_working() from None


async def _find(identity: IdentityContext, text: str) -> PasswordReset:
    token = token_from(text)
    if token is None:
        raise _not_working()
    found = await identity.table.get(keys.reset_key(token.user_uuid), consistent=True)
    # Of somebody without a link as much is done: a faster answer would tell who has one.
    reset = one_from(reset_from, found or _NOBODYS)
    is_right = reset is not None and hmac.compare_digest(reset.secret_digest, token.digest)
    # The table may remove an item days after it expired.
    if reset is None or not is_right or reset.expires_at <= identity.clock().timestamp():
        raise _not_working()
    return reset


async def _use(
    identity: IdentityContext,
    reset: PasswordReset,
    password_hash: str,
    is_as_then: Condition,
    one_way_less: Update,
) -> None:
    login = items.login_item(
        LOCAL_ISSUER, fold(reset.handle), reset.user_uuid, password_hash=password_hash
    )
    # Of two uses at once, and of a use and a newer link, only one finds this secret.
    is_unused = [Equals("secret_digest", reset.secret_digest)]
    try:
        await identity.table.transact(
            [
                Delete(keys.reset_key(reset.user_uuid), is_unused),
                Put(login, is_as_then),
                one_way_less,
            ]
        )
    except TransactionFailed as error:
        if 0 in error.failed:
            raise _not_working() from None
        raise Busy("Your password could not be set just now. Please try again.") from None


async def _as_then(identity: IdentityContext, reset: PasswordReset) -> Condition:
    """The condition that nobody else signs in by this handle, nor the person by another password.

    A person may have had no password. Raises NotFound if they have got another since the link was made.
    """
    key = keys.login_key(LOCAL_ISSUER, fold(reset.handle))
    found = await identity.table.get(key, consistent=True)
    had = found.get("password_hash") if found else None
    if reset.password_digest not in {None, password_digest(had)}:
        raise _not_working()
    if found is None:
        return IF_NEW
    is_theirs = Equals("user_uuid", reset.user_uuid)
    return [is_theirs, unchanged("password_hash", had or None)]


def _not_working() -> NotFound:
    return NotFound(
        _INVALID,
        "This link no longer works: it was used, a newer one was made, the password was changed, or an "
        "hour is over. "
        "Ask for another one.",
    )
