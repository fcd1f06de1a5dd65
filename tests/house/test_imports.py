"""Imports point down the floors of the house, and some things are done in one place only."""

import ast
import functools
from collections import defaultdict
from collections.abc import Iterator
from graphlib import TopologicalSorter

from tests.house.source import Module, imports, modules, texts

from cruddur.ports import bus, cache
from cruddur.schema import keys

FLOORS = (
    {"domain", "logs", "aws_settings", "issuer_settings", "setting_meanings", "setting_texts"},
    {"ports", "schema", "config"},
    {"messaging", "identity", "engines"},
    {"bootstrap", "tools", "web"},
    {"entrypoints"},
    {"cli"},
)
"""From the ground up. A folder imports from the floors below its own only."""

_FLOOR_OF = {name: floor for floor, names in enumerate(FLOORS) for name in names}
_TUTORIAL = "cruddur.tools.migration.tutorial"
"""It reads tables of the first version, whose keys are its own."""

_KEY_WORDS = {
    word
    for name, word in vars(keys).items()
    if name.endswith("_PREFIX") or name in {"DEAD_LETTERS", "INBOX_INDEX"}
}


def _room(name: str) -> str:
    """The folder, or file, of the package's first level that a module lies in."""
    return f"{name}.".split(".")[1]


def _pairs() -> Iterator[tuple[Module, str]]:
    for module in modules():
        for name in imports(module):
            yield module, name


def test_every_module_has_its_floor() -> None:
    homeless = {module.where for module in modules() if _room(module.name) not in _FLOOR_OF}
    assert homeless == {"src/cruddur/__init__.py"}


def test_imports_point_down() -> None:
    wrong = {
        f"{module.where} imports {name}"
        for module, name in _pairs()
        if _room(name) not in {"", _room(module.name)}
        and _FLOOR_OF[_room(name)] >= _FLOOR_OF[_room(module.name)]
    }
    assert wrong == set()


def test_only_bootstrap_chooses_engines() -> None:
    wrong = {
        f"{module.where} imports {name}"
        for module, name in _pairs()
        if _room(name) == "engines" and _room(module.name) not in {"engines", "bootstrap"}
    }
    assert wrong == set()


def test_the_web_reaches_the_table_through_use_cases_only() -> None:
    wrong = {
        f"{module.where} imports {name}"
        for module, name in _pairs()
        if _room(module.name) == "web" and _room(name) == "schema"
    }
    assert wrong == set()


def test_use_cases_never_meet_the_cache() -> None:
    """They read the table; what wraps them reads the cache first (`ports/wrappable.py`)."""
    users = {
        module.name
        for module, name in _pairs()
        if name.startswith(cache.__name__) and _room(module.name) in {"messaging", "identity"}
    }
    wrappers = {"cruddur.identity.cached_user", *_in("cruddur.messaging.cached")}
    assert {*users} - wrappers == set()
    assert "cruddur.messaging.cached.with_cache" in users


def test_only_bootstrap_puts_the_cache_around_use_cases() -> None:
    wrappers = {"cruddur.identity.cached_user", *_in("cruddur.messaging.cached")}
    users = {module.name for module, name in _pairs() if name in wrappers}
    assert users - wrappers == {"cruddur.bootstrap", "cruddur.bootstrap.projectors"}


def _in(folder: str) -> set[str]:
    return {module.name for module in modules() if module.name.startswith(f"{folder}.")}


def test_no_folders_import_each_other_at_any_depth() -> None:
    beside: defaultdict[str, defaultdict[str, set[str]]]
    beside = defaultdict(lambda: defaultdict(set))
    for module, name in _pairs():
        parent, one, other = _neighbours(module.name, name)
        if one != other:
            beside[parent][one].add(other)
    for graph in beside.values():
        TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def _neighbours(one: str, other: str) -> tuple[str, str, str]:
    """The folder that two modules share, and what of it each lies in. A folder's files are one."""
    left, right = one.split("."), other.split(".")
    shared = 0
    while shared < min(len(left), len(right)) and left[shared] == right[shared]:
        shared += 1
    parent = ".".join(left[:shared])
    return parent, _child(left, shared), _child(right, shared)


def _child(parts: list[str], depth: int) -> str:
    inside = ".".join(parts[: depth + 1])
    return inside if inside in _folders() and len(parts) > depth else "its files"


@functools.cache
def _folders() -> frozenset[str]:
    return frozenset(module.name for module in modules() if module.path.name == "__init__.py")


def test_only_the_settings_read_the_environment() -> None:
    readers = {module.where for module in modules() if any(_environment_in(module))}
    assert all(where.startswith("src/cruddur/config") for where in readers)
    assert readers


def _environment_in(module: Module) -> Iterator[ast.AST]:
    names = {"environ", "environb", "getenv", "getenvb"}
    for node in module.nodes:
        if isinstance(node, ast.Attribute) and node.attr in names:
            yield node
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (alias for alias in node.names if alias.name in names)


def test_events_are_made_of_their_types_only() -> None:
    makers = {
        module.where
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == bus.Event.__name__
    }
    # The others tell processes, not devices: that something was dropped, or whom a page shows, or what
    # was remembered and has changed.
    assert makers == {
        "src/cruddur/messaging/invalidated.py",
        "src/cruddur/web/sse/encoding.py",
        "src/cruddur/web/http/watching.py",
        "src/cruddur/engines/bus/send_queue.py",
    }


def test_keys_are_spelled_in_one_place() -> None:
    wrong = {
        f"{module.where}:{line} {text!r}"
        for module in modules()
        if module.name not in {keys.__name__, _TUTORIAL}
        for line, text in texts(module)
        if any(word in text for word in _KEY_WORDS)
    }
    assert wrong == set()


def test_items_are_made_in_one_place() -> None:
    """A dictionary with a partition key is an item: its kind's codec in schema/items.py makes it.

    Commands print such dictionaries as JSON, and store none.
    """
    wrong = {
        f"{module.where}:{node.lineno}"
        for module in modules()
        if not module.name.startswith(("cruddur.schema.", "cruddur.cli."))
        for node in module.nodes
        if isinstance(node, ast.Dict)
        for name in node.keys
        if isinstance(name, ast.Constant) and name.value == keys.PARTITION_KEY
    }
    assert wrong == set()
