"""`/schema`: what the API can do, on a page of our own. Ready-made ones load scripts from elsewhere."""

from typing import Any

from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin

from cruddur.web import templates
from cruddur.web.codes import CODES

_REFERENCE = "#/components/schemas/"


class SchemaPage(OpenAPIRenderPlugin):
    """Lists the operations of the document; for machines it is at `/schema/openapi.json`."""

    def __init__(self) -> None:
        super().__init__(path="/", media_type=templates.HTML)  # type: ignore[arg-type]  # any type

    def render(self, _: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        schemas = openapi_schema["components"]["schemas"]
        operations = [
            {"method": method.upper(), "path": path, "body": _body(operation, schemas), **operation}
            for path, methods in openapi_schema["paths"].items()
            for method, operation in methods.items()
        ]
        return templates.render(
            "schema.html",
            info=openapi_schema["info"],
            operations=operations,
            codes=CODES,
        )


def _body(operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of what an operation takes, with the properties instead of a reference to them."""
    if "requestBody" not in operation:
        return None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    named: dict[str, Any] = schemas[schema["$ref"].removeprefix(_REFERENCE)]
    return {
        name: named[name] for name in ("description", "properties", "required") if name in named
    }
