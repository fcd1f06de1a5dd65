"""The rules of texts that people write: messages, titles and display names."""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from cruddur.domain.errors import ErrorCode, Invalid, declare_code, declare_limit
from cruddur.domain.text import in_lines, in_one_line, is_visible

MESSAGE_MAX_CHARS = 4096
"""The default of a setting, `CRUDDUR_MESSAGE_MAX_CHARS`."""

DISPLAY_NAME_MAX_CHARS = 50
TITLE_MAX_CHARS = 80

# Unicode's categories Cc, control characters, and Cs, halves of a surrogate pair, which no UTF-8 can
# carry.
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_TIDIED_MAX_TIMES = 3  # NFC composes at most this many characters into one


class _Rules(NamedTuple):
    """What a text must be. `name` stands in errors: people never see the name that programs use."""

    field: str
    name: str
    most: int
    tidied: Callable[[str], str]
    blank: ErrorCode
    control: ErrorCode
    too_long: ErrorCode


_MESSAGE_BLANK = declare_code("message_blank", "A message needs some text.")
_MESSAGE_CONTROL = declare_code(
    "message_control_characters",
    "A message may not hold control characters but line breaks and tabs.",
)


@cache
def _message_rules(most: int) -> _Rules:
    meaning = "A message has at most {} characters."
    return _Rules(
        "message",
        "A message",
        most,
        in_lines,
        _MESSAGE_BLANK,
        _MESSAGE_CONTROL,
        declare_limit("message_exceed_max_chars", meaning, most),
    )


_TITLE = _Rules(
    "title",
    "The name of a group",
    TITLE_MAX_CHARS,
    in_one_line,
    declare_code("title_blank", "A title needs some text."),
    declare_code("title_control_characters", "A title may not hold control characters."),
    declare_code("title_exceed_max_chars_80", "A title has at most 80 characters."),
)
_DISPLAY_NAME = _Rules(
    "display_name",
    "A display name",
    DISPLAY_NAME_MAX_CHARS,
    in_one_line,
    declare_code("display_name_blank", "A display name needs some text."),
    declare_code(
        "display_name_control_characters", "A display name may not hold control characters."
    ),
    declare_code("display_name_exceed_max_chars_50", "A display name has at most 50 characters."),
)
_PASSKEY_NAME = _Rules(
    "name",
    "The name of a passkey",
    DISPLAY_NAME_MAX_CHARS,
    in_one_line,
    declare_code("passkey_name_blank", "The name of a passkey needs some text."),
    declare_code(
        "passkey_name_control_characters", "The name of a passkey may not hold control characters."
    ),
    declare_code(
        "passkey_name_exceed_max_chars_50", "The name of a passkey has at most 50 characters."
    ),
)


def checked_message(text: str, most: int = MESSAGE_MAX_CHARS) -> str:
    """Returns the message's text in the form that is stored: at most `most` characters. Raises Invalid.

    The error's code names the limit, since pages of the tutorial look for that.
    """
    return _checked(text, _message_rules(most))


def declare_message_limit(most: int) -> None:
    """Lets `/schema` list the code of the limit before a message is too long."""
    _message_rules(most)


def checked_title(title: str) -> str:
    """Returns the title in the form that is stored. Raises Invalid."""
    return _checked(title, _TITLE)


def checked_display_name(name: str) -> str:
    """Returns the display name in the form that is stored. Raises Invalid."""
    return _checked(name, _DISPLAY_NAME)


def checked_passkey_name(name: str) -> str:
    """Returns the name of a passkey in the form that is stored. Raises Invalid."""
    return _checked(name, _PASSKEY_NAME)


def _checked(text: str, rules: _Rules) -> str:
    # A text that is far too long is rejected before it is normalized, which would take longest.
    if len(text) <= rules.most * _TIDIED_MAX_TIMES:
        text = rules.tidied(text)
    if _CONTROL.search(text):
        raise Invalid(
            rules.control,
            f"{rules.name} may not hold control characters other than line breaks and tabs.",
            field=rules.field,
        )
    if not is_visible(text):
        raise Invalid(rules.blank, f"{rules.name} needs some text.", field=rules.field)
    if len(text) > rules.most:
        raise Invalid(
            rules.too_long,
            f"{rules.name} has at most {rules.most} characters; this one has {len(text)}.",
            field=rules.field,
        )
    return text
