"""An id for each request, which is in its log lines and its answer."""

import itertools
import re
import secrets

from litestar.types import Scope

HEADER = b"x-request-id"

_KEY = "cruddur_request_id"
_FORM = re.compile(rb"[A-Za-z0-9._:=/+-]{1,128}")
_process = secrets.token_hex(6)
_numbers = itertools.count(1)


def request_id(scope: Scope, hops: int) -> str:
    """Returns the trusted proxy's id for the request, else a new one. It is the same each time.

    The proxy's id must have the form of an id, since a line break in it could forge log lines.
    """
    known: str | None = scope.get(_KEY)  # type: ignore[assignment]  # our own key
    if known is None:
        known = (_proxys(scope) if hops else "") or f"{_process}-{next(_numbers):x}"
        scope[_KEY] = known  # type: ignore[literal-required]
    return known


def _proxys(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == HEADER]
    return given[-1].decode() if given and _FORM.fullmatch(given[-1]) else ""
