"""A file is read in one sitting, a function at one glance."""

import ast

from tests.house.source import ROOT, SOURCE, client_modules, modules

_FILE_MAX_LINES = 300
_FUNCTION_MAX_LINES = 50


def test_no_file_is_longer_than_300_lines() -> None:
    files = [module.path for module in (*modules(), *client_modules())] + list(SOURCE.rglob("*.js"))
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in files
    }
    assert {where: count for where, count in lines.items() if count > _FILE_MAX_LINES} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    lengths = {
        f"{module.where}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module in (*modules(), *client_modules())
        for node in module.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: count for name, count in lengths.items() if count > _FUNCTION_MAX_LINES} == {}
