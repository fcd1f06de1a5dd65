"""Where shared fixtures live. pytest keeps one that a module imports until its process ends."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.source import ROOT

_TESTS = sorted((ROOT / "tests").rglob("*.py"))


def test_no_test_module_imports_a_fixture_that_others_share() -> None:
    """Its process would run other files beside it. A browser kept so made their event loops fail."""
    imported = [
        f"{path.relative_to(ROOT)}: {name} of {module}"
        for path in _TESTS
        if path.name.startswith("test_")
        for module, name in _imports(path)
        if name in _shared_fixtures(module)
    ]
    assert imported == []


def test_it_knows_what_a_shared_fixture_is() -> None:
    assert "browser" in _shared_fixtures("tests.browser.conftest")
    assert "people" not in _shared_fixtures("tests.browser.conftest")


def _imports(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            yield from ((node.module or "", alias.name) for alias in node.names)


@cache
def _shared_fixtures(module: str) -> frozenset[str]:
    path = (ROOT / module.replace(".", "/")).with_suffix(".py")
    tree = ast.parse(path.read_text("utf-8") if path.exists() else "")
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if any("fixture(scope=" in ast.unparse(decorator) for decorator in node.decorator_list)
    )
