"""Imports point one way, and some things are done in one place only. See `_MAY_IMPORT`."""

import ast
from collections.abc import Iterator

from tests.house.source import Module, imports, modules, texts

from cruddur.table import keys

_GROUND = {"errors", "model"}
_PORTS = {"messaging.ports", "messaging.cache_port"}
_TABLE = _PORTS | {"table"}
_DOMAIN = _GROUND | _TABLE | {"shapes", "messaging", "identity"}
_FOR_ENGINES = (
    _GROUND
    | _PORTS
    | {
        "table.checks",
        "table.keys",
        "table.schema",
        "table.metering",
        "table.wire",
    }
)
_ENGINES = {"bus", "cache", "table.dynamodb", "table.sqlite"}
# What the cache's engines share and know none of; `cruddur cache` asks it, over whichever there is.
_CACHE = {"cache.circuit", "cache.entries", "cache.generations", "cache.store"}
_TOOLS = {"capacity", "crowd", "data_model", "demo", "moving", "prices", "seeding"}
_STARTED_BY_HAND = {"cli", "web", "stream_lambda", "worker"}

_MAY_IMPORT = {
    "errors": set[str](),
    "model": {"errors"},
    "config": set[str](),
    "crowd": {"errors"},
    "json_logs": set[str](),
    "lambda_secrets": {"config"},
    "prices": set[str](),
    "shapes": {"model"},
    "messaging.ports": _GROUND,
    "messaging.cache_port": set[str](),
    "table": _GROUND | {"messaging.ports"},
    "messaging": _GROUND | _TABLE | {"shapes"},
    # The file of the secret is a setting, and one that cannot be used is said like any other.
    "identity": _GROUND | _TABLE | {"messaging", "config"},
    **dict.fromkeys(_ENGINES | _CACHE, _FOR_ENGINES | _CACHE),
    "worker": _DOMAIN,
    "demo": _DOMAIN,
    "seeding": _DOMAIN | {"crowd"},
    "capacity": _DOMAIN | {"prices"},
    "data_model": _DOMAIN,
    "moving": _DOMAIN | {"config", "crowd"},
    "bootstrap": _DOMAIN | _ENGINES | _CACHE | {"config", "worker"},
    # It reaches the table through the use cases only; what they have spent is a metric.
    "web": (_DOMAIN - {"table"}) | {"config", "table.metering", ""},
    "cli": _DOMAIN | _TOOLS | _CACHE | {"bootstrap", "config", "json_logs", "web", "worker", ""},
    "stream_lambda": _DOMAIN | {"bootstrap", "config", "json_logs", "lambda_secrets"},
}
"""What each part of the house may import, besides itself. `""` is the package's own version."""

_TUTORIAL = "cruddur.moving.tutorial"  # reads tables of the first version, whose keys are its own
_KEY_WORDS = {
    word
    for name, word in vars(keys).items()
    if name.endswith("_PREFIX") or name in {"DEAD_LETTERS", "INBOX_INDEX"}
}


def _part(name: str) -> str:
    """The part of the house that a module belongs to: the longest name in the list above."""
    inside = _inside(name)
    while inside and inside not in _MAY_IMPORT:
        inside = inside.rpartition(".")[0]
    return inside


def _inside(name: str) -> str:
    return name.removeprefix("cruddur").removeprefix(".")


def _may_import(part: str, name: str) -> bool:
    inside = _inside(name)
    parts = {inside[:at] for at, char in enumerate(f"{inside}.") if char == "."}
    return part == _part(name) or not parts.isdisjoint(_MAY_IMPORT.get(part, ()))


def test_every_module_has_its_place_in_the_house() -> None:
    homeless = [module.where for module in modules() if not _part(module.name)]
    assert homeless == ["src/cruddur/__init__.py"]


def test_imports_point_one_way() -> None:
    wrong = {
        f"{module.where} imports {name}"
        for module in modules()
        for name in imports(module)
        if not _may_import(_part(module.name), name)
    }
    assert wrong == set()


def test_only_bootstrap_chooses_engines() -> None:
    wrong = {
        f"{module.where} imports {name}"
        for module in modules()
        for name in imports(module)
        if _part(name) in _ENGINES and _part(module.name) not in {_part(name), "bootstrap"}
    }
    assert wrong == set()


def test_nothing_imports_what_a_person_starts_but_that_itself() -> None:
    may = _STARTED_BY_HAND | {"bootstrap"}  # which runs the worker in the server's process
    wrong = {
        f"{module.where} imports {name}"
        for module in modules()
        for name in imports(module)
        if _part(name) in _STARTED_BY_HAND and _part(module.name) not in may
    }
    assert wrong == set()


def test_only_the_settings_read_the_environment() -> None:
    readers = {module.where for module in modules() if any(_environment_in(module))}
    assert readers == {"src/cruddur/config.py"}


def _environment_in(module: Module) -> Iterator[ast.AST]:
    names = {"environ", "environb", "getenv", "getenvb"}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in names:
            yield node
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (alias for alias in node.names if alias.name in names)


def test_keys_are_spelled_in_one_place() -> None:
    wrong = {
        f"{module.where}:{line} {text!r}"
        for module in modules()
        if module.name not in {keys.__name__, _TUTORIAL}
        for line, text in texts(module)
        if any(word in text for word in _KEY_WORDS)
    }
    assert wrong == set()
