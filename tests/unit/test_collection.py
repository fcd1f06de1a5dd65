"""What Python's garbage collection leaves out."""

import gc
import sys
from collections.abc import Iterator

import pytest

from cruddur.cli.collection import import_for_good

_NAME = "colorsys"
"""A module of Python's own that nothing here needs."""


@pytest.fixture
def not_imported() -> Iterator[str]:
    sys.modules.pop(_NAME, None)
    yield _NAME
    sys.modules.pop(_NAME, None)
    gc.unfreeze()


def test_what_is_imported_for_good_is_never_collected(not_imported: str) -> None:
    gc.unfreeze()
    assert import_for_good(not_imported) is sys.modules[not_imported]
    assert gc.get_freeze_count() > 0
    assert gc.isenabled()


def test_what_is_there_already_changes_nothing(not_imported: str) -> None:
    import_for_good(not_imported)
    gc.unfreeze()
    import_for_good(not_imported)
    assert gc.get_freeze_count() == 0


def test_a_failing_import_leaves_the_collection_on() -> None:
    with pytest.raises(ModuleNotFoundError):
        import_for_good("cruddur.cli.no_such_command")
    assert gc.isenabled()
