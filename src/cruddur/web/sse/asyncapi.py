"""`/schema/asyncapi.json`: the event stream, described by AsyncAPI 3, made from the types of events."""

import inspect
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import MediaType, Request
from litestar.openapi.plugins import OpenAPIRenderPlugin
from msgspec import Struct

import cruddur
from cruddur.web.http.base_path import outside
from cruddur.web.sse.encoding import FORMS, StreamEvent
from cruddur.web.sse.examples import EXAMPLES

_STREAM = (
    "A stream of server-sent events (WHATWG HTML, 9.2) for each open page or device. Each has the "
    "lines `event`, its type, and `data`, its JSON; a message and `caught_up` have an `id` too. A "
    "device that comes back sends the last id that it got as `Last-Event-ID`. Events may be lost, or "
    "come twice. Messages have numbers without a gap, and so have their edits and deletions. So a "
    "device sees what is missing, and fetches it by `GET /api/messages/{group}?after=` and `GET "
    "/api/messages/{group}/changes?after=`. "
    "Fields and types of events may be added: pass over those that "
    "you do not know."
)


class AsyncApiDocument(OpenAPIRenderPlugin):
    """Serves the description beside that of the API."""

    def __init__(self) -> None:
        super().__init__(path="/asyncapi.json", media_type=MediaType.JSON)

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002
        """Returns the AsyncAPI document as JSON. It does not depend on the API's."""
        return msgspec.json.encode(describe(outside(request, "/api/events")))


def describe(address: str) -> Mapping[str, Any]:
    """The AsyncAPI document of the stream at this address."""
    forms = {event.type: FORMS[type(event)](event) for event in EXAMPLES}
    refs, schemas = msgspec.json.schema_components(
        [type(form) for form in forms.values()], ref_template="#/components/schemas/{name}"
    )
    payloads = dict(zip(forms, refs, strict=True))
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Cruddur Messages", "version": cruddur.__version__},
        "defaultContentType": "application/json",
        "channels": {
            "events": {
                "address": address,
                "description": _STREAM,
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in forms},
            }
        },
        "operations": {
            "sendEvents": {
                "action": "send",
                "channel": {"$ref": "#/channels/events"},
                "messages": [{"$ref": f"#/channels/events/messages/{name}"} for name in forms],
            }
        },
        "components": {
            "messages": {
                event.type: _message(event, forms[event.type], payloads[event.type])
                for event in EXAMPLES
            },
            "schemas": schemas,
        },
    }


def _message(event: StreamEvent, form: Struct, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    when, _, to = inspect.cleandoc(type(event).__doc__ or "").partition("\n\n")
    return {
        "name": event.type,
        "summary": " ".join(when.split()),
        "description": " ".join(to.split()),
        "payload": payload,
        "examples": [{"payload": msgspec.to_builtins(form)}],
    }
