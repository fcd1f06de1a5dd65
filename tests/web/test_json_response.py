"""Answers in JSON take a short path past Litestar's own. Both paths must write the same bytes."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_origin

import msgspec
import pytest
from litestar import Litestar, Request, Response, Router
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Message
from msgspec import inspect

from cruddur.messaging.events import MessageSent
from cruddur.web import api, pages, sse
from cruddur.web.http.json_response import JsonResponse
from cruddur.web.routes import routes_of
from cruddur.web.sse.encoding import FORMS, encode_event
from cruddur.web.sse.examples import EXAMPLES

TEXT = 'Straße "a" & <b> 🚋\n'


@cache
def apps() -> tuple[Litestar, Litestar]:
    """The same routes, answered by the short path and by Litestar's."""
    routes = routes_of(api, sse, pages)
    ours = Litestar([Router("/", route_handlers=routes, response_class=JsonResponse)])
    return ours, Litestar([Router("/", route_handlers=routes)])


def handlers(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    for route in app.routes:
        assert isinstance(route, HTTPRoute)
        for handler in route.route_handlers:
            is_ours = handler.fn.__module__.startswith("cruddur.")
            if is_ours and "OPTIONS" not in handler.http_methods:
                yield f"{min(handler.http_methods)} {route.path}", handler


SCALARS: dict[type[inspect.Type], Any] = {
    inspect.BoolType: True,
    inspect.IntType: 2**53 + 1,
    inspect.NoneType: None,
}


def value_of(kind: inspect.Type) -> Any:
    """A value of this type, with every field."""
    match kind:
        case inspect.StructType(cls=cls, fields=fields):
            return cls(**{field.name: value_of(field.type) for field in fields})
        case inspect.ListType(item_type=item):
            return [value_of(item), value_of(item)]
        case inspect.DictType(value_type=value):
            return {TEXT: value_of(value)}
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.UnionType(types=(one, *_)) | inspect.Metadata(type=one):
            return value_of(one)
        case _:
            return SCALARS.get(type(kind), TEXT)


async def written(answer: ASGIApp, scope: Any) -> tuple[object, ...]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await answer(scope, None, send)  # type: ignore[arg-type]  # an answer receives nothing
    start, *rest = sent
    assert start["type"] == "http.response.start"
    body = b"".join(part["body"] for part in rest if part["type"] == "http.response.body")
    return start["status"], sorted(start["headers"]), body


async def answer_of(app: Litestar, handler: HTTPRouteHandler, value: Any) -> tuple[object, ...]:
    scope: Any = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [],
        "query_string": b"",
        "litestar_app": app,
        "state": {},
    }
    request: Request[Any, Any, Any] = Request(scope)
    return await written(await handler.to_response(app=app, data=value, request=request), scope)


def returned_by(handler: HTTPRouteHandler) -> Any:
    """The type of the value that becomes the answer; bytes if the route encodes it by itself."""
    returned = handler.parsed_fn_signature.return_type.annotation
    if returned is Stream:
        return bytes
    if get_origin(returned) is not None and issubclass(get_origin(returned), Response):
        return get_args(returned)[0]
    return bytes if returned is ASGIApp else returned


ROUTES = sorted(name for name, handler in handlers(apps()[0]) if returned_by(handler) is not bytes)


@pytest.mark.parametrize("name", ROUTES)
async def test_each_route_answers_the_bytes_of_litestar(name: str) -> None:
    ours, theirs = apps()
    mine, its = dict(handlers(ours))[name], dict(handlers(theirs))[name]
    value = value_of(inspect.type_info(returned_by(mine)))
    short: Any = value
    long: Any = value
    if get_origin(mine.parsed_fn_signature.return_type.annotation) is Response:
        short, long = JsonResponse(value), Response(value)
    assert await answer_of(ours, mine, short) == await answer_of(theirs, its, long)


def test_the_routes_of_the_api_are_among_them() -> None:
    of_the_api = {name for name, _ in handlers(apps()[0]) if " /api/" in name}
    others = {"GET /api/events", "GET /api/me/export"}
    others.add("GET /api/pictures/{user_uuid:str}/{picture:str}")
    assert of_the_api - set(ROUTES) == others, "a stream or a picture is no JSON"


@pytest.mark.parametrize("event", [one for one in EXAMPLES if isinstance(one, MessageSent)])
def test_the_event_of_a_message_is_its_answer_with_the_conversation(event: MessageSent) -> None:
    """It is put together from two parts; the whole is what its type says."""
    assert encode_event(event).data == msgspec.json.encode(FORMS[MessageSent](event))
