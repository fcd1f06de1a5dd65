"""Counts DynamoDB capacity units, as reported by the engine, by access pattern.

An access pattern is declared at the use case that has it, together with the most that it may cost.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar


@dataclass(slots=True)
class Units:
    """Capacity units, separately for the table and for its index."""

    table_read: float = 0
    index_read: float = 0
    table_write: float = 0
    index_write: float = 0

    @property
    def read(self) -> float:
        """Read units of the table and the index together."""
        return self.table_read + self.index_read

    @property
    def write(self) -> float:
        """Write units of the table and the index together."""
        return self.table_write + self.index_write

    def add(self, more: "Units") -> None:
        """Adds the other units to these, in place: engines do it for every call."""
        self.table_read += more.table_read
        self.index_read += more.index_read
        self.table_write += more.table_write
        self.index_write += more.index_write

    def __add__(self, other: "Units") -> "Units":
        return Units(
            self.table_read + other.table_read,
            self.index_read + other.index_read,
            self.table_write + other.table_write,
            self.index_write + other.index_write,
        )

    def __mul__(self, times: float) -> "Units":
        return Units(
            self.table_read * times,
            self.index_read * times,
            self.table_write * times,
            self.index_write * times,
        )


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most capacity units that a question may cost, for two users and items of at most 1 KB.

    It is a promise: tests/prices runs each question on an engine that reports its units. `letter` names
    the kind of question in docs/prices.md. `pattern` is the name under which the units are counted.
    """

    letter: str
    question: str
    write: float
    read: float
    pattern: str = ""


UnitsListener = Callable[[str, Units], None]

OTHER = "other"

Given = ParamSpec("Given")
T = TypeVar("T")

_pattern: ContextVar[str] = ContextVar("access_pattern", default=OTHER)
_meters: ContextVar[tuple[Units, ...]] = ContextVar("meters", default=())
_listeners: list[UnitsListener] = []
_ceilings: dict[str, Ceiling] = {}


@contextmanager
def within_access_pattern(name: str) -> Iterator[None]:
    """Counts calls made within it, also by tasks started there, under this name."""
    token = _pattern.set(name)
    try:
        yield
    finally:
        _pattern.reset(token)


def access_pattern(
    name: str, *ceilings: Ceiling
) -> Callable[[Callable[Given, Awaitable[T]]], Callable[Given, Coroutine[Any, Any, T]]]:
    """Decorates a use case: all its calls are counted under this name, and may cost no more.

    A call in nested use cases is counted under the innermost name. Raises ValueError if another use case
    declared a ceiling for one of the questions.
    """
    for ceiling in ceilings:
        if ceiling.question in _ceilings:
            raise ValueError(f"{ceiling.question!r} has two ceilings")
        _ceilings[ceiling.question] = replace(ceiling, pattern=name)

    def decorate(
        use_case: Callable[Given, Awaitable[T]],
    ) -> Callable[Given, Coroutine[Any, Any, T]]:
        @wraps(use_case)
        async def counted(*given: Given.args, **named: Given.kwargs) -> T:
            # Not `within_access_pattern`, which takes five times as long: each send runs this twice.
            token = _pattern.set(name)
            try:
                return await use_case(*given, **named)
            finally:
                _pattern.reset(token)

        return counted

    return decorate


def declared_ceilings() -> Mapping[str, Ceiling]:
    """Returns the ceilings that the imported modules declared, by question, in the order of letters.

    It does not depend on which modules were imported first.
    """
    found = sorted(_ceilings.values(), key=lambda one: (one.letter, one.pattern, one.question))
    return {ceiling.question: ceiling for ceiling in found}


@contextmanager
def measured() -> Iterator[Units]:
    """Sums the units of all calls made within it, also by tasks started there."""
    units = Units()
    token = _meters.set((*_meters.get(), units))
    try:
        yield units
    finally:
        _meters.reset(token)


def on_units(listener: UnitsListener) -> Callable[[], None]:
    """Registers a listener that is called with each call's access pattern and units.

    Returns a function that unregisters it.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def count(units: Units) -> None:
    """Reports the units of one call to all meters and listeners. Engines call this."""
    for meter in _meters.get():
        meter.add(units)
    for listener in _listeners:
        listener(_pattern.get(), units)
