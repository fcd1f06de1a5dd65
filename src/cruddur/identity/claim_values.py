"""Reads single claims of a token that is well signed, and says what is wrong with them."""

import math
import unicodedata
from collections.abc import Mapping
from typing import Any

from cruddur.domain.session import LIFETIME
from cruddur.identity.token_errors import claim_wrong, expired, not_yet_valid

LEEWAY_SECONDS = 60
"""The tolerated difference between the clock of an issuer and ours."""

_TEXT_MAX_CHARS = 128


def check_times(times: Mapping[str, float], now: float, *, exp_leeway: float = 0) -> None:
    """Checks `exp`, which may be over for `exp_leeway` seconds, `nbf` and `iat`. Raises TokenRefused."""
    if "exp" not in times:
        raise claim_wrong("exp")
    if times["exp"] + exp_leeway <= now:
        raise expired(times["exp"], now)
    # A token that is valid for years would outlast the user's account in the host's product.
    if times["exp"] > now + LIFETIME.total_seconds() + LEEWAY_SECONDS:
        raise claim_wrong("exp")
    # One that was made in time to come would outlast the end of all its person's sessions.
    starts = max(times.get("nbf", now), times.get("iat", now))
    if starts > now + LEEWAY_SECONDS:
        raise not_yet_valid(starts, now)


def seconds_of(claims: Mapping[str, Any], name: str) -> float:
    """Returns a time in epoch seconds. Raises TokenRefused."""
    value = claims[name]
    # The claim must be a JSON number (RFC 7519, 2). Python would also convert "5" and true.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise claim_wrong(name)
    try:
        if math.isfinite(value):
            return value
    except OverflowError:
        pass
    raise claim_wrong(name)


def text_of(claims: Mapping[str, Any], name: str, most: int = _TEXT_MAX_CHARS) -> str:
    """Returns a text of 1 to `most` characters without control characters. Raises TokenRefused."""
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise claim_wrong(name)
    # The id becomes part of a key, in which tables reject NUL and lone surrogates.
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in value):
        raise claim_wrong(name)
    return value


def said_in(claims: Mapping[str, Any], name: str) -> str:
    """Returns a text that need not be there, empty if it is not, or is no text."""
    value = claims.get(name)
    return value if isinstance(value, str) else ""
