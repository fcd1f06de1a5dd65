"""Joins the page's JavaScript modules into one script, and its style sheets into one sheet.

A browser fetches one file instead of sixty, and the sources stay modules that a browser can run as they
are. Imports and exports must have one of the few forms below; any other raises an error with its line.

A module that is imported by `await import("./x.js")` inside a function is not needed at the start. With
what only it imports, it becomes a file of its own, a part, which browsers fetch when that line runs.
Every page fetches one such part: `later.js` is the rest of it. That part, and the elements of the client
for other pages, may fetch parts of their own, which share their modules.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from cruddur.web.http.minifying import minified
from cruddur.web.http.module_tree import EXPORT, read_tree
from cruddur.web.http.module_writer import Writer
from cruddur.web.http.pruning import without_unused

STATIC = Path(__file__).parents[1] / "pages" / "static"
"""The folder of the page's static files."""

_JS = STATIC / "js"
_AWAITS = re.compile(r"^(?:const \w+ = )?await\b", re.MULTILINE)
_CSS_STRING = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_CSS_BREAKS = re.compile(r"\s*([{};,>])\s*|(:)\s+|\s+")
_SHEET = re.compile(r'^@import "(\w+\.css)";$', re.MULTILINE)


class Joined(NamedTuple):
    """A page's script and its parts."""

    script: str
    parts: dict[str, str]
    """What is fetched later, by the name of its module."""


def join_modules(
    script: str, folder: Path = _JS, shorten: Callable[[list[str]], list[str]] = minified
) -> Joined:
    """Joins `script`.js and all that it imports. Raises NotJoinable."""
    tree = without_unused(read_tree(script, folder), script)
    writer = Writer(tree, shorten)
    entry = tree.script.pop(script)
    modules = [writer.module(name, text) for name, text in tree.script.items()]
    entered = writer.without_imports(entry)
    whole = "\n".join([*modules, entered, *writer.functions()])
    return Joined(shorten([_enclosed(whole)])[0], writer.parts)


def _enclosed(script: str) -> str:
    """Returns the script within a function, so that only what it exports keeps its name."""
    exported = ",".join(found[2] for found in EXPORT.finditer(script))
    if not exported:
        # A service worker's script may not wait.
        begin = "await(async" if _AWAITS.search(script) else "("
        return f"{begin}()=>{{{script}\n}})();"
    inner = EXPORT.sub(r"\1 \2", script)
    return f"export const [{exported}]=(()=>{{{inner}\nreturn [{exported}];}})();"


def modules_of(script: str, folder: Path = _JS) -> list[str]:
    """Returns the names of the modules behind `script`.js, each after those that it imports.

    That is the order in which a browser runs them. Those that are fetched later come at the end.
    """
    tree = read_tree(script, folder)
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
