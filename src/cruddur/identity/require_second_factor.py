"""Have the password alone open nothing, and give out recovery codes; or take that back."""

from typing import NamedTuple

from cruddur.domain.errors import Conflict, declare_code
from cruddur.domain.model import User, timestamp
from cruddur.domain.passkey import SecondFactor
from cruddur.identity.change_factors import change_factors
from cruddur.identity.check_own_password import no_password
from cruddur.identity.context import IdentityContext, Session, SessionsEnded
from cruddur.identity.find_factors import find_factors
from cruddur.identity.second_factors import code_digest, new_codes, new_salt
from cruddur.identity.short_passwords import remove_factor
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Check, Exists, Put
from cruddur.schema import keys
from cruddur.schema.passkey_items import passkey_key, second_factor_item

_PASSKEY_NEEDED = declare_code(
    "passkey_needed", "A second factor needs a passkey, and the person has none."
)


class SecondFactorRequired(NamedTuple):
    """The recovery codes, which are shown once, and the sessions that have ended."""

    codes: list[str]
    ended: SessionsEnded

    def __repr__(self) -> str:
        return "SecondFactorRequired()"


@access_pattern(
    "require_second_factor",
    Ceiling("H", "turn the second factor on, with another session open", write=9, read=5),
)
async def require_second_factor(
    identity: IdentityContext, user: User, session: Session
) -> SecondFactorRequired:
    """From now on nobody signs in by the person's password alone. Earlier recovery codes count no more.

    All other sessions end: somebody may have opened one by the password. The caller has checked that it
    is the person. Raises Conflict for somebody without a password or a passkey, Busy, and
    TableUnavailable, after which it is safe to repeat.
    """
    factors = await find_factors(identity, user)
    if not factors.has_password:
        raise no_password()
    if not factors.passkeys:
        raise Conflict(_PASSKEY_NEEDED, "Add a passkey first: it is what is asked for.")
    codes, salt = new_codes(), new_salt()
    before = factors.second_factor
    factor = SecondFactor(
        user_uuid=user.user_uuid,
        since=before.since if before else timestamp(identity.clock()),
        salt=salt,
        code_digests=[code_digest(salt, code) for code in codes],
    )
    # A passkey that is removed meanwhile would leave nothing but the codes.
    first = passkey_key(user.user_uuid, factors.passkeys[0].passkey_id)
    there = Check(first, [Exists(keys.PARTITION_KEY)])
    put = Put(second_factor_item(factor))
    ended = await change_factors(identity, user.user_uuid, session, [put, there])
    return SecondFactorRequired(codes, ended)


@access_pattern("end_second_factor", Ceiling("H", "turn the second factor off", write=4, read=0))
async def end_second_factor(identity: IdentityContext, user: User) -> None:
    """From now on the password alone signs the person in.

    Raises Conflict if it is too short for that, Busy, and TableUnavailable.
    """
    refusal = (
        "Your password has fewer than 12 characters, which is enough only beside a passkey. "
        "Set a longer one first."
    )
    await remove_factor(identity, user, refusal, whose="Your password")
