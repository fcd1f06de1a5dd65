"""Checks a signature as a receiver does, with nothing of ours: the lines of `docs/embedding.md`."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> Any:
    """Returns the body's JSON, or None if it was not signed with this secret within five minutes."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    is_fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    given = headers["webhook-signature"].split(" ")
    if is_fresh and any(hmac.compare_digest(wanted, one) for one in given):
        return json.loads(body)
    return None
