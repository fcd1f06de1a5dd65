"""No body of any route may hold a field that the service does not know."""

from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar
from litestar.routes import HTTPRoute

from cruddur.web.api.bodies import Body


def test_every_body_refuses_unknown_fields(app: Litestar) -> None:
    bodies = set(_bodies(app))
    assert len(bodies) > 10
    lenient = [
        one
        for one in bodies
        if not issubclass(one, Body) or not _is_strict(msgspec.json.schema(one))
    ]
    assert lenient == []


def _bodies(app: Litestar) -> Iterator[type[msgspec.Struct]]:
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            data = handler.parsed_fn_signature.parameters.get("data")
            if data is not None:
                yield data.annotation


def _is_strict(schema: dict[str, Any]) -> bool:
    """Whether each object, nested ones too, is closed: a mapping says what its values are."""
    objects = [one for one in schema["$defs"].values() if one["type"] == "object"]
    return all(one.get("additionalProperties") is not None for one in objects)
