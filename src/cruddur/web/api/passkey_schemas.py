"""What passkeys are in JSON. Bytes are base64url without padding, as the standard has them in JSON."""

from typing import Annotated

from msgspec import Meta, Struct

from cruddur.domain.base64url import from_base64url, to_base64url
from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.model import User
from cruddur.domain.passkey import ALGORITHMS, Passkey
from cruddur.identity.passkey_challenge import PasskeyChallenge
from cruddur.identity.passkey_proofs import Assertion, Attestation, RelyingParty
from cruddur.identity.sealed_records import LASTS_SECONDS
from cruddur.web.api.bodies import Body

_NOT_BASE64URL = declare_code("passkey_not_base64url", "A field of the passkey is not base64url.")

CredentialId = Annotated[str, Meta(max_length=1400, description="The id of the key (`rawId`).")]
ClientData = Annotated[
    str, Meta(max_length=8192, description="What the browser says of itself (`clientDataJSON`).")
]
Transports = Annotated[
    list[Annotated[str, Meta(max_length=32)]],
    Meta(max_length=16, description="How browsers reach the device."),
]


class AssertionIn(Body, kw_only=True):
    """What `navigator.credentials.get` gave."""

    id: CredentialId
    client_data: ClientData
    authenticator_data: Annotated[
        str, Meta(max_length=8192, description="What the device says (`authenticatorData`).")
    ]
    signature: Annotated[str, Meta(max_length=2048, description="Its signature of both.")]
    user_handle: Annotated[
        str, Meta(max_length=128, description="Whose the key is (`userHandle`); may be empty.")
    ] = ""

    def __repr__(self) -> str:
        return "AssertionIn()"


Confirming = Annotated[
    AssertionIn | None,
    Meta(
        description="The answer to `POST /api/me/confirmation_options`, in place of the password."
    ),
]


class AttestationIn(Body, kw_only=True):
    """What `navigator.credentials.create` gave."""

    id: CredentialId
    client_data: ClientData
    attestation_object: Annotated[
        str, Meta(max_length=32768, description="The new key (`attestationObject`).")
    ]

    def __repr__(self) -> str:
        return "AttestationIn()"


class PasskeyOut(Struct, frozen=True, kw_only=True):
    """One of the caller's passkeys."""

    id: Annotated[str, Meta(description="Names the passkey.")]
    name: Annotated[str, Meta(description="What its person calls it.")]
    created_at: Annotated[str, Meta(description="When it was added, in UTC.")]
    last_used_at: Annotated[str | None, Meta(description="When it was last used, in UTC.")]
    is_synced: Annotated[
        bool, Meta(description="Whether copies are on several devices, by a password manager.")
    ]


class KnownKey(Struct, frozen=True, kw_only=True):
    """A key that a device may know."""

    id: Annotated[str, Meta(description="The id that its device gave it, in base64url.")]
    transports: Annotated[list[str], Meta(description="How browsers reach the device.")]


class RequestOptions(Struct, frozen=True, kw_only=True):
    """What `navigator.credentials.get` takes."""

    challenge: Annotated[str, Meta(description="What the device has to sign, in base64url.")]
    rp_id: Annotated[str, Meta(description="The name that the passkeys are for.")]
    timeout_seconds: Annotated[int, Meta(description="How long the challenge counts.")]
    user_verification: Annotated[
        str, Meta(description="Whether the device has to check the person (`userVerification`).")
    ]
    allow: Annotated[
        list[KnownKey],
        Meta(description="The keys that may answer; empty if any key for this name may."),
    ]


class CreationOptions(Struct, frozen=True, kw_only=True):
    """What `navigator.credentials.create` takes."""

    challenge: Annotated[str, Meta(description="What the device has to repeat, in base64url.")]
    rp_id: Annotated[str, Meta(description="The name that the passkey will be for.")]
    rp_name: Annotated[str, Meta(description="What people call the service.")]
    user_id: Annotated[str, Meta(description="What the device keeps of the person, in base64url.")]
    user_name: Annotated[str, Meta(description="The handle.")]
    user_display_name: Annotated[str, Meta(description="The name that others read.")]
    algorithms: Annotated[list[int], Meta(description="Numbers of COSE, the preferred one first.")]
    timeout_seconds: Annotated[int, Meta(description="How long the challenge counts.")]
    exclude: Annotated[list[KnownKey], Meta(description="The keys that the person has already.")]


def assertion_of(given: AssertionIn) -> Assertion:
    """Returns what the device has signed. Raises Invalid."""
    return Assertion(
        credential_id=_bytes(given.id),
        client_data=_bytes(given.client_data),
        authenticator_data=_bytes(given.authenticator_data),
        signature=_bytes(given.signature),
        user_handle=_bytes(given.user_handle),
    )


def attestation_of(given: AttestationIn) -> Attestation:
    """Returns what the device has made. Raises Invalid."""
    return Attestation(
        credential_id=_bytes(given.id),
        client_data=_bytes(given.client_data),
        attestation_object=_bytes(given.attestation_object),
    )


def _bytes(text: str) -> bytes:
    try:
        return from_base64url(text)
    except ValueError:
        raise Invalid(
            _NOT_BASE64URL, "What the passkey gave did not arrive whole.", field="passkey"
        ) from None


def passkey_out(passkey: Passkey) -> PasskeyOut:
    """Returns the JSON of a passkey."""
    return PasskeyOut(
        id=passkey.passkey_id,
        name=passkey.name,
        created_at=passkey.created_at,
        last_used_at=passkey.last_used_at,
        is_synced=passkey.is_synced,
    )


def request_options(
    party: RelyingParty, begun: PasskeyChallenge, allowed: list[Passkey]
) -> RequestOptions:
    """Returns the JSON of a challenge. A second factor need not check the person: the password did."""
    return RequestOptions(
        challenge=begun.challenge,
        rp_id=party.rp_id,
        timeout_seconds=LASTS_SECONDS,
        user_verification="discouraged" if begun.use == "second_factor" else "required",
        allow=_known(allowed),
    )


def creation_options(
    party: RelyingParty, begun: PasskeyChallenge, user: User, there: list[Passkey], handle: bytes
) -> CreationOptions:
    """Returns the JSON of a challenge for a new key; `handle` is what the device keeps of the person."""
    return CreationOptions(
        challenge=begun.challenge,
        rp_id=party.rp_id,
        rp_name="Cruddur Messages",
        user_id=to_base64url(handle),
        user_name=user.handle,
        user_display_name=user.display_name,
        algorithms=list(ALGORITHMS),
        timeout_seconds=LASTS_SECONDS,
        exclude=_known(there),
    )


def _known(passkeys: list[Passkey]) -> list[KnownKey]:
    return [KnownKey(id=one.credential_id, transports=one.transports) for one in passkeys]
