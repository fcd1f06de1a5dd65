"""Turns every error into problem details (RFC 9457), or into a page for browsers.

`code` is for programs and never changes; `detail` is for people. An unexpected error tells nothing about
the inside of the service.
"""

import math
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import UNSET, Meta, Struct, UnsetType

from cruddur.domain.errors import (
    NOTHING_HERE,
    ApiError,
    Busy,
    ErrorCode,
    RateLimited,
    TableUnavailable,
    declare_code,
)
from cruddur.identity.check_credentials import CREDENTIALS_WRONG, DEMO_OFF
from cruddur.identity.check_own_password import PASSWORD_WRONG
from cruddur.identity.second_factors import RECOVERY_CODE_WRONG, SECOND_FACTOR_NEEDED
from cruddur.identity.token_errors import TokenRefused
from cruddur.logs import Log
from cruddur.web.http import templates
from cruddur.web.http.base_path import outside
from cruddur.web.http.content_type import OtherContentType
from cruddur.web.http.field_names import name_of
from cruddur.web.http.path_params import is_page
from cruddur.web.http.security_log import id_of, may_write, record
from cruddur.web.http.wrong_fields import FieldProblem, wrong_fields

PROBLEM_JSON = "application/problem+json"

_log = Log()
_HALF_A_CHARACTER = "surrogate pair"
_RECORDED = frozenset({401, 403, 429})
# These are logged where passwords are checked, with the account.
_TOLD_ELSEWHERE = {
    CREDENTIALS_WRONG,
    DEMO_OFF,
    PASSWORD_WRONG,
    SECOND_FACTOR_NEEDED,
    RECOVERY_CODE_WRONG,
}
_CLIENT_GONE = "client disconnected prematurely"
BAD_REQUEST = declare_code("bad_request", "The request is not HTTP as it should be.")
_JSON_MALFORMED = declare_code("json_malformed", "The body is not JSON in UTF-8.")
_INTERNAL = declare_code("internal", "Something went wrong in the server.")
_VALIDATION = declare_code(
    "validation", "A field is missing, of the wrong type or out of range; errors tells which."
)
_CODES = {
    404: NOTHING_HERE,
    405: declare_code("method_not_allowed", "The path is there, but not for this method."),
    413: declare_code("body_too_large", "A body has at most 64 KiB."),
}


class Problem(Struct, frozen=True, kw_only=True):
    """Problem details. `type` links to the list of codes."""

    type: Annotated[str, Meta(description="Where the code is explained.")]
    title: Annotated[str, Meta(description="The meaning of the status.")]
    status: Annotated[int, Meta(ge=400, le=599, description="The status of the answer.")]
    detail: Annotated[str, Meta(description="What is wrong, in a sentence for people.")]
    code: Annotated[
        str,
        Meta(
            description="The stable name of the problem. `/schema` explains each. More may be added.",
            examples=["group_not_found"],
        ),
    ]
    field: Annotated[
        str | UnsetType, Meta(description="The field that is wrong, if it is one.")
    ] = UNSET
    errors: Annotated[
        list[FieldProblem] | UnsetType, Meta(description="All fields that are wrong.")
    ] = UNSET


def on_api_error(request: Request[Any, Any, Any], error: ApiError) -> Response[bytes]:
    """The answer to an ApiError; a page is redirected to sign in."""
    if error.status == HTTPStatus.UNAUTHORIZED and not _is_api(request):
        return _to_sign_in(request)
    if error.status in _RECORDED and error.code not in _TOLD_ELSEWHERE:
        record(request, "refused", status=int(error.status), code=error.code, **_what(request))
    headers = {}
    if isinstance(error, Busy | RateLimited):
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    if isinstance(error, OtherContentType):
        headers["Accept"] = "application/json"  # RFC 9110, 15.5.16
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = _challenge(error)
    problem = problem_of(error.status, error.code, error.detail, field=error.field)
    return _answer(request, problem, headers)


def _challenge(error: ApiError) -> str:
    """What a client has to send (RFC 6750, 3). Only of a well-signed token it says what is wrong."""
    challenge = 'Bearer realm="cruddur"'
    if not isinstance(error, TokenRefused):
        return challenge
    return f'{challenge}, error="invalid_token", error_description="{error.detail}"'


def on_table_unavailable(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The answer while the table is down: 503 with Retry-After."""
    _log.warning(
        "table unavailable",
        path=request.scope["path"],
        request_id=id_of(request),
        error=str(error),
    )
    return on_api_error(request, Busy("The store does not answer. Please try again."))


def on_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """The answer to errors of Litestar itself: routes, methods, bodies and validation."""
    if isinstance(error, ValidationException):
        return _answer(request, _validation_problem(request, error), {})
    if error.detail == _CLIENT_GONE:
        if may_write(request, "client_gone"):
            _log.info(
                "the client went away before its request was whole", path=request.scope["path"]
            )
        return _answer(request, problem_of(400, BAD_REQUEST, "The body did not come whole."), {})
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return on_unexpected(request, error)
    code = _CODES.get(error.status_code, BAD_REQUEST)
    detail = _said_of(request, error)
    if error.status_code == HTTPStatus.BAD_REQUEST and "host header" not in error.detail:
        return on_malformed_json(request, error)
    return _answer(request, problem_of(error.status_code, code, detail), error.headers or {})


def on_malformed_json(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The answer to a body that is not valid JSON."""
    detail = "The body is not JSON in UTF-8."
    if _HALF_A_CHARACTER in f"{error.__cause__} {error.__context__} {error}":
        detail = "A text holds half of a character (a surrogate without its other half)."
    problem = problem_of(400, _JSON_MALFORMED, detail)
    return _answer(request, problem, {})


def on_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The answer to any other exception, which is logged with its traceback."""
    _log.error(
        "request failed", raised=error, path=request.scope["path"], request_id=id_of(request)
    )
    problem = problem_of(500, _INTERNAL, "Something went wrong here. It is not your fault.")
    return _answer(request, problem, {})


def problem_of(status: int, code: ErrorCode, detail: str, *, field: str | None = None) -> Problem:
    """Returns problem details; `field` names the input that is wrong."""
    return Problem(
        type=f"/schema#{code}",
        title=_phrase(status),
        status=status,
        detail=detail,
        code=code,
        field=UNSET if field is None else field,
    )


HANDLERS: dict[int | type[Exception], Any] = {
    ApiError: on_api_error,
    TableUnavailable: on_table_unavailable,
    HTTPException: on_http_exception,
    # msgspec does not wrap these two exceptions: invalid UTF-8, and thousands of nested brackets.
    UnicodeDecodeError: on_malformed_json,
    RecursionError: on_malformed_json,
    Exception: on_unexpected,
}


def _validation_problem(request: Request[Any, Any, Any], error: ValidationException) -> Problem:
    errors = wrong_fields(request, error)
    said = " ".join(f"{name_of(one.field)}: {one.detail}" for one in errors)
    field = errors[0].field if errors else None
    problem = problem_of(422, _VALIDATION, said or "The input is not valid.", field=field)
    return msgspec.structs.replace(problem, errors=errors)


def _answer(
    request: Request[Any, Any, Any], problem: Problem, headers: dict[str, str]
) -> Response[bytes]:
    if _is_api(request):
        named = msgspec.structs.replace(problem, type=outside(request, problem.type))
        content, media_type = msgspec.json.encode(named), PROBLEM_JSON
    else:
        context = {"status": problem.status, "title": problem.title, "detail": problem.detail}
        content, media_type = templates.render(request, "error.html", **context), templates.HTML
    return Response(content, status_code=problem.status, media_type=media_type, headers=headers)


def _to_sign_in(request: Request[Any, Any, Any]) -> Response[bytes]:
    # It is a page of ours, so that it cannot lead to another site. static/js/next.js checks it again.
    path = request.scope["path"]
    location = outside(request, "/sign-in")
    if path != "/" and is_page(path):
        location += f"?next={quote(outside(request, path), safe='/@')}"
    return Response(b"", status_code=303, headers={"Location": location})


def _what(request: Request[Any, Any, Any]) -> dict[str, str]:
    # It is the route's path and not the request's, which may contain any text.
    template = request.scope.get("path_template", "")
    return {"method": request.scope["method"], "route": str(template)}


def _is_api(request: Request[Any, Any, Any]) -> bool:
    return str(request.scope["path"]).startswith("/api")


def _said_of(request: Request[Any, Any, Any], error: HTTPException) -> str:
    """A sentence about a path or method that is not there. Pages are for people and name no method."""
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("allow") or (error.headers or {}).get("Allow", "")
        ways = sorted(set(allowed.replace(" ", "").split(",")) - {"OPTIONS", ""})
        return f"This path is there for {' and '.join(ways) or 'other methods'} only."
    if error.status_code == HTTPStatus.NOT_FOUND:
        here = "There is nothing at this path."
        hint = "/schema lists what there is. Within an id, a slash is written %2F."
        return f"{here} {outside(request, hint)}" if _is_api(request) else here
    return _phrase(error.status_code) + "."


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase
