"""Signatures by Standard Webhooks (https://www.standardwebhooks.com, symmetric, version v1)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from cruddur.domain.webhook import secret_key


def signed_headers(
    secrets: Sequence[str], webhook_id: str, timestamp: int, body: bytes
) -> Mapping[str, str]:
    """Returns the headers that a receiver checks. Each secret makes one signature.

    `timestamp` is in whole seconds since 1970. What is signed is `id.timestamp.body`, so the id may not
    hold a dot.
    """
    content = b"%b.%d.%b" % (webhook_id.encode(), timestamp, body)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_signature(one, content)}" for one in secrets),
    }


def _signature(secret: str, content: bytes) -> str:
    return base64.b64encode(hmac.digest(secret_key(secret), content, hashlib.sha256)).decode()
