"""A device with passkeys, in software: what a browser and a security key would send."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256

from cruddur.domain.base64url import to_base64url
from cruddur.identity.passkey_proofs import Assertion, Attestation, RelyingParty

PARTY = RelyingParty("http://localhost:8080", "localhost")

_PRESENT, _VERIFIED, _HAS_KEY = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey. `verifies`: the device asks for a PIN. `counts`: it counts its uses."""

    party: RelyingParty = PARTY
    verifies: bool = True
    counts: bool = True
    uses: int = 0
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    user_handle: bytes = b""

    def make(self, challenge: str, user_handle: bytes = b"") -> Attestation:
        """What the device says of the passkey that it makes."""
        self.user_handle = user_handle
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = len(self.credential_id).to_bytes(2, "big")
        data = self._data(_HAS_KEY) + bytes(16) + length + self.credential_id + cose
        content = {"fmt": "none", "attStmt": {}, "authData": data}
        made = cbor2.dumps(content)
        return Attestation(
            credential_id=self.credential_id,
            client_data=self._client_data("webauthn.create", challenge),
            attestation_object=made,
        )

    def sign(self, challenge: str, **said: Any) -> Assertion:
        """What the device signs. `said` is what else the browser says."""
        self.uses += self.counts
        client_data = self._client_data("webauthn.get", challenge, **said)
        data = self._data()
        signed = data + hashlib.sha256(client_data).digest()
        return Assertion(
            credential_id=self.credential_id,
            client_data=client_data,
            authenticator_data=data,
            signature=self.key.sign(signed, ECDSA(SHA256())),
            user_handle=self.user_handle,
        )

    def _data(self, more: int = 0) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.verifies else 0) | more
        hashed = hashlib.sha256(self.party.rp_id.encode()).digest()
        return hashed + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str, **said: Any) -> bytes:
        about = {"type": kind, "challenge": challenge, "origin": self.party.origin}
        return json.dumps({**about, "crossOrigin": False, **said}).encode()


def as_json(signed: Assertion | Attestation) -> dict[str, str]:
    """The same as the page sends it."""
    names = signed.__struct_fields__
    return {
        "id" if name == "credential_id" else name: to_base64url(getattr(signed, name))
        for name in names
    }
