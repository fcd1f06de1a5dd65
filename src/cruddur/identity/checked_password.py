"""The rules for new passwords, by NIST SP 800-63B, 3.1.1: long, and not easily guessed.

A password that is used only together with another factor may be shorter (3.1.1.2): eight characters.
"""

import re
from itertools import pairwise

from cruddur.domain.errors import Invalid, declare_code
from cruddur.identity.common_passwords import is_common
from cruddur.identity.passwords import composed

PASSWORD_MIN_CHARS = 12
SHORT_PASSWORD_MIN_CHARS = 8
"""What is enough for somebody whose password alone opens nothing."""

NEW_PASSWORD_MAX_CHARS = 128
"""OWASP ASVS 4.0.3, 2.1.2. Older passwords may have more, and go on working."""

_TOO_SHORT = declare_code(
    "password_too_short", "A password has at least 12 characters, and 8 beside a second factor."
)
_TOO_LONG = declare_code("password_too_long", "A password has at most 128 characters.")
_COMMON = declare_code("password_common", "The password is among the first that people guess.")
_HANDLE = declare_code("password_is_handle", "The password is little more than the handle.")

_REPEATED = re.compile(r"(.+?)\1+", re.DOTALL)
_NO_LETTER = re.compile(r"[\W\d_]+")
_BESIDE_THE_HANDLE = 4
"""The fewest letters that a password has beside the handle, if it contains that."""


def checked_password(
    password: str, handle: str, *, field: str = "password", min_chars: int = PASSWORD_MIN_CHARS
) -> str:
    """Returns a new password in Unicode's composed form (NFC), for the person with this handle.

    Raises Invalid, which names the field. Passwords from before these rules go on working.
    """
    password = composed(password)
    if len(password) > NEW_PASSWORD_MAX_CHARS:
        # Hashing a very long password would take much of the server's time.
        text = f"A password has at most {NEW_PASSWORD_MAX_CHARS} characters."
        raise Invalid(_TOO_LONG, text, field=field)
    if len(password) < min_chars:
        raise too_short(min_chars, field)
    if _is_handle(password.lower(), handle.strip().removeprefix("@").lower()):
        text = "A password must be more than your handle."
        raise Invalid(_HANDLE, text, field=field)
    if _is_guessed_first(password.lower()):
        text = "This password is among the first that people guess. Choose another."
        raise Invalid(_COMMON, text, field=field)
    return password


def is_short(password: str) -> bool:
    """Whether a password, in its composed form, is one that opens nothing alone."""
    return len(password) < PASSWORD_MIN_CHARS


def too_short(min_chars: int, field: str) -> Invalid:
    """The error for a password of fewer characters."""
    text = f"A password has at least {min_chars} characters."
    return Invalid(_TOO_SHORT, text, field=field)


def _is_handle(password: str, handle: str) -> bool:
    if not handle or handle not in password:
        return False
    return len(_NO_LETTER.sub("", password.replace(handle, ""))) < _BESIDE_THE_HANDLE


def _is_guessed_first(password: str) -> bool:
    return is_common(password) or _REPEATED.fullmatch(password) is not None or _is_a_row(password)


def _is_a_row(password: str) -> bool:
    """Whether each character follows the one before, or precedes it, as in 123456789012."""
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    return steps <= {1, -9} or steps <= {-1, 9}
