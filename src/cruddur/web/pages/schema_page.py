"""`/schema`: the API's documentation as a page. Ready-made ones load scripts from other hosts."""

from typing import Any

from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin

from cruddur.domain.errors import declared_codes
from cruddur.web.api.openapi_document import completed
from cruddur.web.http import templates
from cruddur.web.sse.asyncapi import describe

_JSON = "application/json"
_REFERENCE = "#/components/schemas/"


class SchemaPage(OpenAPIRenderPlugin):
    """Lists the operations of the OpenAPI document, which is at `/schema/openapi.json`."""

    def __init__(self) -> None:
        super().__init__(path="/", media_type=templates.HTML)  # type: ignore[arg-type]  # it takes any type

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Returns the page of the document."""
        document = completed(openapi_schema)
        schemas = document["components"]["schemas"]
        operations = [
            {"method": method.upper(), "path": path, "body": _body(operation, schemas), **operation}
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ]
        return templates.render(
            request,
            "schema.html",
            info=document["info"],
            operations=operations,
            events=describe("")["components"]["messages"].values(),
            codes=declared_codes(),
        )


def _body(operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any] | None:
    """Returns the schema of an operation's body, with its properties instead of a reference."""
    if "requestBody" not in operation:
        return None
    body = operation["requestBody"]
    if _JSON not in body["content"]:  # a file
        kinds = " or ".join(body["content"])
        return {"description": f"{kinds}: {body['description']}", "properties": {}}
    schema = body["content"][_JSON]["schema"]
    named: dict[str, Any] = schemas[schema["$ref"].removeprefix(_REFERENCE)]
    return {
        name: named[name] for name in ("description", "properties", "required") if name in named
    }
