"""Functions of use cases that may be wrapped, so that what wraps them is no part of their code.

A wrapper is chosen for a context and not for the process: the service reads through its cache, and
beside it a command that repairs the table does not.
"""

from collections.abc import Callable, Coroutine
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

Wrappers = dict[Any, Callable[..., Coroutine[Any, Any, Any]]]
"""The wrappers of one context, by the function that each of them wraps."""


class HasWrappers(Protocol):
    """The dependencies of use cases, with the wrappers of some of them."""

    wrappers: Wrappers


C = TypeVar("C", bound=HasWrappers)
Given = ParamSpec("Given")
T = TypeVar("T")


class Wrappable(Generic[C, Given, T]):
    """A function of which a context may have a wrapper. Otherwise a call is one of `plain`."""

    def __init__(self, plain: Callable[Concatenate[C, Given], Coroutine[Any, Any, T]]) -> None:
        self.plain = plain
        update_wrapper(self, plain)

    def __call__(
        self, context: C, /, *given: Given.args, **named: Given.kwargs
    ) -> Coroutine[Any, Any, T]:
        wrapper = context.wrappers.get(self)
        return (wrapper or self.plain)(context, *given, **named)

    def wrap(
        self, context: C, wrapper: Callable[Concatenate[C, Given], Coroutine[Any, Any, T]]
    ) -> None:
        """Makes the context call the wrapper, which may call `plain` itself."""
        context.wrappers[self] = wrapper


def wrappable(
    plain: Callable[Concatenate[C, Given], Coroutine[Any, Any, T]],
) -> Wrappable[C, Given, T]:
    """Decorates a function that `cached/` may wrap. It reads the table, or writes to it, by itself."""
    return Wrappable(plain)
