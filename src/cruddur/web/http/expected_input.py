"""Says what a field would have had to be, by the types of the route that was called.

msgspec tells which field or value it does not know, and not which ones it does.
"""

import re
from collections.abc import Iterator
from typing import Any

from litestar import Request
from litestar.handlers import HTTPRouteHandler
from msgspec import inspect

_STEP = re.compile(r"\w+|\[\.\.\.\]")
_ENTRY = "[...]"


def known_names(request: Request[Any, Any, Any], path: str) -> list[str]:
    """Returns the fields that the object at `path` of the body may have, such as at `users[1]`."""
    for found in _types_at(request, path):
        if isinstance(found, inspect.StructType):
            return [field.encode_name for field in found.fields]
    return []


def known_values(request: Request[Any, Any, Any], path: str) -> list[str]:
    """Returns the texts of which the field at `path` has to be one; empty if it may be others, too."""
    for found in _types_at(request, path):
        if isinstance(found, inspect.LiteralType):
            return [value for value in found.values if isinstance(value, str)]
        if isinstance(found, inspect.EnumType):
            return [str(one.value) for one in found.cls]
    return []


def _types_at(request: Request[Any, Any, Any], path: str) -> list[inspect.Type]:
    steps = _STEP.findall(path)
    types = list(_roots(request, steps))
    for step in steps:
        types = [each for one in types for each in _unfolded(_below(one, step))]
    return types


def _roots(request: Request[Any, Any, Any], steps: list[str]) -> Iterator[inspect.Type]:
    """The types from which the path leads on: that of the body, or that of a parameter."""
    handler = request.scope.get("route_handler")
    if not isinstance(handler, HTTPRouteHandler):
        return
    parameter = handler.parsed_fn_signature.parameters.get(steps[0]) if steps else None
    if parameter is not None and steps[0] != "data":
        yield from _unfolded(inspect.type_info(parameter.annotation))
        del steps[0]
    elif handler.parsed_data_field is not None:
        yield from _unfolded(inspect.type_info(handler.parsed_data_field.annotation))


def _below(one: inspect.Type, step: str) -> inspect.Type | None:
    if isinstance(one, inspect.StructType):
        return next((f.type for f in one.fields if f.encode_name == step), None)
    if isinstance(one, inspect.DictType) and step == _ENTRY:
        return one.value_type
    if isinstance(one, inspect.CollectionType) and step.isdigit():
        return one.item_type
    return None


def _unfolded(one: inspect.Type | None) -> Iterator[inspect.Type]:
    """The types that may stand here, each without what is only told about it."""
    if isinstance(one, inspect.Metadata):
        yield from _unfolded(one.type)
    elif isinstance(one, inspect.UnionType):
        for each in one.types:
            yield from _unfolded(each)
    elif one is not None:
        yield one
