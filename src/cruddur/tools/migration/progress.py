"""How whoever moves a table says how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Told what is going on, how many items that did, and of how many in all, if it is known."""

    def __call__(
        self, what: str, count: int, total: int = 0, /, *, about: bool = False
    ) -> None: ...
