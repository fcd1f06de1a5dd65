"""Passwords that are too short to open anything alone: while one is there, the second factor stays."""

from cruddur.domain.errors import Conflict, declare_code
from cruddur.domain.model import User
from cruddur.identity.logins import login_key_of
from cruddur.ports.table import Check, Missing

_SHORT = declare_code(
    "password_is_short",
    "The password has fewer than 12 characters, which is enough only beside a second factor.",
)


def password_is_long(user: User) -> Check:
    """Returns the check, for a transaction, that the person's password may stand alone.

    One without the mark is from before there were short ones, or the person has none.
    """
    return Check(login_key_of(user.handle), [Missing("is_short")])


def password_is_short(text: str) -> Conflict:
    """The error for a second factor that must stay. The text says what to do first."""
    return Conflict(_SHORT, text)
