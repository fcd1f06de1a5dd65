"""Sign in with a passkey, alone or as the second factor after the password."""

import uuid
from functools import partial

from cruddur.domain.model import User
from cruddur.domain.passkey import USER_HANDLE_BYTES, Passkey
from cruddur.identity.check_credentials import check_credentials
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import find_person_signing_in
from cruddur.identity.link_tokens import password_digest
from cruddur.identity.list_passkeys import list_passkeys
from cruddur.identity.logins import Guard, find_login, unguarded
from cruddur.identity.open_session import open_checked_session
from cruddur.identity.passkey_challenge import (
    PasskeyChallenge,
    challenge_expired,
    challenge_for,
    new_challenge,
)
from cruddur.identity.passkey_proofs import Assertion, RelyingParty
from cruddur.identity.sign_in import SignedIn
from cruddur.identity.use_passkey import find_passkey, use_passkey, wrong_passkey
from cruddur.ports.metering import Ceiling, access_pattern


async def begin_second_factor(
    identity: IdentityContext, handle: str, password: str, *, address: str, guard: Guard = unguarded
) -> tuple[PasskeyChallenge, list[Passkey]]:
    """Returns a challenge for the person of this password, and the passkeys that may answer it.

    Nobody learns without the password which passkeys somebody has. Raises as `check_credentials`.
    """
    checked = await check_credentials(
        identity, handle, password, may_need_more=True, address=address, guard=guard
    )
    login = checked.login
    digest = password_digest(login.password_hash)
    begun = new_challenge(identity, "second_factor", login.user_uuid, password_digest=digest)
    return begun, await list_passkeys(identity, login.user_uuid)


@access_pattern("sign_in", Ceiling("H", "sign in by a passkey", write=3, read=3))
async def sign_in_by_passkey(
    identity: IdentityContext,
    begun: PasskeyChallenge | None,
    assertion: Assertion,
    party: RelyingParty,
    *,
    address: str = "",
    device: str = "",
) -> SignedIn:
    """Opens a session. `begun` is what the browser has kept, None if that is nothing.

    A passkey alone counts if the device has checked the person: then it is two factors in one. Raises
    Unauthenticated, with one text for a passkey of nobody and for one that does not hold; Conflict for a
    challenge that counts no more; Busy, and TableUnavailable.
    """
    begun = challenge_for(begun, "sign_in", "second_factor")
    is_alone = begun.use == "sign_in"
    passkey = await use_passkey(
        identity,
        _owner(begun, assertion),
        begun,
        assertion,
        party,
        is_person_verified=is_alone,
    )
    user = await find_person_signing_in(identity, passkey.user_uuid)
    still_enough = partial(_check_still_enough, identity, user, passkey, begun)
    token = await open_checked_session(identity, user, device, address, still_enough)
    return SignedIn(token, user)


def _owner(begun: PasskeyChallenge, assertion: Assertion) -> str:
    """Returns whose passkey it has to be."""
    if begun.user_uuid:
        return begun.user_uuid
    if len(assertion.user_handle) != USER_HANDLE_BYTES:
        raise wrong_passkey()
    return str(uuid.UUID(bytes=assertion.user_handle))


async def _check_still_enough(
    identity: IdentityContext, user: User, passkey: Passkey, begun: PasskeyChallenge
) -> None:
    """Checks that passkey and password are as they were, now that the session is there."""
    if await find_passkey(identity, user.user_uuid, passkey.passkey_id) is None:
        raise wrong_passkey()
    if begun.use == "second_factor":
        login = await find_login(identity, user.handle)
        if begun.password_digest != password_digest(login.password_hash if login else None):
            raise challenge_expired()
