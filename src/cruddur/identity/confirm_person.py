"""Check anew that it is the person, before they do what cannot be undone or what lets others in."""

from datetime import timedelta
from typing import NamedTuple

from cruddur.domain.errors import Forbidden, Invalid, Unauthenticated, declare_code
from cruddur.domain.model import User
from cruddur.domain.passkey import Passkey
from cruddur.identity.check_own_password import check_own_password
from cruddur.identity.context import IdentityContext, Session
from cruddur.identity.list_passkeys import list_passkeys
from cruddur.identity.logins import Guard, find_own_login, unguarded
from cruddur.identity.passkey_challenge import (
    PasskeyChallenge,
    challenge_for,
    new_challenge,
)
from cruddur.identity.passkey_proofs import Assertion, RelyingParty
from cruddur.identity.use_passkey import (
    PASSKEY_COPIED,
    PASSKEY_WRONG,
    PasskeyCopied,
    use_passkey,
)

YOUNG = timedelta(minutes=10)
"""How long after a sign-in it counts as a proof for people who have no password here."""

_MISSING = declare_code(
    "confirmation_missing", "The caller's password or a passkey is needed, and neither is given."
)
_SIGN_IN_AGAIN = declare_code(
    "sign_in_again",
    "The caller has no password here, and has signed in more than ten minutes ago.",
)


class Proof(NamedTuple):
    """What somebody shows to be the person: the password, or what a passkey has signed; or nothing."""

    password: str | None = None
    assertion: Assertion | None = None
    begun: PasskeyChallenge | None = None
    party: RelyingParty | None = None

    def __repr__(self) -> str:
        return "Proof()"


async def begin_confirmation(
    identity: IdentityContext, user: User
) -> tuple[PasskeyChallenge, list[Passkey]]:
    """Returns a challenge for this person, and the passkeys that may answer it."""
    begun = new_challenge(identity, "confirm", user.user_uuid)
    return begun, await list_passkeys(identity, user.user_uuid)


async def confirm_person(
    identity: IdentityContext,
    user: User,
    session: Session,
    proof: Proof,
    *,
    address: str = "",
    guard: Guard = unguarded,
) -> None:
    """Checks the proof. People without a password here need none while their sign-in is young.

    Raises Forbidden, Invalid if nothing is given, Conflict for a challenge that counts no more, Busy,
    and what the guard raises.
    """
    if proof.assertion is not None and proof.party is not None:
        await _check_passkey(identity, user, proof.begun, proof.assertion, proof.party)
    elif proof.password is not None:
        await check_own_password(
            identity, user, proof.password, field="password", address=address, guard=guard
        )
    elif await find_own_login(identity, user):
        raise Invalid(_MISSING, "Your password or a passkey is needed.", field="password")
    else:
        _check_young(identity, session)


async def _check_passkey(
    identity: IdentityContext,
    user: User,
    begun: PasskeyChallenge | None,
    assertion: Assertion,
    party: RelyingParty,
) -> None:
    begun = challenge_for(begun, "confirm", user_uuid=user.user_uuid)
    try:
        # A touch is not enough: anybody who sits at the device could give it.
        await use_passkey(
            identity, user.user_uuid, begun, assertion, party, is_person_verified=True
        )
    except PasskeyCopied as error:
        raise Forbidden(PASSKEY_COPIED, error.detail) from error
    except Unauthenticated as error:
        # The session goes on: the page must not take it for one that has ended.
        raise Forbidden(PASSKEY_WRONG, error.detail) from error


def _check_young(identity: IdentityContext, session: Session) -> None:
    if identity.clock().timestamp() - session.made_at > YOUNG.total_seconds():
        raise Forbidden(
            _SIGN_IN_AGAIN,
            "You signed in more than ten minutes ago. Sign out, sign in again, and do it then.",
        )
