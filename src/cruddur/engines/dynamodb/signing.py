"""AWS's Signature Version 4, as far as DynamoDB needs it.

aiodynamo's own signs only calls on tables and not on streams, leaves an endpoint's port out of the
signed host, and derives its key anew for every call.
"""

import hashlib
import hmac
from datetime import UTC, datetime

from aiodynamo.credentials import Key as AccessKey

CONTENT_TYPE = "application/x-amz-json-1.0"
_ALGORITHM = "AWS4-HMAC-SHA256"
_SERVICE = "dynamodb"


class Signer:
    """Signs the calls to one host. A derived key is used for a day."""

    def __init__(self, region: str, host: str) -> None:
        self._region = region
        self._host = host
        self._derived: tuple[tuple[str, str], bytes] | None = None

    def headers(
        self, key: AccessKey, target: str, body: bytes, now: datetime | None = None
    ) -> dict[str, str]:
        """Returns the headers to send with the body."""
        moment = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
        signed = {"content-type": CONTENT_TYPE, "host": self._host, "x-amz-date": moment}
        if key.token:
            signed["x-amz-security-token"] = key.token
        signed["x-amz-target"] = target
        return {**signed, "authorization": self._authorization(key, moment, signed, body)}

    def _authorization(
        self, key: AccessKey, moment: str, signed: dict[str, str], body: bytes
    ) -> str:
        names = ";".join(signed)
        lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
        request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        scope = f"{moment[:8]}/{self._region}/{_SERVICE}/aws4_request"
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"{_ALGORITHM}\n{moment}\n{scope}\n{digest}"
        signature = _hmac(self._signing_key(key.secret, moment[:8]), text).hex()
        return (
            f"{_ALGORITHM} Credential={key.id}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )

    def _signing_key(self, secret: str, day: str) -> bytes:
        if self._derived is None or self._derived[0] != (secret, day):
            derived = _hmac(f"AWS4{secret}".encode(), day)
            for part in (self._region, _SERVICE, "aws4_request"):
                derived = _hmac(derived, part)
            self._derived = ((secret, day), derived)
        return self._derived[1]


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
