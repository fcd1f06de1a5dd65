"""Remove one of one's own passkeys."""

from collections.abc import Sequence

from cruddur.domain.errors import Conflict, NotFound, declare_code
from cruddur.domain.model import User
from cruddur.identity.change_factors import change_factors
from cruddur.identity.context import IdentityContext, Session, SessionsEnded
from cruddur.identity.find_factors import Factors, find_factors
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Absent, Check, Delete, Exists, Write
from cruddur.schema import keys
from cruddur.schema.passkey_items import passkey_key, second_factor_key

_NOT_FOUND = declare_code("passkey_not_found", "The caller has no passkey with this id.")
_IS_LAST = declare_code(
    "passkey_is_last", "It is the last passkey of a person whose password alone opens nothing."
)
_THERE = (Exists(keys.PARTITION_KEY),)


@access_pattern(
    "remove_passkey", Ceiling("H", "remove a passkey, with another session open", write=9, read=5)
)
async def remove_passkey(
    identity: IdentityContext, user: User, session: Session, passkey_id: str
) -> SessionsEnded:
    """Removes the passkey, and ends all other sessions: its device may have one.

    The caller has checked that it is the person. Raises NotFound, Conflict for the last one where it is
    needed, Busy, and TableUnavailable, after which the passkey may be there while other sessions ended.
    """
    factors = await find_factors(identity, user)
    if passkey_id not in {one.passkey_id for one in factors.passkeys}:
        raise passkey_not_found()
    writes = _writes(user, factors, passkey_id)
    # A sign-in that still found the passkey has stored its session by the second time, or looks again.
    return await change_factors(identity, user.user_uuid, session, writes)


def _writes(user: User, factors: Factors, passkey_id: str) -> Sequence[Write]:
    """Of two removals at once, and of one beside a second factor that is turned on, one counts."""
    removed = Delete(passkey_key(user.user_uuid, passkey_id), _THERE)
    if factors.second_factor is None:
        return [removed, Check(second_factor_key(user.user_uuid), [Absent()])]
    others = [one.passkey_id for one in factors.passkeys if one.passkey_id != passkey_id]
    if not others:
        raise Conflict(
            _IS_LAST,
            "This is your last passkey. Add another one, or turn off the second factor first.",
        )
    return [removed, Check(passkey_key(user.user_uuid, others[0]), _THERE)]


def passkey_not_found() -> NotFound:
    """The error for a passkey that is not the caller's, or nobody's."""
    return NotFound(_NOT_FOUND, "There is no such passkey any more.")
