"""The rules of handles, by which people find each other."""

import re

from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.model import fold
from cruddur.domain.text import looks

_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,29}")
_RESERVED = "admin(?:istrator)?|support|root|system|cruddur"
_RESERVED_HANDLE = re.compile(f"(?:{_RESERVED})+")
_RESERVED_WITHIN = re.compile(_RESERVED)
_WORDS = ("admin", "support", "root", "system", "cruddur")
_NOT_IN_A_WORD = re.compile(r"[._-]")
_DIGITS = "0123456789"
_LETTERS_OF_DIGITS = str.maketrans("013457", "oieast")

_HANDLE_INVALID = declare_code(
    "handle_invalid", "A handle has 2 to 30 letters, digits, dots, dashes or underscores."
)
_HANDLE_RESERVED = declare_code(
    "handle_reserved", "This handle would seem to speak for the service."
)


def checked_handle(handle: str) -> str:
    """Returns the handle in the form that is stored. Raises Invalid."""
    handle = handle.strip().removeprefix("@")
    if not _HANDLE.fullmatch(handle):
        raise Invalid(
            _HANDLE_INVALID,
            "A handle has 2 to 30 characters: letters a to z, digits, '.', '_' and '-', "
            "and starts with a letter or digit.",
            field="handle",
        )
    return handle


def checked_new_handle(handle: str) -> str:
    """Returns the handle for a new account. Raises Invalid.

    Handles that would let their owner pose as the service are reserved, also with digits behind them or
    in place of letters.
    """
    handle = checked_handle(handle)
    plain = _NOT_IN_A_WORD.sub("", fold(handle))
    without = "".join(char for char in plain if char not in _DIGITS)
    forms = [form.translate(_LETTERS_OF_DIGITS) for form in (plain, plain.rstrip(_DIGITS), without)]
    if any(map(_RESERVED_HANDLE.fullmatch, forms)):
        raise Invalid(_HANDLE_RESERVED, "This handle is reserved. Choose another.", field="handle")
    return handle


def is_reserved_within(text: str) -> bool:
    """Whether a word in it would speak for the service, or looks as if it did."""
    plain = _NOT_IN_A_WORD.sub("", fold(text))
    without = "".join(char for char in plain if char not in _DIGITS)
    forms = (plain.translate(_LETTERS_OF_DIGITS), without)
    look = looks(plain)
    return any(map(_RESERVED_WITHIN.search, forms)) or any(looks(word) in look for word in _WORDS)
