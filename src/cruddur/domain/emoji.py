"""The emoji that Unicode knows, each in its one form.

`emoji.txt` has them, made by `tools/samples`: a line for each, with its skin tones behind it.
"""

from functools import cache
from pathlib import Path

from cruddur.domain.errors import Invalid, declare_code

_UNKNOWN = declare_code("emoji_unknown", "It is not one emoji, or none that this version knows.")

_SELECTORS = str.maketrans("", "", "\ufe0e\ufe0f")
"""They ask for a coloured or a plain picture of the same sign, and some keyboards leave them out."""

EMOJI_MAX_CHARS = 32
"""More than the longest emoji has, so that no long text is looked up."""


def checked_emoji(text: str) -> str:
    """Returns the emoji in the form that is stored. Raises Invalid for anything but one emoji."""
    known = None
    if len(text) <= EMOJI_MAX_CHARS:
        known = _known().get(text.translate(_SELECTORS))
    if known is None:
        raise Invalid(_UNKNOWN, "This is not an emoji that can be used here.", field="emoji")
    return known


@cache
def _known() -> dict[str, str]:
    """By what an emoji is without selectors, the emoji. It is read when somebody first reacts."""
    lines = Path(__file__).with_name("emoji.txt").read_text("utf-8").splitlines()
    emoji = [one for line in lines if not line.startswith("# ") for one in line.split(" ")]
    return {one.translate(_SELECTORS): one for one in emoji}
