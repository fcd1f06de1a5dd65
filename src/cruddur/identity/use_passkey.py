"""Use a passkey: check what a device has signed, once, and note the use."""

from cruddur.domain.errors import Busy, ConditionFailed, Unauthenticated, declare_code
from cruddur.domain.model import timestamp
from cruddur.domain.passkey import Passkey, passkey_id_of
from cruddur.identity.context import IdentityContext
from cruddur.identity.passkey_challenge import PasskeyChallenge, use_challenge
from cruddur.identity.passkey_proofs import Assertion, Proved, RelyingParty, check_assertion
from cruddur.ports.table import Equals, Update
from cruddur.schema.passkey_items import passkey_from, passkey_key
from cruddur.schema.readable import one_from

PASSKEY_WRONG = declare_code(
    "passkey_wrong", "The passkey is nobody's here, or what it has signed does not hold."
)
PASSKEY_COPIED = declare_code(
    "passkey_copied",
    "The passkey's counter went back: somebody has a copy of the key, or the device was reset.",
)


class PasskeyCopied(Unauthenticated):
    """The device has counted fewer uses than are known. `user_uuid` is whose passkey it is."""

    def __init__(self, user_uuid: str) -> None:
        text = "A copy of this passkey was used elsewhere. Remove it, and add another."
        super().__init__(PASSKEY_COPIED, text)
        self.user_uuid = user_uuid


async def use_passkey(
    identity: IdentityContext,
    user_uuid: str,
    begun: PasskeyChallenge,
    assertion: Assertion,
    party: RelyingParty,
    *,
    is_person_verified: bool,
) -> Passkey:
    """Returns the person's passkey that has answered the challenge, which nobody can answer again.

    With `is_person_verified` the device must have checked the person, and not only that somebody is
    there. Raises Unauthenticated for a passkey of nobody or of somebody else and for a wrong signature,
    all with the same text; Conflict for a challenge that was answered; Busy, and TableUnavailable.
    """
    passkey = await find_passkey(identity, user_uuid, passkey_id_of(assertion.credential_id))
    proved = await check_assertion(
        party,
        begun.challenge,
        assertion,
        passkey.public_key if passkey else _NOBODYS_KEY,
        is_person_verified=is_person_verified,
    )
    if passkey is None or proved is None:
        raise wrong_passkey()
    await use_challenge(identity, begun)
    is_counting = passkey.sign_count > 0 or proved.sign_count > 0
    if is_counting and proved.sign_count <= passkey.sign_count:
        raise PasskeyCopied(user_uuid)
    await _note_use(identity, passkey, proved)
    return passkey


async def find_passkey(
    identity: IdentityContext, user_uuid: str, passkey_id: str
) -> Passkey | None:
    """Returns the person's passkey of this name, None if there is none. Raises TableUnavailable."""
    key = passkey_key(user_uuid, passkey_id)
    return one_from(passkey_from, await identity.table.get(key, consistent=True))


async def _note_use(identity: IdentityContext, passkey: Passkey, proved: Proved) -> None:
    values = {
        "sign_count": proved.sign_count,
        "is_synced": proved.is_synced,
        "last_used_at": timestamp(identity.clock()),
    }
    key = passkey_key(passkey.user_uuid, passkey.passkey_id)
    # Of two uses with one count, of a key and of its copy, one counts. None brings a removed one back.
    as_read = [Equals("sign_count", passkey.sign_count)]
    try:
        await identity.table.update(Update(key, values, condition=as_read))
    except ConditionFailed:
        if await find_passkey(identity, passkey.user_uuid, passkey.passkey_id) is None:
            raise wrong_passkey() from None  # it was removed, or its account was deleted, meanwhile
        raise Busy("This passkey was used elsewhere just now. Please try again.") from None


def wrong_passkey() -> Unauthenticated:
    """The error for a passkey of nobody, and for a signature that does not hold."""
    return Unauthenticated(PASSKEY_WRONG, "This passkey does not sign you in here.")


_NOBODYS_KEY = (
    "pQECAyYgASFYIPw4PNSFmV3CACmu4qZ4DWiJUImXzQe3qOcp-I9HexmFIlgg9N9rM2n4EJJoVxzZRssa"
    "Rsswu6BgVdM9bOLCTisPY9I"
)
"""A key whose other half was thrown away. Against it the passkeys of nobody are checked, since a faster
answer would tell who has one."""
