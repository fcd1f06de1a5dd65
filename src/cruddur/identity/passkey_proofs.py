"""Checks what a device signs, by the library `webauthn` (W3C Web Authentication, 7.1 and 7.2).

Its import takes a tenth of a second, so it is done when the first passkey is used.
"""

import asyncio
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from cruddur.domain.base64url import from_base64url, to_base64url
from cruddur.domain.passkey import ALGORITHMS, CREDENTIAL_ID_MAX_BYTES


class RelyingParty(NamedTuple):
    """Where people open the service: its origin, as browsers write it, and the name of its host."""

    origin: str
    rp_id: str


class Assertion(Struct, frozen=True, kw_only=True):
    """What a device has signed with a passkey. `user_handle` is empty where it names no person."""

    credential_id: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes
    user_handle: bytes = b""

    def __repr__(self) -> str:
        return "Assertion()"


class Attestation(Struct, frozen=True, kw_only=True):
    """What a device says of a passkey that it has made."""

    credential_id: bytes
    client_data: bytes
    attestation_object: bytes

    def __repr__(self) -> str:
        return "Attestation()"


class Proved(NamedTuple):
    """How often the device has used its key by now, and whether other devices have copies of it."""

    sign_count: int
    is_synced: bool


class Made(NamedTuple):
    """The public key of a new passkey in base64url, and the same of it."""

    public_key: str
    sign_count: int
    is_synced: bool


class _ClientData(Struct, frozen=True):
    """What the browser says of itself (5.8.1), as far as the library does not check it."""

    challenge: str
    crossOrigin: bool = False  # noqa: N815  the standard's own name


async def check_assertion(
    party: RelyingParty,
    challenge: str,
    assertion: Assertion,
    public_key: str,
    *,
    is_person_verified: bool,
) -> Proved | None:
    """Returns what the device has proved, or None if it has not.

    With `is_person_verified` the device must have checked the person, by a PIN or a finger.
    """
    return await asyncio.to_thread(
        _check_assertion, party, challenge, assertion, public_key, is_person_verified
    )


async def check_attestation(
    party: RelyingParty, challenge: str, attestation: Attestation
) -> Made | None:
    """Returns the passkey that the device has made, or None if it has not made one for this challenge.

    Which make of device it is does not matter: no attestation was asked for.
    """
    return await asyncio.to_thread(_check_attestation, party, challenge, attestation)


def challenge_in(client_data: bytes) -> str:
    """Returns the challenge that the browser says to answer; empty if the data are none."""
    found = _read(client_data)
    return found.challenge if found else ""


def _read(client_data: bytes) -> _ClientData | None:
    try:
        return msgspec.json.decode(client_data, type=_ClientData)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _is_of_our_page(client_data: bytes) -> bool:
    # A page elsewhere that shows ours in a frame could have people confirm what they do not see.
    found = _read(client_data)
    return found is not None and not found.crossOrigin


def _expected(party: RelyingParty, challenge: str) -> dict[str, Any]:
    return {
        "expected_challenge": from_base64url(challenge),
        "expected_rp_id": party.rp_id,
        "expected_origin": party.origin,
    }


def _check_assertion(
    party: RelyingParty,
    challenge: str,
    assertion: Assertion,
    public_key: str,
    is_person_verified: bool,
) -> Proved | None:
    from webauthn import verify_authentication_response  # noqa: PLC0415  slow
    from webauthn.helpers.structs import (  # noqa: PLC0415
        AuthenticationCredential,
        AuthenticatorAssertionResponse,
    )

    credential = AuthenticationCredential(
        id=to_base64url(assertion.credential_id),
        raw_id=assertion.credential_id,
        response=AuthenticatorAssertionResponse(
            client_data_json=assertion.client_data,
            authenticator_data=assertion.authenticator_data,
            signature=assertion.signature,
        ),
    )
    try:
        proved = verify_authentication_response(
            credential=credential,
            **_expected(party, challenge),
            credential_public_key=from_base64url(public_key),
            credential_current_sign_count=0,  # the caller compares it, and says what is wrong
            require_user_verification=is_person_verified,
        )
    except Exception:  # noqa: BLE001  its parsers raise whatever hostile bytes make them raise
        return None
    is_ours = _is_of_our_page(assertion.client_data)
    return Proved(proved.new_sign_count, proved.credential_backed_up) if is_ours else None


def _check_attestation(
    party: RelyingParty, challenge: str, attestation: Attestation
) -> Made | None:
    from webauthn import verify_registration_response  # noqa: PLC0415  slow
    from webauthn.helpers.cose import COSEAlgorithmIdentifier  # noqa: PLC0415
    from webauthn.helpers.structs import (  # noqa: PLC0415
        AuthenticatorAttestationResponse,
        RegistrationCredential,
    )

    credential = RegistrationCredential(
        id=to_base64url(attestation.credential_id),
        raw_id=attestation.credential_id,
        response=AuthenticatorAttestationResponse(
            client_data_json=attestation.client_data,
            attestation_object=attestation.attestation_object,
        ),
    )
    try:
        made = verify_registration_response(
            credential=credential,
            **_expected(party, challenge),
            supported_pub_key_algs=[COSEAlgorithmIdentifier(one) for one in ALGORITHMS],
        )
    except Exception:  # noqa: BLE001  its parsers raise whatever hostile bytes make them raise
        return None
    is_the_same = made.credential_id == attestation.credential_id
    is_short = len(made.credential_id) <= CREDENTIAL_ID_MAX_BYTES
    if not (is_the_same and is_short and _is_of_our_page(attestation.client_data)):
        return None
    return Made(
        to_base64url(made.credential_public_key), made.sign_count, made.credential_backed_up
    )
