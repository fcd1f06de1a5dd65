"""Records that are kept in a browser, as texts that nobody else can make."""

from typing import TypeVar

import msgspec
from msgspec import Struct

from cruddur.identity.context import IdentityContext
from cruddur.identity.secret import derived_key
from cruddur.identity.signed_texts import read_signed, sign

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
    return sign(msgspec.to_builtins(record), derived_key(identity.secret, purpose))


def unseal_record(identity: IdentityContext, text: str, kind: type[T], purpose: str) -> T | None:
    """Returns the record of such a text; None if it is none of ours, or its time is over."""
    found = read_signed(text, derived_key(identity.secret, purpose))
    if found is None:
        return None
    try:
        record = msgspec.convert(found.payload, kind)
    except msgspec.ValidationError:
        return None
    return record if record.until > identity.clock().timestamp() else None
