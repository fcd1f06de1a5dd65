"""The names that a token's claims say, as far as they can be taken for a person who is made by it."""

from cruddur.domain.checked_texts import checked_display_name
from cruddur.domain.errors import Invalid
from cruddur.domain.handles import checked_new_handle

NAMELESS = "Guest"
"""The name of people whose token says none. What else it says may be an e-mail address."""


def claimed_name(text: str) -> str:
    """Returns the display name; empty if it cannot be one."""
    try:
        return checked_display_name(text)
    except Invalid:
        return ""


def claimed_handle(text: str) -> str | None:
    """Returns the handle, or None if it cannot be one of a new account."""
    try:
        return checked_new_handle(text)
    except Invalid:
        return None
