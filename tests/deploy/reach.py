"""Which of DynamoDB's actions a piece of the code can reach, read from its syntax."""

import ast
import functools
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.engines import ROOT

SOURCES = ROOT / "src"
Place = tuple[str, str]
"""A module, and a name that is defined in it."""

READS = {"GetItem", "BatchGetItem", "Query", "Scan"}


WRITES = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "Check": "ConditionCheckItem",
}
"""What a write needs, alone or within a transaction (Service Authorization Reference, DynamoDB)."""


def actions_reached(starts: Iterable[Place]) -> set[str]:
    """The actions that the starts, and all that they call, can ask of DynamoDB."""
    found: set[str] = set()
    for node in _reached(starts):
        for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
            name = getattr(call.func, "id", "")
            if name in WRITES:
                found.add(WRITES[name])
            if name == "Query" and any(argument.arg == "index" for argument in call.keywords):
                found.add("Query on the index")
        found |= {_reading(method) for method in _table_methods(node)} - {""}
    return found


def _reached(starts: Iterable[Place]) -> Iterator[ast.AST]:
    waiting, seen = list(starts), set[Place]()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        for node in _definitions(place[0]).get(place[1], ()):
            yield node
            waiting += _names(place[0], node)


def all_of(package: str) -> list[Place]:
    """Everything that the modules of a package define, in whatever folder below it."""
    folder = SOURCES / package.replace(".", "/")
    paths = [path.relative_to(SOURCES).with_suffix("") for path in folder.rglob("*.py")]
    modules = [".".join(path.parts) for path in paths]
    return [(module, name) for module in modules for name in _definitions(module)]


def _reading(method: str) -> str:
    """The action by which DynamoTable reads; nothing for writes, which say what they are."""
    found = [
        str(node.value)
        for part in (method, "_get_part" if method == "get_many" else "")
        for definition in _methods_of_the_table().get(part, ())
        for node in ast.walk(definition)
        if isinstance(node, ast.Constant) and node.value in READS
    ]
    return found[0] if found else ""


@functools.cache
def _methods_of_the_table() -> dict[str, list[ast.AST]]:
    (table,) = _definitions("cruddur.engines.dynamodb.table")["DynamoTable"]
    return {n.name: [n] for n in ast.walk(table) if isinstance(n, ast.AsyncFunctionDef)}


def _table_methods(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            owner = call.func.value
            name = getattr(owner, "attr", getattr(owner, "id", ""))
            if name in {"table", "_table"}:
                yield call.func.attr


def _names(module: str, node: ast.AST) -> list[Place]:
    used = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    imported = _imports(module)
    return [imported.get(name, (module, name)) for name in used]


@functools.cache
def _tree(module: str) -> ast.Module:
    path: Path = SOURCES / f"{module.replace('.', '/')}.py"
    return ast.parse(path.read_text() if path.exists() else "")


@functools.cache
def _definitions(module: str) -> dict[str, list[ast.AST]]:
    found: dict[str, list[ast.AST]] = {}
    for node in _tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


@functools.cache
def _imports(module: str) -> dict[str, Place]:
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("cruddur")
        for alias in node.names
    }
