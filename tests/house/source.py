"""The source as the house's rules see it: modules, and what each of them imports and says."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"


@dataclass(frozen=True)
class Module:
    """One file of ours, read but not run."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def where(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree, which many rules look at."""
        return tuple(ast.walk(self.tree))


@cache
def modules() -> tuple[Module, ...]:
    """All of `cruddur`."""
    found = sorted((SOURCE / "cruddur").rglob("*.py"))
    return tuple(Module(_name(path), path, ast.parse(path.read_text("utf-8"))) for path in found)


@cache
def client_modules() -> tuple[Module, ...]:
    """All of the client for Python, which is a package of its own."""
    folder = ROOT / "clients" / "python" / "src"
    return tuple(
        Module(
            ".".join(path.relative_to(folder).with_suffix("").parts),
            path,
            ast.parse(path.read_text("utf-8")),
        )
        for path in sorted(folder.rglob("*.py"))
    )


def imports(module: Module) -> Iterator[str]:
    """The modules of ours that it imports, wherever in the file it does so."""
    known = _known_names()
    for node in module.nodes:
        for name in _names(node):
            if name in known:
                yield name
            elif name.rpartition(".")[0] in known:
                yield name.rpartition(".")[0]


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute here, so that one can search for them"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def texts(module: Module) -> Iterator[tuple[int, str]]:
    """Line and text of every string in the code; what only explains is not among them."""
    prose = {id(node.value) for node in module.nodes if isinstance(node, ast.Expr)}
    for node in module.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


@cache
def _known_names() -> frozenset[str]:
    return frozenset(module.name for module in modules())


def _name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
