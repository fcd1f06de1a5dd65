"""What the table's calls cost, in DynamoDB's capacity units, as the engine itself reports it."""

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar


@dataclass(slots=True)
class Units:
    """Capacity units, those of the table and those of its index."""

    table_read: float = 0
    index_read: float = 0
    table_write: float = 0
    index_write: float = 0

    @property
    def read(self) -> float:
        return self.table_read + self.index_read

    @property
    def write(self) -> float:
        return self.table_write + self.index_write

    def add(self, more: "Units") -> None:
        self.table_read += more.table_read
        self.index_read += more.index_read
        self.table_write += more.table_write
        self.index_write += more.index_write


UnitsListener = Callable[[str, Units], None]

OTHER = "other"

Given = ParamSpec("Given")
T = TypeVar("T")

_pattern: ContextVar[str] = ContextVar("access_pattern", default=OTHER)
_meters: ContextVar[tuple[Units, ...]] = ContextVar("meters", default=())
_listeners: list[UnitsListener] = []


@contextmanager
def access_pattern(name: str) -> Iterator[None]:
    """Calls made within, also by tasks started there, are counted under this name."""
    token = _pattern.set(name)
    try:
        yield
    finally:
        _pattern.reset(token)


def counted_as(
    name: str,
) -> Callable[[Callable[Given, Awaitable[T]]], Callable[Given, Coroutine[Any, Any, T]]]:
    """Marks a use case as an access pattern: all its calls are counted under this name.

    Of a use case within another, the inner one's name counts.
    """

    def decorate(
        use_case: Callable[Given, Awaitable[T]],
    ) -> Callable[Given, Coroutine[Any, Any, T]]:
        @wraps(use_case)
        async def counted(*given: Given.args, **named: Given.kwargs) -> T:
            # As `access_pattern` does, for a fifth of the time: each send passes here twice.
            token = _pattern.set(name)
            try:
                return await use_case(*given, **named)
            finally:
                _pattern.reset(token)

        return counted

    return decorate


@contextmanager
def measured() -> Iterator[Units]:
    """Adds up the units of all calls made within, also by tasks started there."""
    units = Units()
    token = _meters.set((*_meters.get(), units))
    try:
        yield units
    finally:
        _meters.reset(token)


def on_units(listener: UnitsListener) -> Callable[[], None]:
    """Has each call's units told to the listener, with its access pattern's name.

    Returns what ends it.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def count(units: Units) -> None:
    """For engines: one call has cost this much."""
    for meter in _meters.get():
        meter.add(units)
    for listener in _listeners:
        listener(_pattern.get(), units)
