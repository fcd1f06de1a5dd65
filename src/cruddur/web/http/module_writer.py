"""Writes the page's modules as statements of one script, and of its parts."""

import re
from collections import Counter
from collections.abc import Callable

from cruddur.web.http.content_hash import part_name
from cruddur.web.http.module_tree import (
    BRANCHES,
    EXPORT,
    FROM,
    LATER,
    ON_DEMAND,
    NotJoinable,
    Tree,
    imports_in,
    names_of_alias,
    without,
)

_FETCHED = re.compile(r'\(await import\("\./\w+\.[0-9a-f]{16}\.js"\)\)')
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*|.*\bimport\(.*", re.MULTILINE)
_TOP = re.compile(
    r"^(?:export )?(?:(?:async )?function\*?|class|const|let) (\w+|[\[{].*)", re.MULTILINE
)
OF_BROWSERS = frozenset({"close", "event", "focus", "name", "open", "parent", "status", "stop"})
"""Names that each script has without an import. `tests/js` compares all names with those of browsers."""


class Writer:
    """Writes modules as statements, and parts as files.

    Where no other module has a name that a module has at its top, its statements stand as they are, and
    others use its names. Elsewhere a function encloses it, and what module `x` exports as `y` is the
    constant `$x$y` of its file, if that name is not the only one. A part gets those that it needs of
    other files in a list. Unlike the names of an object's properties, these names can be shortened.
    """

    def __init__(self, tree: Tree, shorten: Callable[[list[str]], list[str]]) -> None:
        files = [tree.script, *tree.parts.values(), *tree.inner.values()]
        texts = {name: text for file in files for name, text in file.items()}
        self._exports = {
            name: [found[2] for found in EXPORT.finditer(text)] for name, text in texts.items()
        }
        self._names = Names(texts)
        self._needed: set[str] = set()
        self._given: dict[str, list[str]] = {}
        self._functions: dict[str, str] = {}
        self.parts: dict[str, str] = {}
        self._shorten = shorten
        branches = tree.parts.keys() & BRANCHES
        self._add_parts(tree.inner | without(tree.parts, branches))
        self._add_parts({name: tree.parts[name] for name in tree.parts if name in branches})

    def module(self, name: str, text: str) -> str:
        """Returns statements that run a module and keep what it exports. Raises NotJoinable."""
        text = EXPORT.sub(r"\1 \2", self.without_imports(text))
        if left := _LEFT_OVER.search(_FETCHED.sub("", text)):
            raise NotJoinable(f"{name}.js: {left[0]}")
        if name in self._names.flat:
            return text
        exported = ",".join(self._exports[name])
        # Not `const`: minify would move it before others, and so run the module too early.
        return f"var [{','.join(self._constants(name))}]=(()=>{{{text}\nreturn [{exported}];}})();"

    def without_imports(self, text: str) -> str:
        """Returns a module's text with constants instead of its imports."""
        text = ON_DEMAND.sub(lambda found: self._fetch(found[1]), text)
        text = LATER.sub(lambda found: found[1] + self._object(found[2]), text)
        for _, alias, module in FROM.findall(text):
            if alias and names_of_alias(alias, text) is not None:
                text = self._with_constants(text, alias, module)
        return FROM.sub(self._assigned, text)

    def _with_constants(self, text: str, alias: str, module: str) -> str:
        """Returns the text with the constants of a module instead of the members of its object."""
        text = FROM.sub(lambda found: "" if found[2] == alias else found[0], text)
        return re.sub(
            rf"(?<![\w$.]){alias}\.(\w+)", lambda found: self._constant(module, found[1]), text
        )

    def _constants(self, name: str) -> list[str]:
        return [self._constant(name, one) for one in self._exports[name]]

    def _constant(self, module: str, name: str) -> str:
        constant = self._names.constant(module, name)
        self._needed.add(constant)
        return constant

    def _object(self, name: str) -> str:
        """Returns a module as the object that `import()` would resolve to."""
        constants = self._constants(name)
        pairs = zip(self._exports[name], constants, strict=True)
        whole = f"({{{','.join(f'{one}:{constant}' for one, constant in pairs)}}})"
        return self._unhidden(f"$module${name}", constants, whole)

    def _unhidden(self, name: str, constants: list[str], expression: str) -> str:
        """Returns what has the expression's value also where a variable hides one of the constants."""
        if all(constant.startswith("$") for constant in constants):
            return expression
        self._functions[name] = f"function {name}(){{return {expression};}}"
        return f"{name}()"

    def functions(self) -> list[str]:
        """Returns the functions that the modules call which were written since the last call."""
        written, self._functions = self._functions, {}
        return list(written.values())

    def _assigned(self, found: re.Match[str]) -> str:
        _, alias, module = found.groups()
        if alias is not None:
            return f"const {alias}={self._object(module)};"
        constants = [(one.own, self._constant(module, one.export)) for one in imports_in(found[0])]
        assigned = [f"{own}={constant}" for own, constant in constants if own != constant]
        return f"const {','.join(assigned)};" if assigned else ""

    def _fetch(self, name: str) -> str:
        if name not in self.parts:
            return self._object(name)
        self._needed.update(self._given[name])
        file = part_name(name, self.parts[name])
        given = self._given[name]
        listed = self._unhidden(f"$given${name}", given, f"[{','.join(given)}]")
        return f'(await import("./{file}")).part({listed})'

    def _add_parts(self, parts: dict[str, dict[str, str]]) -> None:
        files = [self._part(name, texts) for name, texts in parts.items()]
        self.parts |= zip(parts, self._shorten(files), strict=True)

    def _part(self, name: str, texts: dict[str, str]) -> str:
        """Returns a file whose `part` runs its own modules once, with what they need of others."""
        for one, text in texts.items():
            if name not in BRANCHES and (found := ON_DEMAND.search(text)):
                raise NotJoinable(f"{one}.js is a part, or in one, and has: {found[0]}")
        self._needed = set()
        modules = "\n".join(self.module(one, text) for one, text in texts.items())
        whole = self._object(name)
        modules = "\n".join([modules, *self.functions()])
        own = {constant for one in texts for constant in self._constants(one)}
        self._given[name] = sorted(self._needed - own)
        run = f"([{','.join(self._given[name])}])=>{{\n{modules}\nreturn {whole};}}"
        return f"let made;const run={run};export const part=(given)=>made??=run(given);"


class Names:
    """The names at the tops of all modules, each by itself or behind its module's."""

    def __init__(self, texts: dict[str, str]) -> None:
        tops = {name: names_at_top(text) for name, text in texts.items()}
        self._counts = Counter(top for names in tops.values() for top in names)
        self._counts.update(word for text in texts.values() for word in _hiding(text))
        for name, text in texts.items():
            tops[name] += [
                one.own
                for one in imports_in(text)
                if self.constant(one.module, one.export) != one.own
            ]
        counts = self._counts | Counter(top for names in tops.values() for top in names)
        self.flat = {
            name
            for name, names in tops.items()
            if all(counts[top] == 1 and self._is_ours(top) for top in names)
        }
        """The modules of which no name at the top is another one's, or each browser's."""

    def constant(self, module: str, name: str) -> str:
        """Returns what an export of a module is called where all modules see it."""
        return name if self._counts[name] == 1 and self._is_ours(name) else f"${module}${name}"

    def _is_ours(self, name: str) -> bool:
        return name.isidentifier() and name not in OF_BROWSERS


def _hiding(text: str) -> set[str]:
    """Returns the members that a module names by `import * as`, and for which it has a word of its own.

    That word may be a variable within a function, where it would hide the name of the member.
    """
    code = FROM.sub("", text)
    members: set[str] = set()
    for _, alias, _ in FROM.findall(text):
        members |= (names_of_alias(alias, text) or set()) if alias else set()
    return members.intersection(re.findall(r"(?<![\w$.])\w+", code))


def names_at_top(text: str) -> list[str]:
    """Returns the names that a module declares at its top, and its own ones of what it imports."""
    return [*_TOP.findall(text), *(one.own for one in imports_in(text) if one.export != one.own)]
