"""Joins the page's JavaScript modules into one script, and its style sheets into one sheet.

A browser fetches one file instead of sixty, and the sources stay modules that a browser can run as they
are. Imports and exports must have one of the few forms below; any other raises an error with its line.

A module that is imported by `await import("./x.js")` inside a function is not needed at the start. With
what only it imports, it becomes a file of its own, a part, which browsers fetch when that line runs.
Two such parts are fetched by every page: `later.js` is the rest of the page, and `live.js` that of the
client for other pages. They and the elements of that client may fetch parts of their own, which share
their modules.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import NamedTuple, TypeVar

from cruddur.web.http.minifying import minified

STATIC = Path(__file__).parents[1] / "pages" / "static"
"""The folder of the page's static files."""

_BRANCHES = frozenset({"later", "live", "elements"})
"""The parts that may fetch parts of their own."""

_JS = STATIC / "js"
# import { a, b as c } from "./x.js"; and import * as x from "./x.js";
_FROM = re.compile(r'^import (?:\{([^}]*)\}|\* as (\w+)) from "\./(\w+)\.js";$', re.MULTILINE)
_LATER = re.compile(r'^(\s+)import\("\./(\w+)\.js"\)(?=,$)', re.MULTILINE)  # an item of a list
_ON_DEMAND = re.compile(r'\bawait import\("\./(\w+)\.js"\)')
_FETCHED = re.compile(r'\(await import\("\./\w+\.[0-9a-f]{16}\.js"\)\)')
_EXPORT = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*|.*\bimport\(.*", re.MULTILINE)
_COMMENTS = re.compile(r"^[^\S\n]*(?://[^\n]*\n|/\*.*?\*/)", re.MULTILINE | re.DOTALL)
_CSS_STRING = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_CSS_BREAKS = re.compile(r"\s*([{};,>])\s*|(:)\s+|\s+")
_SHEET = re.compile(r'^@import "(\w+\.css)";$', re.MULTILINE)


_Value = TypeVar("_Value")


class NotJoinable(Exception):
    """A module has an import or export of another form, or imports itself through others."""


class Joined(NamedTuple):
    """A page's script and its parts."""

    script: str
    parts: dict[str, str]
    """What is fetched later, by the name of its module."""


def join_modules(
    script: str, folder: Path = _JS, shorten: Callable[[list[str]], list[str]] = minified
) -> Joined:
    """Joins `script`.js and all that it imports. Raises NotJoinable."""
    tree = _read_tree(script, folder)
    writer = _Writer(tree, shorten)
    entry = tree.script.pop(script)
    modules = [writer.module(name, text) for name, text in tree.script.items()]
    whole = "\n".join([*modules, writer.without_imports(entry)])
    return Joined(shorten([_enclosed(whole)])[0], writer.parts)


def _enclosed(script: str) -> str:
    """Returns the script within brackets, so that only what it exports keeps its name."""
    exported = ",".join(found[2] for found in _EXPORT.finditer(script))
    if not exported:
        return f"{{{script}\n}}"
    inner = _EXPORT.sub(r"\1 \2", script)
    return f"export const [{exported}]=(()=>{{{inner}\nreturn [{exported}];}})();"


def content_hash(content: bytes) -> str:
    """Returns the sixteen hexadecimal digits that a file's name has for this content."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def modules_of(script: str, folder: Path = _JS) -> list[str]:
    """Returns the names of the modules behind `script`.js, each after those that it imports.

    That is the order in which a browser runs them. Those that are fetched later come at the end.
    """
    tree = _read_tree(script, folder)
    parts = [*tree.parts.values(), *tree.inner.values()]
    return list(tree.script | {name: "" for modules in parts for name in modules})


def join_sheets(sheet: str) -> str:
    """Returns css/`sheet`.css with each `@import` of ours replaced by that sheet."""
    text = (STATIC / "css" / f"{sheet}.css").read_text("utf-8")
    return _SHEET.sub(lambda found: join_sheets(found[1].removesuffix(".css")), text)


def shorten_sheet(sheet: str) -> str:
    """Returns the style sheet without comments and without white space that means nothing.

    Space around `+`, `-` and before `:` and brackets stays: there it can mean something.
    """
    parts = _CSS_STRING.split(re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
    parts[::2] = [
        _CSS_BREAKS.sub(lambda found: found[1] or found[2] or " ", part) for part in parts[::2]
    ]
    return "".join(parts).replace(";}", "}").strip()


def _read_modules(script: str, folder: Path) -> dict[str, str]:
    """Returns the texts of the modules by name, in the order of `modules_of`."""
    texts: dict[str, str] = {}
    _visit(script, folder, texts, ())
    return texts


def _visit(name: str, folder: Path, texts: dict[str, str], importers: tuple[str, ...]) -> None:
    if name in importers:
        circle = importers[importers.index(name) :]
        raise NotJoinable(f"{name}.js imports itself through {', '.join(circle)}")
    text = _read(name, folder)
    for imported in [found[3] for found in _FROM.finditer(text)] + _loaded_later(text):
        if imported not in texts:
            _visit(imported, folder, texts, (*importers, name))
    texts[name] = text


def _read(name: str, folder: Path) -> str:
    """Returns a module's text without the comments that begin a line, which may mention imports.

    Within a line it may be a part of a string. Other comments go when the script is shortened.
    """
    return _COMMENTS.sub("", (folder / f"{name}.js").read_text("utf-8"))


def _loaded_later(text: str) -> list[str]:
    return [found[2] for found in _LATER.finditer(text)]


class _Tree(NamedTuple):
    """The texts of the modules by name, each in one place only."""

    script: dict[str, str]
    parts: dict[str, dict[str, str]]
    """What the parts have that the script fetches, by their names."""
    inner: dict[str, dict[str, str]]
    """What the parts have that only one of those fetches."""


def _read_tree(script: str, folder: Path) -> _Tree:
    """Reads all modules. Each runs once: one that two parts need lies where both find it."""
    texts = _read_modules(script, folder)
    parts = _read_parts(texts, folder)
    inner = {name: _read_inner(name, parts, folder) for name in parts}
    texts |= _needed_twice(texts, [_together(parts[name], *inner[name].values()) for name in parts])
    tree = _Tree(texts, {}, {})
    for name, part in _without(parts, texts).items():
        own = _without(part, texts)
        own |= _needed_twice(texts | own, inner[name].values())
        tree.parts[name] = own
        for one, inside in _without(inner[name], texts | own).items():
            tree.inner[one] = _without(inside, texts | own)
    return tree


def _read_inner(
    name: str, parts: dict[str, dict[str, str]], folder: Path
) -> dict[str, dict[str, str]]:
    """Returns the texts of the parts that this part fetches, and the script does not."""
    found = _read_parts(parts[name], folder) if name in _BRANCHES else {}
    if others := found.keys() & parts.keys() & _BRANCHES - {name}:
        raise NotJoinable(f"{name}.js fetches {', '.join(sorted(others))}.js, which fetches others")
    return _without(found, parts)


def _together(*parts: dict[str, str]) -> dict[str, str]:
    return dict(item for part in parts for item in part.items())


def _read_parts(texts: dict[str, str], folder: Path) -> dict[str, dict[str, str]]:
    """Returns the texts behind each module that these import on demand, by the module's name."""
    names = {found for text in texts.values() for found in _ON_DEMAND.findall(text)}
    return {name: _read_modules(name, folder) for name in sorted(names)}


def _needed_twice(texts: dict[str, str], parts: Iterable[dict[str, str]]) -> dict[str, str]:
    """Returns the modules that are not among `texts` and that two of the parts would have."""
    all_of_them = [item for part in parts for item in part.items() if item[0] not in texts]
    counts = Counter(name for name, _ in all_of_them)
    return {name: text for name, text in all_of_them if counts[name] > 1}


def _without(part: dict[str, _Value], names: Collection[str]) -> dict[str, _Value]:
    return {name: value for name, value in part.items() if name not in names}


class _Writer:
    """Writes modules as statements, and parts as files.

    What module `x` exports as `y` is the constant `$x$y` of its file. A part gets those that it needs of
    other files in a list. Unlike the names of an object's properties, these names can be shortened.
    """

    def __init__(self, tree: _Tree, shorten: Callable[[list[str]], list[str]]) -> None:
        files = [tree.script, *tree.parts.values(), *tree.inner.values()]
        self._exports = {
            name: [found[2] for found in _EXPORT.finditer(text)]
            for file in files
            for name, text in file.items()
        }
        self._given: dict[str, list[str]] = {}
        self.parts: dict[str, str] = {}
        self._shorten = shorten
        branches = tree.parts.keys() & _BRANCHES
        self._add_parts(tree.inner | _without(tree.parts, branches))
        self._add_parts({name: tree.parts[name] for name in tree.parts if name in branches})

    def module(self, name: str, text: str) -> str:
        """Returns a statement that runs a module and keeps what it exports. Raises NotJoinable."""
        text = _EXPORT.sub(r"\1 \2", self.without_imports(text))
        if left := _LEFT_OVER.search(_FETCHED.sub("", text)):
            raise NotJoinable(f"{name}.js: {left[0]}")
        exported = ",".join(self._exports[name])
        return (
            f"const [{','.join(self._constants(name))}]=(()=>{{{text}\nreturn [{exported}];}})();"
        )

    def without_imports(self, text: str) -> str:
        """Returns a module's text with constants instead of its imports."""
        text = _ON_DEMAND.sub(lambda found: self._fetch(found[1]), text)
        text = _LATER.sub(lambda found: found[1] + self._object(found[2]), text)
        return _FROM.sub(self._assigned, text)

    def _constants(self, name: str) -> list[str]:
        return [f"${name}${one}" for one in self._exports[name]]

    def _object(self, name: str) -> str:
        """Returns a module as the object that `import()` would resolve to."""
        return f"({{{','.join(f'{one}:${name}${one}' for one in self._exports[name])}}})"

    def _assigned(self, found: re.Match[str]) -> str:
        names, alias, module = found.groups()
        if alias is not None:
            return f"const {alias}={self._object(module)};"
        pairs = [name.split(" as ") for name in re.findall(r"\w[^,]*\b", names)]
        return f"const {','.join(f'{pair[-1]}=${module}${pair[0]}' for pair in pairs)};"

    def _fetch(self, name: str) -> str:
        if name not in self.parts:
            return self._object(name)
        file = f"{name}.{content_hash(self.parts[name].encode())}.js"
        return f'(await import("./{file}")).part([{",".join(self._given[name])}])'

    def _add_parts(self, parts: dict[str, dict[str, str]]) -> None:
        files = [self._part(name, texts) for name, texts in parts.items()]
        self.parts |= zip(parts, self._shorten(files), strict=True)

    def _part(self, name: str, texts: dict[str, str]) -> str:
        """Returns a file whose `part` runs its own modules once, with what they need of others."""
        for one, text in texts.items():
            if name not in _BRANCHES and (found := _ON_DEMAND.search(text)):
                raise NotJoinable(f"{one}.js is a part, or in one, and has: {found[0]}")
        modules = "\n".join(self.module(one, text) for one, text in texts.items())
        own = {constant for one in texts for constant in self._constants(one)}
        self._given[name] = sorted(set(re.findall(r"\$\w+\$\w+", modules)) - own)
        run = f"([{','.join(self._given[name])}])=>{{\n{modules}\nreturn {self._object(name)};}}"
        return f"let made;const run={run};export const part=(given)=>made??=run(given);"
