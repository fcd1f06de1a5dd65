"""Takes out of the page's modules what nothing of a script and its parts uses.

A module of the page may be one of the client for other pages too, which needs less of it. The formatter
begins each statement of a module at the beginning of a line, and no other line there. A function, a
class or a constant goes if no statement that stays has a word of its name.
"""

import re
from collections.abc import Iterable

from cruddur.web.http.module_tree import (
    EXPORT,
    FROM,
    LATER,
    ON_DEMAND,
    Tree,
    imports_in,
    names_of_alias,
)

_STATEMENT = re.compile(r"^(?=[^\s})\]])", re.MULTILINE)
_WORD = re.compile(r"[\w$]+")
# What does nothing until it is used: a function, a class, or a constant that is one or a plain value.
_USELESS_ALONE = re.compile(
    r"""(?:export\ )?(?:
        (?:async\ )?function\*?\ (\w+)
        | class\ (\w+)
        | (?<!export\ )let\ (\w+)\ =\ [\w"]+;
        | const\ (\w+)\ =\s+(?:
            (?:async\ )?(?:\w+|\((?:[^()]|\([^()]*\))*\))\s*=>
            | [\d"'/-]
            | new\ \w+\(
            | [\[{][^()]*;
            | \w+;
            | \w+\.\w+;
        )
    )""",
    re.VERBOSE,
)


def without_unused(tree: Tree, entry: str) -> Tree:
    """Returns the tree without what is not used. Everything of a module that is fetched is used."""
    files = [tree.script, *tree.parts.values(), *tree.inner.values()]
    wanted = _fetched(text for file in files for text in file.values())
    wanted[entry] = None
    for file in reversed(files):
        for name in reversed(file):
            file[name] = _pruned(file[name], wanted.get(name, set()))
            _want(file[name], wanted)
    return tree


Wanted = dict[str, set[str] | None]
"""The exports of a module that others use, by its name; None is all of them."""


def _fetched(texts: Iterable[str]) -> Wanted:
    found: Wanted = {}
    for text in texts:
        names = [*ON_DEMAND.findall(text), *(name for _, name in LATER.findall(text))]
        found |= dict.fromkeys(names)
    return found


def _want(text: str, wanted: Wanted) -> None:
    """Adds what this module imports."""
    for line in FROM.finditer(text):
        _, alias, module = line.groups()
        used = names_of_alias(alias, text) if alias else {one.export for one in imports_in(line[0])}
        before = wanted.get(module, set())
        wanted[module] = None if before is None or used is None else before | used


def _pruned(text: str, wanted: set[str] | None) -> str:
    if wanted is None:
        wanted = {name for _, name in EXPORT.findall(text)}
    text = EXPORT.sub(lambda found: found[0] if found[2] in wanted else found[0][7:], text)
    statements = _statements(text)
    imports = [one for one in statements if FROM.match(one)]
    rest = [one for one in statements if not FROM.match(one)]
    kept = _live(rest, wanted)
    words = {word for one in kept for word in _WORD.findall(one)}
    return "".join([*(_used_import(one, words) for one in imports), *kept])


def _statements(text: str) -> list[str]:
    found: list[str] = []
    for one in _STATEMENT.split(text):
        if found and found[-1].count("`") % 2:  # it may go on in a template
            found[-1] += one
        else:
            found.append(one)
    return found


def _live(statements: list[str], wanted: set[str]) -> list[str]:
    """Returns the statements that do something, or that another one uses."""
    names = [_name_of(one) for one in statements]
    used = set(wanted)
    looked: set[int] = set()
    while new := {
        at for at, name in enumerate(names) if at not in looked and (not name or name in used)
    }:
        used |= {word for at in new for word in _WORD.findall(statements[at])}
        looked |= new
    return [one for at, one in enumerate(statements) if at in looked]


def _name_of(statement: str) -> str:
    """Returns the name of what does nothing until it is used; nothing for another, or for several."""
    found = _USELESS_ALONE.match(statement)
    is_one = len(_STATEMENT.findall(statement)) == 1
    return next(filter(None, found.groups()), "") if found and is_one else ""


def _used_import(statement: str, words: set[str]) -> str:
    """Returns the import with the names that are used; nothing if there is none."""
    found = FROM.match(statement)
    if not found or found[2]:
        return statement if not found or found[2] in words else ""
    used = [f"{one.export} as {one.own}" for one in imports_in(statement) if one.own in words]
    return f'import {{ {", ".join(used)} }} from "./{found[3]}.js";\n' if used else ""
