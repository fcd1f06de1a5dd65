"""A route is served because it is written, in any file of the folders that have routes."""

import ast
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from tests.bus.services import service
from tests.house.source import Module, modules

from cruddur.web import api, pages, sse
from cruddur.web.routes import routes_of

SOURCE = Path(__file__).parents[2] / "src"
DECORATORS = {"delete", "get", "head", "patch", "post", "put", "route"}
NEW = '''
"""A capability that nobody has thought of yet."""

from litestar import get

from cruddur.web.api.accounts import me
from cruddur.web.http.auth import PUBLIC

@get("/api/hours", opt=PUBLIC)
async def hours() -> list[int]:
    """The hours of a day that are free."""
    return [9, 17]

also = me
'''


async def test_a_new_file_is_served_without_another_line(tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "src")
    (tmp_path / "src/cruddur/web/api/hours.py").write_text(NEW)
    async with (
        service(tmp_path / "data", {"PYTHONPATH": str(tmp_path / "src")}) as (_, url),
        httpx.AsyncClient(base_url=url, timeout=60) as client,
    ):
        answer = await client.get("/api/hours")
        described = (await client.get("/schema/openapi.json")).json()
    assert (answer.status_code, answer.json()) == (200, [9, 17])
    assert "/api/hours" in described["paths"]


def package(folder: Path, name: str, **paths: str) -> ModuleType:
    """A package of files with a route each, and another that each only imports."""
    (folder / name).mkdir()
    (folder / name / "__init__.py").touch()
    for file, path in paths.items():
        (folder / name / f"{file}.py").write_text(NEW.replace("/api/hours", path))
    return import_module(name)


def test_routes_come_by_file_once_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    routes = routes_of(package(tmp_path, "in_order", b="/1", c="/2", a="/3"))
    assert [route.paths for route in routes] == [{"/3"}, {"/1"}, {"/2"}]


def test_routes_of_a_file_come_by_line() -> None:
    places = [(route.fn.__module__, route.fn.__code__.co_firstlineno) for route in routes_of(api)]
    assert places == sorted(places)


def test_two_routes_with_one_path_stop_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    twice = package(tmp_path, "twice", a="/here", b="/here")
    with pytest.raises(ValueError, match=r"GET /here is in twice\.a and twice\.b"):
        routes_of(twice)


def test_no_route_lies_where_nobody_looks_for_it() -> None:
    served = {route.fn.__module__ for route in routes_of(api, sse, pages)}
    assert {module.name for module in modules() if any(_decorators_in(module))} == served


def _decorators_in(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("litestar"):
            yield from (alias.name for alias in node.names if alias.name in DECORATORS)
