"""Requires plain digits for numbers in paths and queries.

Litestar reads them with Python's `int`, which accepts `1_0`, `٣`, `+5`, ` 5` and, in a query, `5.0`. Two
spellings of one URL would be two entries in caches and logs.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, get_args, get_type_hints
from urllib.parse import parse_qsl

from litestar import Request
from litestar.exceptions import NotFoundException, ValidationException

_WRITTEN = re.compile(r"0|-?[1-9][0-9]{0,39}")


def refuse_odd_numbers(request: Request[Any, Any, Any]) -> None:
    """Raises NotFoundException for a number in the path, ValidationException for one in the query."""
    scope = request.scope
    if any(isinstance(value, int) for value in scope["path_params"].values()):
        _check_path(scope["path"], scope["path_params"])
    if scope["query_string"]:
        _check_query(scope["query_string"], _numbers_of(request.route_handler.fn))


def _check_path(path: str, values: dict[str, Any]) -> None:
    segments = path.split("/")
    for value in values.values():
        if isinstance(value, int) and str(value) not in segments:
            raise NotFoundException


def _check_query(query: bytes, names: frozenset[str]) -> None:
    if not names:
        return
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name in names and not _WRITTEN.fullmatch(value):
            wrong = {"key": name, "message": "A whole number is needed, written in digits."}
            raise ValidationException(extra=[wrong])


@cache
def _numbers_of(function: Callable[..., Any]) -> frozenset[str]:
    """Returns the names of the function's integer parameters."""
    hints = get_type_hints(function).items()
    return frozenset(name for name, hint in hints if hint is int or int in get_args(hint))
