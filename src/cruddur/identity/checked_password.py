"""The rules for new passwords, by NIST SP 800-63B, 3.1.1: long, and not easily guessed.

`common_passwords.txt` holds those passwords of at least twelve characters that are among the commonest
by two public lists: that of zxcvbn 4.5.0 (Dropbox, MIT licence; 30,000 passwords) and that of Django 5.2
(BSD licence; 19,640 passwords). Shorter ones of these lists are too short anyway.
"""

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise

from cruddur.domain.errors import Invalid, declare_code
from cruddur.identity.passwords import composed

PASSWORD_MIN_CHARS = 12
NEW_PASSWORD_MAX_CHARS = 128
"""OWASP ASVS 4.0.3, 2.1.2. Older passwords may have more, and go on working."""

_TOO_SHORT = declare_code("password_too_short", "A password has at least 12 characters.")
_TOO_LONG = declare_code("password_too_long", "A password has at most 128 characters.")
_COMMON = declare_code("password_common", "The password is among the first that people guess.")
_HANDLE = declare_code("password_is_handle", "The password is little more than the handle.")

_REPEATED = re.compile(r"(.+?)\1+", re.DOTALL)
_NO_LETTER = re.compile(r"[\W\d_]+")
_BESIDE_THE_HANDLE = 4
"""The fewest letters that a password has beside the handle, if it contains that."""


def checked_password(password: str, handle: str, *, field: str = "password") -> str:
    """Returns a new password in Unicode's composed form (NFC), for the person with this handle.

    Raises Invalid, which names the field. Passwords from before these rules go on working.
    """
    password = composed(password)
    if len(password) > NEW_PASSWORD_MAX_CHARS:
        # Hashing a very long password would take much of the server's time.
        text = f"A password has at most {NEW_PASSWORD_MAX_CHARS} characters."
        raise Invalid(_TOO_LONG, text, field=field)
    if len(password) < PASSWORD_MIN_CHARS:
        text = f"A password has at least {PASSWORD_MIN_CHARS} characters."
        raise Invalid(_TOO_SHORT, text, field=field)
    if _is_handle(password.lower(), handle.strip().removeprefix("@").lower()):
        text = "A password must be more than your handle."
        raise Invalid(_HANDLE, text, field=field)
    if _is_guessed_first(password.lower()):
        text = "This password is among the first that people guess. Choose another."
        raise Invalid(_COMMON, text, field=field)
    return password


def _is_handle(password: str, handle: str) -> bool:
    if not handle or handle not in password:
        return False
    return len(_NO_LETTER.sub("", password.replace(handle, ""))) < _BESIDE_THE_HANDLE


def _is_guessed_first(password: str) -> bool:
    return (
        password in _common_passwords()
        or _REPEATED.fullmatch(password) is not None
        or _is_a_row(password)
    )


def _is_a_row(password: str) -> bool:
    """Whether each character follows the one before, or precedes it, as in 123456789012."""
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    return steps <= {1, -9} or steps <= {-1, 9}


@cache
def _common_passwords() -> frozenset[str]:
    text = files("cruddur.identity").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(text.splitlines())
