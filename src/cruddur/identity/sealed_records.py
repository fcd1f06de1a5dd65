"""Records that are kept in a browser, as texts that nobody else can make."""

from typing import Any, TypeVar

import jwt
import msgspec
from msgspec import Struct

from cruddur.identity.context import IdentityContext
from cruddur.identity.secret import derived_key
from cruddur.identity.token_claims import ALGORITHM, JWT_ERRORS, UNCHECKED

T = TypeVar("T", bound=Struct)


def seal_record(identity: IdentityContext, record: Struct, purpose: str) -> str:
    """Returns the record as a signed text. One for another purpose does not count."""
    claims: dict[str, Any] = msgspec.to_builtins(record)
    return jwt.encode(claims, derived_key(identity.secret, purpose), algorithm=ALGORITHM)


def unseal_record(identity: IdentityContext, text: str, kind: type[T], purpose: str) -> T | None:
    """Returns the record of such a text; None if it is none of ours. It may be of any age."""
    key = derived_key(identity.secret, purpose)
    try:
        found = jwt.decode_complete(text, key, algorithms=[ALGORITHM], options=UNCHECKED)
        return msgspec.convert(found["payload"], kind)
    except (*JWT_ERRORS, msgspec.ValidationError):
        return None
