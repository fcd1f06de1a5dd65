"""What is logged meanwhile, for tests."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cruddur.logs import log_json


class _Lines(io.StringIO):
    """A stream that reads each line as it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []

    def write(self, text: str) -> int:
        self.found.append(json.loads(text))
        return len(text)


@contextmanager
def captured_logs() -> Iterator[list[dict[str, Any]]]:
    """The lines that are written from here on, while this is open."""
    lines = _Lines()
    log_json(lines)
    try:
        yield lines.found
    finally:
        log_json()
