"""Passkeys, and what is needed besides the password to sign in (W3C Web Authentication, level 3)."""

import hashlib

from msgspec import Struct

from cruddur.domain.base64url import to_base64url

PASSKEYS_MAX = 10
"""The most passkeys of a person."""

CREDENTIAL_ID_MAX_BYTES = 1023
"""The longest id that a device may give its key (7.1, step 25)."""

USER_HANDLE_BYTES = 16
"""What a device stores of its person: the bytes of the uuid, which say nothing to others (14.6.1)."""

ALGORITHMS = (-8, -7, -257)
"""EdDSA, ES256 and RS256, by their numbers of COSE, the preferred one first."""


class Passkey(Struct, frozen=True, kw_only=True):
    """The public key of a device or of a password manager, with which a person signs in.

    `passkey_id` is the digest of `credential_id`, the id that the device gave the key. `public_key` is
    in COSE's form. All are in base64url. `sign_count` is what the device said at the last use; it is 0
    where a device does not count. `is_synced` says that copies are on several devices of the person.
    """

    user_uuid: str
    passkey_id: str
    credential_id: str
    public_key: str
    sign_count: int
    name: str
    created_at: str
    last_used_at: str | None = None
    transports: list[str] = []
    is_synced: bool = False

    def __repr__(self) -> str:
        return f"Passkey({self.user_uuid!r}, {self.passkey_id!r})"


class SecondFactor(Struct, frozen=True, kw_only=True):
    """A person's wish that the password alone opens nothing.

    `code_digests` are those of the recovery codes that were not used yet, each with `salt` before it.
    """

    user_uuid: str
    since: str
    salt: str
    code_digests: list[str]

    def __repr__(self) -> str:
        return f"SecondFactor({self.user_uuid!r})"


def passkey_id_of(credential_id: bytes) -> str:
    """Returns the name of a passkey. It has a fixed length, which the device's own id has not."""
    return to_base64url(hashlib.sha256(credential_id).digest())
