"""A service that runs, for programs that know it by HTTP alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.bus.services import service


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """The address of `cruddur up` over a folder of its own."""
    async with service(tmp_path / "data", {}) as (_, address):
        yield address
