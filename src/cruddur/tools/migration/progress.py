"""The progress of moving a table."""

from typing import Protocol


class Progress(Protocol):
    """Called with what is going on, how many items that processed, and the total if it is known."""

    def __call__(
        self, what: str, count: int, total: int = 0, /, *, about: bool = False
    ) -> None: ...
