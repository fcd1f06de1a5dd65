"""Reads the page's modules: which lie in the script, and which in a part that is fetched later."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple, TypeVar

BRANCHES = frozenset({"later", "elements"})
"""The parts that may fetch parts of their own."""

_Value = TypeVar("_Value")

# import { a, b as c } from "./x.js"; and import * as x from "./x.js";
FROM = re.compile(r'^import (?:\{([^}]*)\}|\* as (\w+)) from "\./(\w+)\.js";$', re.MULTILINE)
LATER = re.compile(r'^(\s+)import\("\./(\w+)\.js"\)(?=,$)', re.MULTILINE)  # an item of a list
ON_DEMAND = re.compile(r'\bawait import\("\./(\w+)\.js"\)')
EXPORT = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
_COMMENTS = re.compile(r"^[^\S\n]*(?://[^\n]*\n|/\*.*?\*/)", re.MULTILINE | re.DOTALL)


class NotJoinable(Exception):
    """A module has an import or export of another form, or imports itself through others."""


def read_modules(script: str, folder: Path) -> dict[str, str]:
    """Returns the texts of the modules by name, in the order of `modules_of`."""
    texts: dict[str, str] = {}
    _visit(script, folder, texts, ())
    return texts


def _visit(name: str, folder: Path, texts: dict[str, str], importers: tuple[str, ...]) -> None:
    if name in importers:
        circle = importers[importers.index(name) :]
        raise NotJoinable(f"{name}.js imports itself through {', '.join(circle)}")
    text = _read(name, folder)
    for imported in [found[3] for found in FROM.finditer(text)] + _loaded_later(text):
        if imported not in texts:
            _visit(imported, folder, texts, (*importers, name))
    texts[name] = text


def _read(name: str, folder: Path) -> str:
    """Returns a module's text without the comments that begin a line, which may mention imports.

    Within a line it may be a part of a string. Other comments go when the script is shortened.
    """
    return _COMMENTS.sub("", (folder / f"{name}.js").read_text("utf-8"))


def _loaded_later(text: str) -> list[str]:
    return [found[2] for found in LATER.finditer(text)]


class Tree(NamedTuple):
    """The texts of the modules by name, each in one place only."""

    script: dict[str, str]
    parts: dict[str, dict[str, str]]
    """What the parts have that the script fetches, by their names."""
    inner: dict[str, dict[str, str]]
    """What the parts have that only one of those fetches."""


def read_tree(script: str, folder: Path) -> Tree:
    """Reads all modules. Each runs once: one that two parts need lies where both find it."""
    texts = read_modules(script, folder)
    parts = _read_parts(texts, folder)
    inner = {name: _read_inner(name, parts, folder) for name in parts}
    texts |= _needed_twice(texts, [_together(parts[name], *inner[name].values()) for name in parts])
    tree = Tree(texts, {}, {})
    for name, part in without(parts, texts).items():
        own = without(part, texts)
        own |= _needed_twice(texts | own, inner[name].values())
        tree.parts[name] = own
        for one, inside in without(inner[name], texts | own).items():
            tree.inner[one] = without(inside, texts | own)
    return tree


def _read_inner(
    name: str, parts: dict[str, dict[str, str]], folder: Path
) -> dict[str, dict[str, str]]:
    """Returns the texts of the parts that this part fetches, and the script does not."""
    found = _read_parts(parts[name], folder) if name in BRANCHES else {}
    if others := found.keys() & parts.keys() & BRANCHES - {name}:
        raise NotJoinable(f"{name}.js fetches {', '.join(sorted(others))}.js, which fetches others")
    return without(found, parts)


def _together(*parts: dict[str, str]) -> dict[str, str]:
    return dict(item for part in parts for item in part.items())


def _read_parts(texts: dict[str, str], folder: Path) -> dict[str, dict[str, str]]:
    """Returns the texts behind each module that these import on demand, by the module's name."""
    names = {found for text in texts.values() for found in ON_DEMAND.findall(text)}
    return {name: read_modules(name, folder) for name in sorted(names)}


def _needed_twice(texts: dict[str, str], parts: Iterable[dict[str, str]]) -> dict[str, str]:
    """Returns the modules that are not among `texts` and that two of the parts would have."""
    all_of_them = [item for part in parts for item in part.items() if item[0] not in texts]
    counts = Counter(name for name, _ in all_of_them)
    return {name: text for name, text in all_of_them if counts[name] > 1}


def without(part: dict[str, _Value], names: Collection[str]) -> dict[str, _Value]:
    """Returns what a part has beside these names."""
    return {name: value for name, value in part.items() if name not in names}


class Imported(NamedTuple):
    """One name that a module imports: whose export it is, and what the module calls it."""

    module: str
    export: str
    own: str


def imports_in(text: str) -> list[Imported]:
    """Returns what a module imports by name."""
    return [
        Imported(module, pair[0], pair[-1])
        for names, _, module in FROM.findall(text)
        for pair in (name.split(" as ") for name in re.findall(r"\w[^,]*\b", names))
    ]


def names_of_alias(alias: str, text: str) -> set[str] | None:
    """Returns which exports a module names by `import * as`; None if it hands the whole of it on."""
    text = FROM.sub("", text)
    # A path such as "/api/me" is no use.
    uses = re.findall(rf"(?<![\w$./]){alias}\b(\.\w+)?", text)
    return None if "" in uses else {name[1:] for name in uses}
