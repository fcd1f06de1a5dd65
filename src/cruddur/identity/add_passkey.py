"""Add a passkey to one's account."""

from cruddur.domain.base64url import to_base64url
from cruddur.domain.checked_texts import checked_passkey_name
from cruddur.domain.errors import Busy, Conflict, Invalid, TransactionFailed, declare_code
from cruddur.domain.model import User, timestamp
from cruddur.domain.passkey import (
    PASSKEYS_MAX,
    Passkey,
    passkey_id_of,
)
from cruddur.identity.check_own_password import no_password
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_factors import find_factors
from cruddur.identity.find_user import account_gone
from cruddur.identity.passkey_challenge import (
    PasskeyChallenge,
    challenge_for,
    new_challenge,
    use_challenge,
)
from cruddur.identity.passkey_proofs import Attestation, RelyingParty, check_attestation
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Absent, Check, Exists, Put
from cruddur.schema import keys
from cruddur.schema.passkey_items import passkey_item

_INVALID = declare_code("passkey_invalid", "What the device says of its new passkey does not hold.")
_THERE = declare_code("passkey_there", "The person has this passkey already.")
_TOO_MANY = declare_code("passkeys_max_10", "A person has at most 10 passkeys.")

TRANSPORTS = ("ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb")
"""The ways to reach a device (W3C Web Authentication, 5.8.4). Others are left out."""


async def begin_passkey(
    identity: IdentityContext, user: User
) -> tuple[PasskeyChallenge, list[Passkey]]:
    """Returns a challenge for a new passkey, and the passkeys that the person has.

    The caller has checked that it is the person. Raises Conflict for somebody who has ten, or who has no
    password here: those whom their issuer turns away must find no other way in.
    """
    factors = await find_factors(identity, user)
    if not factors.has_password:
        raise no_password()
    if len(factors.passkeys) >= PASSKEYS_MAX:
        text = f"You have {PASSKEYS_MAX} passkeys, which is the most. Remove one first."
        raise Conflict(_TOO_MANY, text)
    return new_challenge(identity, "add", user.user_uuid), factors.passkeys


@access_pattern("add_passkey", Ceiling("H", "add a passkey", write=5, read=0))
async def add_passkey(
    identity: IdentityContext,
    user: User,
    begun: PasskeyChallenge | None,
    attestation: Attestation,
    party: RelyingParty,
    *,
    name: str,
    transports: list[str],
) -> Passkey:
    """Returns the passkey that is stored. `begun` is what the browser has kept.

    Raises Invalid, Conflict for a challenge that counts no more and for a passkey that is there already,
    and TableUnavailable.
    """
    begun = challenge_for(begun, "add", user_uuid=user.user_uuid)
    name = checked_passkey_name(name)
    made = await check_attestation(party, begun.challenge, attestation)
    if made is None:
        raise Invalid(_INVALID, "This device did not make a passkey that can be used here.")
    await use_challenge(identity, begun)
    passkey = Passkey(
        user_uuid=user.user_uuid,
        passkey_id=passkey_id_of(attestation.credential_id),
        credential_id=to_base64url(attestation.credential_id),
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=timestamp(identity.clock()),
        transports=[one for one in TRANSPORTS if one in transports],
        is_synced=made.is_synced,
    )
    await _store(identity, passkey)
    return passkey


async def _store(identity: IdentityContext, passkey: Passkey) -> None:
    # An account that is erased meanwhile must not get an item that nothing removes.
    there = Check(keys.user_key(passkey.user_uuid), [Exists(keys.PARTITION_KEY)])
    try:
        await identity.table.transact([Put(passkey_item(passkey), [Absent()]), there])
    except TransactionFailed as error:
        if 0 in error.failed:
            raise Conflict(_THERE, "You have this passkey already.") from None
        if 1 in error.failed:
            raise account_gone() from None
        raise Busy("The passkey could not be stored just now. Please try again.") from None
