"""Describes a wrong field in the words of the page. People never see a JSON field's name.

A field that the page never sends is a program's. It is quoted as it is, for the program's developer.
"""

import re

_NAMES = {
    "after": "The number after which to read",
    "before": "The number before which to read",
    "body": "The request",
    "cleared_seq": "The number of the last message to clear",
    "current_password": "Current password",
    "avatar_url": "The address of the picture",
    "display_name": "Display name",
    "email": "E-mail address",
    "external_id": "Your own id",
    "handle": "Handle",
    "handles": "People",
    "limit": "The number of entries",
    "message": "Message",
    "message_group_uuid": "The conversation",
    "message_uuid": "The id of the message",
    "metadata": "Metadata",
    "muted_until": "The end of the mute",
    "new_password": "New password",
    "password": "Password",
    "picture": "Picture",
    "pin_place": "The place among what is pinned",
    "prefix": "Search",
    "seq": "The number of the message",
    "seqs": "The messages",
    "title": "Name of the group",
    "user_receiver_handle": "Handle",
    "users": "People",
    "who": "Handle or e-mail address",
}
_MISSING = re.compile(r"missing required field `(\w+)`")
_UNKNOWN = re.compile(r"contains unknown field `(.*)`", re.DOTALL)
_UNKNOWN_VALUE = "Invalid enum value"
_UNKNOWN_MAX_CHARS = 80
_KINDS = {
    "array": "a list",
    "bool": "true or false",
    "int": "a whole number",
    "object": "a JSON object",
    "str": "text",
}
# Texts of msgspec, and the texts for people that replace them. The first match counts.
_RULES = (
    (re.compile(r"Expected `array` of length >= 1$"), "At least one is needed."),
    (re.compile(r"Expected `(?:array|object)` of length <= (\d+)"), "There may be at most {}."),
    (re.compile(r"Expected `str` of length >= 1$"), "It must not be empty."),
    (re.compile(r"Expected `str` of length >= (\d+)"), "It must have at least {} characters."),
    (re.compile(r"Expected `str` of length <= (\d+)"), "It may have at most {} characters."),
    (re.compile(r"Expected `str` matching"), "It is not of the form that is needed."),
    (re.compile(r"Expected `\w+` >= (\d+)"), "It must be at least {}."),
    (re.compile(r"Expected `\w+` <= (\d+)"), "It must be at most {}."),
)
_EXPECTED = re.compile(r"Expected `(\w+)")


def name_of(field: str) -> str:
    """Returns the page's name for this field, or what a program calls it, if the page has none."""
    return _NAMES.get(field) or quoted(field)


def quoted(word: str) -> str:
    """Returns a program's word in quotation marks, as people's texts show it."""
    return f"“{word}”"


def missing_field(detail: str) -> str | None:
    """Returns the field that msgspec found missing, or None for another error."""
    found = _MISSING.search(detail)
    return found[1] if found else None


def unknown_field(detail: str) -> str | None:
    """Returns the field that msgspec does not know, cut off, or None for another error."""
    found = _UNKNOWN.search(detail)
    return found[1].partition("` - at `")[0][:_UNKNOWN_MAX_CHARS] if found else None


def is_unknown_value(detail: str) -> bool:
    """Whether msgspec found a text that is none of those that are possible."""
    return detail.startswith(_UNKNOWN_VALUE)


def rule_of(detail: str) -> str:
    """Returns the rule that msgspec found broken, as a sentence."""
    for pattern, words in _RULES:
        if found := pattern.search(detail):
            return words.format(*found.groups())
    expected = _EXPECTED.search(detail)
    kind = _KINDS.get(expected[1]) if expected else None
    return f"It must be {kind}." if kind else "It is not valid."
