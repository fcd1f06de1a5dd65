"""Joins the page's JavaScript modules into one script, and its style sheets into one sheet.

A browser fetches one file instead of sixty, and the sources stay modules that a browser can run as they
are. Imports and exports must have one of the few forms below; any other raises an error with its line.
"""

import re
from pathlib import Path

STATIC = Path(__file__).parents[1] / "pages" / "static"
"""The folder of the page's static files."""

_JS = STATIC / "js"
# import { a, b as c } from "./x.js"; and import * as x from "./x.js";
_FROM = re.compile(r'^import (?:\{([^}]*)\}|\* as (\w+)) from "\./(\w+)\.js";$', re.MULTILINE)
_LATER = re.compile(r'^(\s+)import\("\./(\w+)\.js"\)(?=,$)', re.MULTILINE)  # an item of a list
_EXPORT = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_COMMENTS = re.compile(r"^[^\S\n]*//[^\n]*\n|/\*.*?\*/", re.MULTILINE | re.DOTALL)
_INDENTATION = re.compile(r"^\s+", re.MULTILINE)
_SHEET = re.compile(r'^@import "(\w+\.css)";$', re.MULTILINE)


class NotJoinable(Exception):
    """A module has an import or export of another form, or imports itself through others."""


def join_modules(script: str, folder: Path = _JS) -> str:
    """Returns `script`.js and all that it imports as one module. Raises NotJoinable."""
    texts = _read_modules(script, folder)
    entry = texts.pop(script)
    parts = [f"const ${name}=(()=>{{{_body(name, text)}}})();" for name, text in texts.items()]
    return shorten("\n".join([*parts, _without_imports(entry)]))


def shorten(script: str) -> str:
    """Returns the script without its comments and indentation.

    It knows the forms in which the formatter leaves them. `tests/js/bundles.test.js` parses the result
    of each module and compares.
    """
    return _INDENTATION.sub("", _COMMENTS.sub("", script))


def modules_of(script: str, folder: Path = _JS) -> list[str]:
    """Returns the names of the modules behind `script`.js, each after those that it imports.

    That is the order in which a browser runs them. The last is `script` itself.
    """
    return list(_read_modules(script, folder))


def join_sheets(sheet: str) -> str:
    """Returns css/`sheet`.css with each `@import` of ours replaced by that sheet."""
    text = (STATIC / "css" / f"{sheet}.css").read_text("utf-8")
    return _SHEET.sub(lambda found: join_sheets(found[1].removesuffix(".css")), text)


def _read_modules(script: str, folder: Path) -> dict[str, str]:
    """Returns the texts of the modules by name, in the order of `modules_of`."""
    texts: dict[str, str] = {}
    _visit(script, folder, texts, ())
    return texts


def _visit(name: str, folder: Path, texts: dict[str, str], importers: tuple[str, ...]) -> None:
    if name in importers:
        circle = importers[importers.index(name) :]
        raise NotJoinable(f"{name}.js imports itself through {', '.join(circle)}")
    text = (folder / f"{name}.js").read_text("utf-8")
    for imported in [found[3] for found in _FROM.finditer(text)] + _loaded_later(text):
        if imported not in texts:
            _visit(imported, folder, texts, (*importers, name))
    texts[name] = text


def _loaded_later(text: str) -> list[str]:
    return [found[2] for found in _LATER.finditer(text)]


def _body(name: str, text: str) -> str:
    text = _without_imports(text)
    names = [found[2] for found in _EXPORT.finditer(text)]
    text = _EXPORT.sub(r"\1 \2", text)
    if left := _LEFT_OVER.search(text):
        raise NotJoinable(f"{name}.js: {left[0]}")
    return f"{text}\nreturn {{{','.join(names)}}};"


def _without_imports(text: str) -> str:
    return _LATER.sub(r"\1$\2", _FROM.sub(_destructured, text))


def _destructured(found: re.Match[str]) -> str:
    names, alias, module = found.groups()
    if alias is not None:
        return f"const {alias} = ${module};"
    return f"const {{{names.replace(' as ', ': ')}}} = ${module};"
