"""The rules of texts that people write: messages, titles and display names."""

import re
from collections.abc import Callable
from typing import NamedTuple

from cruddur.domain.errors import ErrorCode, Invalid, declare_code
from cruddur.domain.text import in_lines, in_one_line, is_visible

MESSAGE_MAX_CHARS = 1024
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


_MESSAGE = _Rules(
    "message",
    "A message",
    MESSAGE_MAX_CHARS,
    in_lines,
    declare_code("message_blank", "A message needs some text."),
    declare_code(
        "message_control_characters",
        "A message may not hold control characters but line breaks and tabs.",
    ),
    declare_code("message_exceed_max_chars_1024", "A message has at most 1,024 characters."),
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


def checked_message(text: str) -> str:
    """Returns the message's text in the form that is stored. Raises Invalid."""
    return _checked(text, _MESSAGE)


def checked_title(title: str) -> str:
    """Returns the title in the form that is stored. Raises Invalid."""
    return _checked(title, _TITLE)


def checked_display_name(name: str) -> str:
    """Returns the display name in the form that is stored. Raises Invalid."""
    return _checked(name, _DISPLAY_NAME)


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
