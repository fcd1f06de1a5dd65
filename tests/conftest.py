"""For all tests."""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tests.folders import temporary_folder
from tests.stage import person

from cruddur.domain.model import User

# A check that lets a change in must not depend on luck: there the examples are the same each time.
# Everywhere else they are new ones, and what they find is written down as a test of its own. How long an
# example takes depends on what else the machine does, so no example has a deadline.
settings.register_profile("everywhere", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "everywhere")

QUICK_FOLDERS = ("upgrade", "cache", "dynamodb", "contract", "web", "unit", "house")
"""Their files come last, in this order, so that at the end no process is left alone with a long file."""

ENGINE_FIXTURES = ("table", "settings")
"""Which of them a folder has says where its tests choose an engine: a table, or a whole service's."""

IN_MEMORY = frozenset(
    {
        *QUICK_FOLDERS,
        *("bus", "clients", "consumers", "faults", "mail", "prices", "stream", "webhooks"),
    }
)
"""The folders of tests that write much to a disk, and not for its sake."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "every_engine: these run on DynamoDB's API as well")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Looks for no garbage among the modules and tests, which stay: neither here nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    last = {name: number for number, name in enumerate(QUICK_FOLDERS)}
    items.sort(key=lambda item: last.get(item.path.parent.name, -1))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("every_engine") is not None:
        for name in set(ENGINE_FIXTURES) & set(metafunc.fixturenames):
            metafunc.parametrize(name, ["sqlite", "dynoxide"], indirect=True)


@pytest.fixture
def tmp_path(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """In memory for the tests of most folders, and removed after each."""
    if request.path.parent.name in IN_MEMORY:
        with temporary_folder() as folder:
            yield Path(folder)
    else:
        yield tmp_path_factory.mktemp("test")


@pytest.fixture
def andrew() -> User:
    return person("andrew")


@pytest.fixture
def bayko() -> User:
    return person("bayko")


@pytest.fixture
def mallory() -> User:
    return person("mallory")
