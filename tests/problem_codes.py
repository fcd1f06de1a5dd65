"""Derives which problems each operation of the API sends: from what its handler reaches in the source.

An error is made by calling one of the classes of `domain/errors.py` with a declared code. So the code
and its status are found where they are raised, and no list repeats them. `python -m tests.problem_codes`
writes `src/cruddur/web/api/problem_codes.json`, which the OpenAPI document is made with.
"""

import ast
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.house.source import Module, modules

from cruddur.domain import errors
from cruddur.domain.errors import declare_code, declare_limit
from cruddur.identity.token_errors import TokenRefused
from cruddur.web import api, sse
from cruddur.web.api.problem_codes import FILE

_STATUS = {
    error.__name__: int(error.status)
    for error in (*vars(errors).values(), TokenRefused)
    if isinstance(error, type) and issubclass(error, errors.ApiError)
}
_INVALID = int(errors.Invalid.status)
_DECLARE = {declare_code.__name__, declare_limit.__name__}
_SUPER = "super().__init__"
_METHODS = {"delete", "get", "head", "patch", "post", "put"}
_GUARD = ("cruddur.web.http.guard", "authorize_request")
_HOSTS = ("cruddur.web.http.host_auth", "authorize_host")

_CAUGHT = {
    ("messaging.inbox.tell_of_name", "tell_of_name"),
    ("messaging.inbox.hidden_previews", "with_previews"),
    ("messaging.inbox.missed_events", "MissedEvents"),
    ("messaging.messages.append_message", "appends_held_back"),
    ("web.http.context", "Context"),
}
"""What is not followed: the errors of these end where they are called, or go to the sender of another
message. `Context` holds everything that there is."""

_OF_EVERY_OPERATION = {
    400: ["bad_request", "json_malformed", "query_malformed"],
    413: ["body_too_large"],
    415: ["content_type_not_json"],
    422: ["validation"],
    429: ["rate_limited"],
    503: ["unavailable"],
}
"""What the server and the checks before a route send, where the operation has such an answer."""


class Place(NamedTuple):
    """What is written at the top of a module, or a method of a class there."""

    module: str
    name: str
    method: str = ""


class Raised(NamedTuple):
    """A problem: its code, with `*` in place of a limit that a setting gives, and its status."""

    status: int
    code: str


def derived() -> Mapping[str, Mapping[str, list[str]]]:
    """By operation and status, the codes; under `anybody`, `person` and `key` those of the guard."""
    found = {name: _reached(place) for name, place in _operations()}
    hosts = _reached(Place(*_HOSTS))
    people = _reached(Place(*_GUARD)) - hosts
    everywhere = [
        Raised(status, code) for status, all_ in _OF_EVERY_OPERATION.items() for code in all_
    ]
    shared = {
        "any": set(everywhere),
        "anybody": {one for one in people if one.status == 403},
        "key": {one for one in hosts if one.status in {401, 403}},
        "person": {one for one in people if one.status in {401, 403}},
    }
    return {name: _by_status(raised) for name, raised in sorted({**shared, **found}.items())}


def text() -> str:
    """The file: a line for each operation, so that two changes seldom meet."""
    lines = (f"{json.dumps(name)}: {json.dumps(codes)}" for name, codes in derived().items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _by_status(raised: set[Raised]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for status, code in sorted(raised):
        found[str(status)].append(code)
    return found


def _operations() -> Iterator[tuple[str, Place]]:
    for module in modules():
        if module.name.startswith((f"{api.__name__}.", f"{sse.__name__}.")):
            for node in module.tree.body:
                if isinstance(node, ast.AsyncFunctionDef):
                    yield from _operation(module, node)


def _operation(module: Module, node: ast.AsyncFunctionDef) -> Iterator[tuple[str, Place]]:
    for call in node.decorator_list:
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in _METHODS:
            given = [one.value for one in call.keywords if one.arg == "operation_id"]
            first, *others = node.name.split("_")
            name = ast.literal_eval(given[0]) if given else first + "".join(map(str.title, others))
            yield name, Place(module.name, node.name)


def _reached(start: Place) -> set[Raised]:
    seen: set[Place] = set()
    todo, found = [start], set[Raised]()
    while todo:
        place = todo.pop()
        short = place.module.removeprefix("cruddur.")
        if place in seen or (short, place.name) in _CAUGHT:
            continue
        seen.add(place)
        leads, raised = _walked(place)
        todo += leads
        found |= raised
    return found


@cache
def _walked(place: Place) -> tuple[frozenset[Place], frozenset[Raised]]:
    """Where the code at a place leads, and what it raises itself."""
    if place in _codes():
        return frozenset(), frozenset()
    node = _written()[place]
    parts = node.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else [node]
    nodes = [one for part in parts for one in ast.walk(part)]
    leads = {lead for one in nodes for lead in _leads(one, place.module)}
    base = _error_of(place, node)
    calls = [one for one in nodes if isinstance(one, ast.Call)]
    raised = {raised for one in calls for raised in _made(one, place.module, base)}
    return frozenset(leads), frozenset(raised)


def _error_of(place: Place, node: ast.AST) -> str:
    """The name of the error of which a class is a kind. The errors themselves get their codes."""
    if not isinstance(node, ast.ClassDef) or place.module == errors.__name__:
        return ""
    return next((one.id for one in node.bases if isinstance(one, ast.Name)), "")


def _leads(node: ast.AST, module: str) -> Iterator[Place]:
    match node:
        case ast.Name(id=name):
            if (place := _resolved(module, name)) is not None:
                yield place
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            if (imported := _imports()[module].get(name)) is not None and not imported[1]:
                place = _resolved(imported[0], attribute)
                yield from [place] if place else []
        case ast.Call(func=ast.Attribute(attr=attribute)):
            # Of an object whose class is not known: certain if only one class has such a method.
            if len(methods := _by_method()[attribute]) == 1:
                yield methods[0]


def _made(call: ast.Call, module: str, base: str) -> Iterator[Raised]:
    function = base if ast.unparse(call.func) == _SUPER else getattr(call.func, "id", "")
    if function in _DECLARE:  # a rule that declares what its checks raise
        yield Raised(_INVALID, _declared(call))
    elif (status := _status_of(module, function)) is not None:
        given = [*call.args, *(one.value for one in call.keywords if one.arg == "code")]
        choices = [node for one in given for node in ast.walk(one) if isinstance(node, ast.Name)]
        for name in choices:
            place = _resolved(module, name.id)
            if place is not None and place in _codes():
                yield Raised(status, _codes()[place])


def _status_of(module: str, function: str) -> int | None:
    """That of an error. Another class of ours that gets codes is a rule, whose checks raise Invalid."""
    place = _resolved(module, function)
    is_class = place is not None and isinstance(_written()[place], ast.ClassDef)
    return _STATUS.get(function, _INVALID if is_class else None)


def _declared(call: ast.Call) -> str:
    end = "_*" if getattr(call.func, "id", "") == declare_limit.__name__ else ""
    return f"{ast.literal_eval(call.args[0])}{end}"


@cache
def _resolved(module: str, name: str) -> Place | None:
    if (place := Place(module, name)) in _written():
        return place
    found = _imports().get(module, {}).get(name)
    return _resolved(*found) if found is not None and found[1] else None


@cache
def _imports() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """By module and local name, the module and the name there; without a name, the module itself."""
    names = {module.name for module in modules()}
    return {module.name: dict(_imported(module, names)) for module in modules()}


def _imported(module: Module, names: set[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    for node in module.nodes:
        if isinstance(node, ast.ImportFrom) and node.module in names:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found = (whole, "") if whole in names else (node.module, alias.name)
                yield alias.asname or alias.name, found


@cache
def _written() -> Mapping[Place, ast.AST]:
    return {place: node for module in modules() for place, node in _places(module)}


def _places(module: Module) -> Iterator[tuple[Place, ast.AST]]:
    for node in module.tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield Place(module.name, name), node
            case ast.ClassDef(name=name, body=body):
                yield Place(module.name, name), node
                for one in body:
                    if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                        yield Place(module.name, name, one.name), one
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield Place(module.name, name), node


@cache
def _by_method() -> Mapping[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in _written():
        if place.method:
            found[place.method].append(place)
    return found


@cache
def _codes() -> Mapping[Place, str]:
    return {
        place: _declared(node.value)
        for place, node in _written().items()
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call)
        if getattr(node.value.func, "id", "") in _DECLARE
    }


if __name__ == "__main__":
    Path(FILE).write_text(text(), "utf-8")
