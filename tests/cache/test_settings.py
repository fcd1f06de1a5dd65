"""Which caches the settings may name."""

from pathlib import Path

import pytest
from tests.ports import free_port

from cruddur.bootstrap import open_application
from cruddur.config import WrongSetting, load_settings

AWS = {"table": "dynamodb", "cache": "memory"}
LOCAL = {**AWS, "endpoint_url": f"http://127.0.0.1:{free_port()}"}


@pytest.mark.parametrize("given", [AWS, {**AWS, "projector": "off"}, {**LOCAL, "projector": "off"}])
async def test_memory_is_refused_where_another_process_projects(
    tmp_path: Path, given: dict[str, str]
) -> None:
    settings = load_settings({**given, "data": str(tmp_path)}, {})
    with pytest.raises(WrongSetting, match=r"^CRUDDUR_CACHE cannot be 'memory' here: [^\n]*$"):
        async with open_application(settings):
            pass


@pytest.mark.parametrize("given", [{"cache": "memory"}, LOCAL, {**AWS, "projector": "on"}])
async def test_memory_is_taken_where_this_process_projects(
    tmp_path: Path, given: dict[str, str]
) -> None:
    settings = load_settings({**given, "data": str(tmp_path)}, {})
    async with open_application(settings) as application:
        assert application.cache.is_on
