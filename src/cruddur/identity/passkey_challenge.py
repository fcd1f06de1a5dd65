"""What a use of a passkey leaves in the browser that begins it: the challenge, and what it is for.

It is signed and not stored: nobody who begins a sign-in costs the table anything, and any process can
end what another one has begun. Once it was answered, the table holds it as used until its time is over.
"""

import secrets
from typing import Literal

from cruddur.domain.base64url import to_base64url
from cruddur.domain.errors import ConditionFailed, Conflict, declare_code
from cruddur.identity.context import IdentityContext
from cruddur.identity.sealed_records import SealedRecord, lasts_until, seal_record, unseal_record
from cruddur.ports.table import Absent, Put
from cruddur.schema import items

_EXPIRED = declare_code(
    "challenge_expired",
    "The challenge for the passkey is older than ten minutes, was answered, or is another browser's.",
)

_PURPOSE = "passkey challenge"
_CHALLENGE_BYTES = 32

Use = Literal["sign_in", "second_factor", "confirm", "add"]


class PasskeyChallenge(SealedRecord, frozen=True, kw_only=True):
    """A challenge for one use by one browser.

    `user_uuid` is the person who is to answer, empty if anybody may. A second factor belongs to the
    password that was right a moment before, by the digest of its hash.
    """

    use: Use
    challenge: str
    user_uuid: str = ""
    password_digest: str = ""

    def __repr__(self) -> str:
        return f"PasskeyChallenge({self.use!r}, {self.user_uuid!r})"


def new_challenge(
    identity: IdentityContext, use: Use, user_uuid: str = "", *, password_digest: str = ""
) -> PasskeyChallenge:
    """Returns a challenge that was never given before (W3C Web Authentication, 13.4.3)."""
    return PasskeyChallenge(
        use=use,
        challenge=to_base64url(secrets.token_bytes(_CHALLENGE_BYTES)),
        until=lasts_until(identity),
        user_uuid=user_uuid,
        password_digest=password_digest,
    )


def sealed_challenge(identity: IdentityContext, begun: PasskeyChallenge) -> str:
    """Returns the challenge as a text that nobody else can make."""
    return seal_record(identity, begun, _PURPOSE)


def unsealed_challenge(identity: IdentityContext, text: str) -> PasskeyChallenge | None:
    """Returns the challenge of such a text; None if it is none of ours, or its time is over."""
    return unseal_record(identity, text, PasskeyChallenge, _PURPOSE)


def challenge_for(
    begun: PasskeyChallenge | None, *uses: Use, user_uuid: str | None = None
) -> PasskeyChallenge:
    """Returns the challenge if it is for one of these uses, and of this person. Raises Conflict."""
    if begun is None or begun.use not in uses:
        raise challenge_expired()
    if user_uuid is not None and begun.user_uuid != user_uuid:
        raise challenge_expired()
    return begun


async def use_challenge(identity: IdentityContext, begun: PasskeyChallenge) -> None:
    """Lets nobody answer the challenge again, in any process. Raises Conflict if it was answered."""
    used = Put(items.revocation_item(begun.challenge, begun.until), [Absent()])
    try:
        await identity.table.put(used)
    except ConditionFailed:
        raise challenge_expired() from None


def challenge_expired() -> Conflict:
    """The error for a challenge that counts no more."""
    return Conflict(_EXPIRED, "That took too long, or was done before. Please try again.")
