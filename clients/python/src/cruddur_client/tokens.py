"""The token of a request: a fixed one, or one that is asked for again when it has ended."""

from collections.abc import Awaitable, Callable

Token = str | Callable[[], str]
"""A token, or a function that returns a new one each time, such as one that asks your own back end."""

AsyncToken = Token | Callable[[], Awaitable[str]]
"""Like `Token`; the function may also be a coroutine function."""


def headers_of(token: str) -> dict[str, str]:
    """Returns the header that carries a token (RFC 6750, 2.1); none for a stranger without one.

    A line break at its end, as files have one, is left out. Raises ValueError for what no header can
    hold. The error does not repeat the token: errors are logged.
    """
    sent = token.strip()
    if not all("!" <= char <= "~" for char in sent):
        raise ValueError("The token, or key, has a character that none of them has: a blank, say.")
    return {"Authorization": f"Bearer {sent}"} if sent else {}
