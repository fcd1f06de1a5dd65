"""What an erased person wrote goes from reports, too, unless the operator keeps them as evidence."""

import asyncio

import pytest
from tests.stage import Clock, Interrupted, Killed, Mortal, beside, process

from cruddur.domain.erasure import ErasedReports, Erasure, erased_handle
from cruddur.domain.model import User
from cruddur.domain.report import Report
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.people.close_report import find_report
from cruddur.messaging.people.continue_erasures import list_erased, list_erasures
from cruddur.messaging.people.erase_in_reports import erase_in_reports
from cruddur.messaging.people.erase_person import REMEMBERED_FOR, erase_person
from cruddur.messaging.people.report_message import report_message
from cruddur.ports.table import Put, Table
from cruddur.schema.erased_views import without_erased
from cruddur.schema.report_items import report_item

pytestmark = pytest.mark.every_engine

WORD = "wisteria"


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


@pytest.fixture
async def maya(identity: IdentityContext) -> User:
    return await create_account(identity, "maya", "Maya Lind", "correct horse battery")


@pytest.fixture
async def noa(identity: IdentityContext) -> User:
    return await create_account(identity, "noa", "Noa Roos", "correct horse battery")


@pytest.fixture
async def report(messaging: MessagingContext, maya: User, noa: User) -> Report:
    """Noa shows what Maya wrote, below the sentence by which Maya was added."""
    group = (await start_group(messaging, noa, [maya], "Lake")).message_group_uuid
    await send_message(messaging, noa, group, "hello")
    sent = await send_message(messaging, maya, group, WORD)
    return await report_message(messaging, noa.user_uuid, group, sent.seq, "hate", note="again")


async def begin(identity: IdentityContext, user: User, reports: ErasedReports) -> Erasure:
    return await begin_erasure(identity, user.user_uuid, "blank", reports)


async def finish(messaging: MessagingContext, erasure: Erasure, clock: Clock) -> None:
    clock.turn(seconds=REMEMBERED_FOR.total_seconds())
    assert await erase_person(messaging, erasure)


async def differences(messaging: MessagingContext) -> list[str]:
    """What is left of people who were erased. No projector runs here, so that rows lag behind."""
    return [one.what async for one in verify_inboxes(messaging) if "erased" in one.what]


async def test_what_they_wrote_goes_and_what_was_reported_of_whom_stays(
    messaging: MessagingContext, identity: IdentityContext, clock: Clock, maya: User, report: Report
) -> None:
    await finish(messaging, await begin(identity, maya, "blank"), clock)
    left = await find_report(messaging, report.name)
    assert "maya" not in str(left).lower()
    assert WORD not in str(left)
    assert (left.reported_uuid, left.seq, left.reason) == (maya.user_uuid, report.seq, "hate")
    assert [one.message for one in left.messages][-2:] == ["hello", ""]
    assert left.messages[-1].handle == erased_handle(maya.user_uuid)
    assert left.note == "again"
    assert await differences(messaging) == []


async def test_a_reporters_note_goes_with_them(
    messaging: MessagingContext, identity: IdentityContext, clock: Clock, noa: User, report: Report
) -> None:
    await finish(messaging, await begin(identity, noa, "blank"), clock)
    left = await find_report(messaging, report.name)
    assert (left.note, left.messages[-1].message) == ("", WORD)
    assert "noa" not in str(left).lower()


async def test_as_evidence_it_stays_as_it_was(
    messaging: MessagingContext, identity: IdentityContext, clock: Clock, maya: User, report: Report
) -> None:
    await finish(messaging, await begin(identity, maya, "keep"), clock)
    assert await find_report(messaging, report.name) == report
    assert await differences(messaging) == []


async def test_of_two_who_are_erased_at_once_neither_comes_back(
    messaging: MessagingContext, identity: IdentityContext, maya: User, noa: User, report: Report
) -> None:
    erasures = [await begin(identity, user, "blank") for user in (maya, noa)]

    async def other() -> None:
        await erase_in_reports(messaging, erasures[1])

    late = beside(messaging, Interrupted(messaging.table, "update", other))
    await erase_in_reports(late, erasures[0])
    left = await find_report(messaging, report.name)
    assert [one.message for one in left.messages if one.message and not one.names] == []
    assert (left.note, left.version) == ("", 2)


@pytest.mark.parametrize("after", [False, True])
async def test_killed_and_run_again_it_ends_the_same(
    messaging: MessagingContext, identity: IdentityContext, maya: User, report: Report, after: bool
) -> None:
    erasure = await begin(identity, maya, "blank")
    mortal = beside(messaging, Mortal(messaging.table, 0, after=after))
    with pytest.raises(Killed):
        await erase_in_reports(mortal, erasure)
    await asyncio.gather(*(erase_in_reports(messaging, erasure) for _ in range(2)))
    left = await find_report(messaging, report.name)
    assert (left.messages[-1].message, left.version) == ("", 1)


async def test_one_that_a_backup_brought_back_is_found_and_erased_again(
    messaging: MessagingContext, identity: IdentityContext, clock: Clock, maya: User, report: Report
) -> None:
    await finish(messaging, await begin(identity, maya, "blank"), clock)
    await messaging.table.put(Put(report_item(report)))
    (found,) = await differences(messaging)
    assert found.startswith("report ")
    assert [one async for one in rebuild_inboxes(messaging)]
    (again,) = await list_erasures(messaging)
    await finish(messaging, again, clock)
    assert (await find_report(messaging, report.name)).messages[-1].message == ""
    assert await differences(messaging) == []


async def test_the_feed_shows_nothing_of_it_any_more(
    messaging: MessagingContext, identity: IdentityContext, maya: User, report: Report
) -> None:
    before = report_item(report)
    await begin(identity, maya, "blank")
    shown = str(without_erased(before, await list_erased(messaging)))
    assert WORD not in shown
    assert "maya" not in shown.lower()
    assert without_erased(before, {}) == before
