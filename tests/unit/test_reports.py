"""A report keeps what its reporter saw, and nobody reports what they may not see."""

import pytest
from tests.stage import beside

from cruddur.domain.errors import NotFound
from cruddur.domain.model import User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.people.close_report import close_report, find_report
from cruddur.messaging.people.list_reports import list_reports
from cruddur.messaging.people.report_message import report_message

pytestmark = pytest.mark.every_engine


async def test_it_holds_the_five_messages_as_they_were(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    first = await start_direct_group(messaging, bayko, andrew, "1")
    group = first.message_group_uuid
    for number in range(2, 8):
        await send_message(messaging, bayko, group, str(number))
    report = await report_message(
        messaging, andrew.user_uuid, group, 4, "harassment", note="every day"
    )
    await edit_message(messaging, bayko.user_uuid, group, 4, "harmless")
    (listed,) = await list_reports(beside(messaging), days=2)
    assert listed == await find_report(messaging, report.name) == report
    assert [one.message for one in listed.messages] == ["2", "3", "4", "5", "6"]
    assert (listed.reported_uuid, listed.note) == (bayko.user_uuid, "every day")
    await close_report(messaging, report.name)
    (closed,) = await list_reports(messaging, days=1)
    assert closed.closed_at == messaging.now()
    assert [one async for one in verify_inboxes(messaging) if "report" in one.what] == []


async def test_nobody_reports_what_they_may_not_see(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User
) -> None:
    made = await start_group(messaging, andrew, [], "Lake")
    group = made.message_group_uuid
    await send_message(messaging, andrew, group, "before")
    await add_members(messaging, andrew.user_uuid, group, [bayko])
    last = await send_message(messaging, andrew, group, "after")
    for user, seq in ((mallory, last.seq), (bayko, 2), (bayko, last.seq + 1), (bayko, 0)):
        with pytest.raises(NotFound):
            await report_message(messaging, user.user_uuid, group, seq, "spam")
    report = await report_message(messaging, bayko.user_uuid, group, last.seq, "spam")
    assert "before" not in [one.message for one in report.messages]
    for name in ("2026-11-23/none", "none", ""):
        with pytest.raises(NotFound):
            await find_report(messaging, name)
        with pytest.raises(NotFound):
            await close_report(messaging, name)
