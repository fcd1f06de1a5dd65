"""Finds the fields that are wrong in a request, and the rule that each one breaks.

Litestar and msgspec tell both in words for programmers, which are read here.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Request
from litestar.exceptions import ValidationException
from msgspec import Meta, Struct

from cruddur.web.http.expected_input import known_names, known_values
from cruddur.web.http.field_names import (
    is_unknown_value,
    missing_field,
    quoted,
    rule_of,
    unknown_field,
)

_MISSING = "It is missing."
_MISSING_PARAMETER = re.compile(r"Missing required \w+ parameter '(\w+)'")
_WHOLE_BODY = "data"


class FieldProblem(Struct, frozen=True):
    """A field that is wrong."""

    field: Annotated[str, Meta(description="The field's name.")]
    detail: Annotated[str, Meta(description="The rule that it breaks, in a sentence.")]


def wrong_fields(
    request: Request[Any, Any, Any], error: ValidationException
) -> Sequence[FieldProblem]:
    """Returns what is wrong, field by field; nothing if the error tells no field."""
    extra = error.extra if isinstance(error.extra, list) else []
    errors = [_problem_of(request, one) for one in extra if isinstance(one, dict)]
    if not errors and (missing := _MISSING_PARAMETER.search(error.detail)):
        return [FieldProblem(missing[1], _MISSING)]
    return errors


def _problem_of(request: Request[Any, Any, Any], one: dict[str, Any]) -> FieldProblem:
    key, detail = str(one.get("key", "")), str(one.get("message", ""))
    path = "" if key == _WHOLE_BODY else key
    if (unknown := unknown_field(detail)) is not None:
        known = _known(known_names(request, path))
        return FieldProblem(_below(path, unknown), f"It is not known here.{known}")
    if missing := missing_field(detail):
        return FieldProblem(_below(path, missing), _MISSING)
    if is_unknown_value(detail):
        known = _known(known_values(request, path))
        return FieldProblem(path or "body", f"It is not valid.{known}")
    if path:
        return FieldProblem(path, rule_of(detail))
    return FieldProblem("body", _MISSING if detail == "'data'" else rule_of(detail))


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _known(names: Sequence[str]) -> str:
    """The names that would have been right, for the developer who reads the answer."""
    return f" Known: {', '.join(map(quoted, names))}." if names else ""
