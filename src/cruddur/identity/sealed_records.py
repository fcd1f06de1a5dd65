"""Records that are kept in a browser, as texts that nobody else can make."""

from typing import Any, TypeVar

import jwt
import msgspec
from msgspec import Struct

from cruddur.identity.context import IdentityContext
from cruddur.identity.secret import derived_key
from cruddur.identity.token_claims import ALGORITHM, JWT_ERRORS, UNCHECKED

LASTS_SECONDS = 600
"""The time that people have for what such a record begins."""


class SealedRecord(Struct, frozen=True, kw_only=True):
    """What counts until a time in epoch seconds."""

    until: int


T = TypeVar("T", bound=SealedRecord)


def lasts_until(identity: IdentityContext) -> int:
    """Returns until when a record counts that is made now."""
    return int(identity.clock().timestamp()) + LASTS_SECONDS


def seal_record(identity: IdentityContext, record: SealedRecord, purpose: str) -> str:
    """Returns the record as a signed text. One for another purpose does not count."""
    claims: dict[str, Any] = msgspec.to_builtins(record)
    return jwt.encode(claims, derived_key(identity.secret, purpose), algorithm=ALGORITHM)


def unseal_record(identity: IdentityContext, text: str, kind: type[T], purpose: str) -> T | None:
    """Returns the record of such a text; None if it is none of ours, or its time is over."""
    key = derived_key(identity.secret, purpose)
    try:
        found = jwt.decode_complete(text, key, algorithms=[ALGORITHM], options=UNCHECKED)
        record = msgspec.convert(found["payload"], kind)
    except (*JWT_ERRORS, msgspec.ValidationError):
        return None
    return record if record.until > identity.clock().timestamp() else None
