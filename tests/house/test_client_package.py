"""The client for Python stands alone: somebody who installs it gets nothing of the service."""

import ast
import sys
import tomllib
from collections.abc import Iterator

from tests.house.source import ROOT, Module, client_modules

_PACKAGE = ROOT / "clients" / "python"


def _imported(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def test_it_imports_what_it_says_and_no_more() -> None:
    project = tomllib.loads((_PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]
    others = {
        name
        for module in client_modules()
        for name in _imported(module)
        if name not in sys.stdlib_module_names and name != "cruddur_client"
    }
    assert others == {one.partition(">")[0] for one in project["dependencies"]} == {"httpx"}
