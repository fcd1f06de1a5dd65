"""Completes the OpenAPI document that Litestar makes from the routes and their types.

Litestar leaves out what the docstring of a type says, the lengths that only a use case checks, and the
headers of answers. Programs that make clients from the document need all of these.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec
from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import Method

from cruddur.domain.errors import ErrorCode, declared_codes
from cruddur.web.api.openapi_responses import MEANINGS
from cruddur.web.api.problem_codes import codes_of
from cruddur.web.http.problems import PROBLEM_JSON, problem_of

Document = dict[str, Any]

LICENSE = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}

_PROBLEM = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_FORMATS = {"_uuid": "uuid", "_at": "date-time"}
_HEADERS: Mapping[str, Mapping[str, Any]] = {
    "Retry-After": {
        "description": "The seconds after which the request may be sent again.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {
        "description": "Which credentials are wanted, and what is wrong with a token (RFC 6750).",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": 'The next page, with `rel="next"` (RFC 8288); none after the last one.',
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "Names this state of the list. With `If-None-Match` it is answered by 304.",
        "schema": {"type": "string"},
    },
    "X-Request-Id": {
        "description": "Names the request in the log of the service.",
        "schema": {"type": "string"},
    },
}


def operation_id(handler: HTTPRouteHandler, _: Method, __: list[Any]) -> str:
    """Returns the name of an operation in clients made from the document: that of its function."""
    first, *others = handler.fn.__name__.split("_")
    return first + "".join(map(str.title, others))


class JsonDocument(JsonRenderPlugin):
    """`/schema/openapi.json`: the completed document."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Returns the document as JSON."""
        return super().render(request, completed(openapi_schema))


def completed(document: Document) -> Document:
    """Returns the document with what Litestar leaves out."""
    structs = {struct.__name__: struct for struct in _structs(msgspec.Struct)}
    schemas = {
        name: _schema(schema, structs.get(name))
        for name, schema in document["components"]["schemas"].items()
    }
    paths = {
        path: {method: _operation(operation) for method, operation in methods.items()}
        for path, methods in document["paths"].items()
    }
    examples = _examples(paths)
    components = {
        **document["components"],
        "schemas": schemas,
        "headers": _HEADERS,
        "examples": examples,
    }
    info = {**document["info"], "license": LICENSE}
    return {**document, "info": info, "paths": paths, "components": components}


def _structs(of: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for struct in of.__subclasses__():
        if struct.__module__.startswith("cruddur.web."):
            yield struct
        yield from _structs(struct)


def _schema(schema: Document, struct: type[msgspec.Struct] | None) -> Document:
    if struct is None:
        return schema
    extra = _extra(struct)
    properties = {
        name: _property(name, what, extra.get(name, {}))
        for name, what in schema.get("properties", {}).items()
    }
    described = {"description": _text(struct), **schema}
    return {**described, "properties": properties} if properties else described


def _property(name: str, schema: Document, extra: Mapping[str, Any]) -> Document:
    for choice in ("oneOf", "allOf"):
        # A field that may be left out is a union for Litestar, and one with a description a conjunction.
        if len(schema.get(choice, ())) == 1:
            others = {key: value for key, value in schema.items() if key != choice}
            schema = {**schema[choice][0], **others}
    form = next((form for end, form in _FORMATS.items() if name.endswith(end)), None)
    is_text = schema.get("type") == "string" or {"type": "string"} in schema.get("oneOf", ())
    return {**schema, **({"format": form} if form and is_text else {}), **extra}


def _extra(struct: type[msgspec.Struct]) -> Mapping[str, Mapping[str, Any]]:
    """Returns what the annotations of the fields say beyond msgspec's own rules."""
    info = cast(msgspec.inspect.StructType, msgspec.inspect.type_info(struct))
    return {field.encode_name: dict(_said(field.type)) for field in info.fields}


def _said(kind: msgspec.inspect.Type) -> Iterator[tuple[str, Any]]:
    kinds = kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)
    for one in kinds:
        if isinstance(one, msgspec.inspect.Metadata) and one.extra_json_schema:
            yield from one.extra_json_schema.items()


def _text(struct: type[msgspec.Struct]) -> str:
    return " ".join((struct.__doc__ or "").split())


def _operation(operation: Document) -> Document:
    caller = caller_of(operation)
    responses = {
        status: _response(status, response, codes_of(operation["operationId"], status, caller))
        for status, response in operation["responses"].items()
    }
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    if "limit" in names and _is_list(responses["200"]):
        headers = {**responses["200"]["headers"], **_references("Link", "ETag")}
        responses["200"] = {**responses["200"], "headers": headers}
        responses["304"] = {"description": "The caller has the same list."}
    return {**operation, "responses": responses}


def caller_of(operation: Document) -> str:
    """Returns who may call an operation: `key`, `person` or `anybody`."""
    security = operation.get("security")
    if security is None:
        return "person"
    return "key" if "key" in security[0] else "anybody"


def _examples(paths: Document) -> Document:
    """One of each problem that an operation refers to."""
    named = {
        (code, int(status))
        for methods in paths.values()
        for operation in methods.values()
        for status, response in operation["responses"].items()
        for code in response.get("content", {}).get(PROBLEM_JSON, {}).get("examples", {})
    }
    return {_example_name(code, status): _example(code, status) for code, status in sorted(named)}


def _example_name(code: str, status: int | str) -> str:
    return f"{code}_{status}"


def _example(code: str, status: int) -> Document:
    meaning = declared_codes()[ErrorCode(code)]
    problem = problem_of(status, ErrorCode(code), meaning)
    return {"summary": meaning, "value": msgspec.to_builtins(problem)}


def _response(status: str, response: Document, codes: Sequence[str]) -> Document:
    if status == "400":  # Litestar adds an error of its own form to operations with parameters
        response = {"description": MEANINGS[400], "content": _PROBLEM}
    if PROBLEM_JSON in response.get("content", {}):
        examples = {
            code: {"$ref": f"#/components/examples/{_example_name(code, status)}"} for code in codes
        }
        content = {PROBLEM_JSON: {**response["content"][PROBLEM_JSON], "examples": examples}}
        response = {**response, "content": content}
    own = {"401": ("WWW-Authenticate",), "429": ("Retry-After",), "503": ("Retry-After",)}
    headers = _references("X-Request-Id", *own.get(status, ()))
    return {**response, "headers": {**response.get("headers", {}), **headers}}


def _references(*names: str) -> Document:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _is_list(response: Document) -> bool:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return bool(schema.get("type") == "array")
