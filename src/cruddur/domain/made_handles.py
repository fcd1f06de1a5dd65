"""Handles for people who did not choose one."""

import re
import secrets

from cruddur.domain.folding import folded
from cruddur.domain.handles import is_reserved_within

_NOT_IN_A_HANDLE = re.compile(r"[^a-z0-9]+")
_STEM_MAX_CHARS = 22
_NO_STEM = "user"
_UNLIKE = "23478bcfhjkpqtxy"
"""Characters of which no two look alike, and none like two others side by side."""

_UNLIKE_COUNT = 7


def made_handle(display_name: str) -> str:
    """Returns a handle that begins like the name and ends by chance: `maya.lindqvist-k2x9pgb`.

    What is left to chance are 28 bits, in characters that look like no others. So it is taken, or looks
    like another, as seldom as two people draw the same one. It never seems to speak for the service.
    """
    stem = _NOT_IN_A_HANDLE.sub(".", folded(display_name))[:_STEM_MAX_CHARS].strip(".")
    if not stem or is_reserved_within(stem):
        stem = _NO_STEM
    end = "".join(secrets.choice(_UNLIKE) for _ in range(_UNLIKE_COUNT))
    return f"{stem}-{end}"
