"""`cruddur reports`: an operator lists, reads and closes what people have reported."""

import asyncio
from pathlib import Path

from tests.cli.conftest import Run

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.domain.model import User
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.people.report_message import report_message


async def reported(data: Path, andrew: User, bayko: User) -> str:
    async with open_application(Settings(data=data)) as application:
        messaging = application.messaging
        first = await start_direct_group(messaging, bayko, andrew, "Buy this")
        group = first.message_group_uuid
        return (await report_message(messaging, andrew.user_uuid, group, 1, "spam")).name


def test_a_report_is_listed_read_and_closed(
    cruddur: Run, tmp_path: Path, andrew: User, bayko: User
) -> None:
    name = asyncio.run(reported(tmp_path / "data", andrew, bayko))
    assert f"{name}  spam  open" in cruddur("reports", "list").output
    assert "Buy this" in cruddur("reports", "show", name).output
    assert cruddur("reports", "close", name).exit_code == 0
    assert name not in cruddur("reports", "list").output
    assert f"{name}  spam  closed" in cruddur("reports", "list", "--all").output
    for command in ("show", "close"):
        assert cruddur("reports", command, "2026-11-23/none").exit_code == 1
