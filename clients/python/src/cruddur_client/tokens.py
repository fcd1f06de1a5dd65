"""The token of a request: a fixed one, or one that is asked for again when it has ended."""

from collections.abc import Awaitable, Callable

Token = str | Callable[[], str]
"""A token, or a function that returns a new one each time, such as one that asks your own back end."""

AsyncToken = Token | Callable[[], Awaitable[str]]
"""Like `Token`; the function may also be a coroutine function."""


def headers_of(token: str) -> dict[str, str]:
    """Returns the header that carries a token (RFC 6750, 2.1); none for a stranger without one."""
    return {"Authorization": f"Bearer {token}"} if token else {}
