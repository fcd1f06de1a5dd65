"""The picture of a group: an emoji on a colour."""

import re
import unicodedata

from cruddur.domain.errors import Invalid, declare_code

COLOURS = 16
"""The page has so many colours for the pictures of people and groups."""

_EMOJI_INVALID = declare_code("emoji_invalid", "The picture of a group has one emoji.")
_COLOUR_INVALID = declare_code(
    "colour_invalid", "The colour of a group is one of sixteen, from 0 to 15."
)

_MAX_CHARS = 16
_SKIN = "[\U0001f3fb-\U0001f3ff]"
_ONE = f"[^\u200d\ufe0f]\ufe0f?{_SKIN}?"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_REGION = "\U0001f3f4[\U000e0020-\U000e007f]+"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
# Unicode's emoji sequences (UTS 51, 1.4.9), without the table of which are emoji.
_SEQUENCE = re.compile(f"{_FLAG}|{_REGION}|{_KEYCAP}|{_ONE}(?:\u200d{_ONE})*")
_BETWEEN = re.compile(f"[\u200d\ufe0f\u20e3\U000e0020-\U000e007f]|{_SKIN}")


def checked_picture_emoji(emoji: str) -> str:
    """Returns the emoji. Raises Invalid for what is not one emoji, as a word or two of them."""
    shown = "" if _fits(_KEYCAP, emoji) else _BETWEEN.sub("", emoji)
    are_symbols = all(unicodedata.category(char) == "So" for char in shown)
    if len(emoji) > _MAX_CHARS or not are_symbols or not _SEQUENCE.fullmatch(emoji):
        raise Invalid(_EMOJI_INVALID, "The picture of a group is one emoji.", field="emoji")
    return emoji


def checked_colour(colour: int) -> int:
    """Returns the number of the colour. Raises Invalid."""
    if not 0 <= colour < COLOURS:
        raise Invalid(_COLOUR_INVALID, "There is no such colour.", field="colour")
    return colour


def _fits(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None
