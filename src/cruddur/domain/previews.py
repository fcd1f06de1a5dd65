"""The beginning of a message, as inboxes and quotes show it."""

from functools import lru_cache

from cruddur.domain.formatting import plain_text

PREVIEW_MAX_CHARS = 140


@lru_cache(maxsize=256)
def preview(text: str) -> str:
    """Returns the beginning of a message on one line and without marks, for inboxes and quotes.

    It has at most PREVIEW_MAX_CHARS characters. It is remembered, since each member's row has it.
    """
    return preview_as_typed(plain_text(text))


def preview_as_typed(text: str) -> str:
    """Returns the preview with its marks, as versions made it that knew none."""
    flat = " ".join(text.split())
    return flat if len(flat) <= PREVIEW_MAX_CHARS else flat[: PREVIEW_MAX_CHARS - 1] + "…"
