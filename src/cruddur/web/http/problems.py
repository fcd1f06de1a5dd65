"""Every error as problem details (RFC 9457) with a stable code; pages get a page.

`code` is for programs and never changes; `detail` is for people. No answer tells more about the
inside than that something went wrong.
"""

import math
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import UNSET, Struct, UnsetType

from cruddur.errors import Busy, Refusal, TableUnavailable, TooMany
from cruddur.web import templates

PROBLEM_JSON = "application/problem+json"

_log = structlog.get_logger()
# The words of Litestar and msgspec, from which a field's name must be read.
_MISSING_PARAMETER = re.compile(r"Missing required \w+ parameter '(\w+)'")
_MISSING_FIELD = re.compile(r"missing required field `(\w+)`")
_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "media_type_unsupported",
}


class FieldProblem(Struct, frozen=True):
    """One field at fault."""

    field: str
    detail: str


class Problem(Struct, frozen=True, kw_only=True):
    """Problem details. `type` leads to the list of codes."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | UnsetType = UNSET
    errors: list[FieldProblem] | UnsetType = UNSET


def on_refusal(request: Request[Any, Any, Any], error: Refusal) -> Response[bytes]:
    if error.status == HTTPStatus.UNAUTHORIZED and not _is_api(request):
        return _to_sign_in(request)
    headers = {}
    if isinstance(error, Busy | TooMany):
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="cruddur"'
    problem = problem_of(error.status, error.code, error.detail, field=error.field)
    return _answer(request, problem, headers)


def on_table_unavailable(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    _log.warning("table unavailable", path=request.scope["path"], error=str(error))
    return on_refusal(request, Busy("The store does not answer. Please try again."))


def on_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What Litestar itself refuses: routes, methods, bodies, validation."""
    if isinstance(error, ValidationException):
        return _answer(request, _validation_problem(error), {})
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return on_unexpected(request, error)
    code = _CODES.get(error.status_code, "bad_request")
    detail = _phrase(error.status_code) + "."
    if error.status_code == HTTPStatus.BAD_REQUEST and "host header" not in error.detail:
        return on_malformed_json(request, error)
    return _answer(request, problem_of(error.status_code, code, detail), error.headers or {})


def on_malformed_json(request: Request[Any, Any, Any], _: Exception) -> Response[bytes]:
    problem = problem_of(400, "json_malformed", "The body is not JSON in UTF-8.")
    return _answer(request, problem, {})


def on_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    _log.error("request failed", path=request.scope["path"], exc_info=error)
    problem = problem_of(500, "internal", "Something went wrong here. It is not your fault.")
    return _answer(request, problem, {})


def problem_of(status: int, code: str, detail: str, *, field: str | None = None) -> Problem:
    return Problem(
        type=f"/schema#{code}",
        title=_phrase(status),
        status=status,
        detail=detail,
        code=code,
        field=UNSET if field is None else field,
    )


HANDLERS: dict[int | type[Exception], Any] = {
    Refusal: on_refusal,
    TableUnavailable: on_table_unavailable,
    HTTPException: on_http_exception,
    # msgspec lets these two pass as they are: broken UTF-8, and brackets nested by the thousand.
    UnicodeDecodeError: on_malformed_json,
    RecursionError: on_malformed_json,
    Exception: on_unexpected,
}


def _validation_problem(error: ValidationException) -> Problem:
    extra = error.extra if isinstance(error.extra, list) else []
    errors = [_field_problem(one) for one in extra if isinstance(one, dict)]
    if not errors and (missing := _MISSING_PARAMETER.search(error.detail)):
        errors = [FieldProblem(missing[1], "It is missing.")]
    detail = "; ".join(f"{one.field}: {one.detail}" for one in errors) or "The input is not valid."
    problem = problem_of(422, "validation", detail, field=errors[0].field if errors else None)
    return msgspec.structs.replace(problem, errors=errors)


def _field_problem(one: dict[str, Any]) -> FieldProblem:
    name, detail = str(one.get("key", "")), str(one.get("message", ""))
    if name != "data":
        return FieldProblem(name, detail)
    if missing := _MISSING_FIELD.search(detail):
        return FieldProblem(missing[1], "It is missing.")
    return FieldProblem("body", "It is missing." if detail == "'data'" else detail)


def _answer(
    request: Request[Any, Any, Any], problem: Problem, headers: dict[str, str]
) -> Response[bytes]:
    if _is_api(request):
        content, media_type = msgspec.json.encode(problem), PROBLEM_JSON
    else:
        context = {"status": problem.status, "title": problem.title, "detail": problem.detail}
        content, media_type = templates.render("error.html", **context), templates.HTML
    return Response(content, status_code=problem.status, media_type=media_type, headers=headers)


def _to_sign_in(request: Request[Any, Any, Any]) -> Response[bytes]:
    # The path of this very request, so it cannot lead to another site.
    path = request.scope["path"]
    location = "/sign-in" if path == "/" else f"/sign-in?next={quote(path, safe='/@')}"
    return Response(b"", status_code=303, headers={"Location": location})


def _is_api(request: Request[Any, Any, Any]) -> bool:
    return str(request.scope["path"]).startswith("/api")


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase
