"""No kind of item is left of people who are erased: whatever kinds there are, by a sample of each.

The samples are those of the data model. Of kinds that it has not, an item under the kind's key does.
"""

from collections.abc import Iterator

import pytest
from tests.stage import Clock, process
from tests.unit.test_kinds import GROUP, USER, WRITTEN

from cruddur.domain.issuer import login_name
from cruddur.domain.item import Item
from cruddur.domain.report import Report, ReportedMessage
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.people.erase_person import REMEMBERED_FOR, erase_person
from cruddur.ports.table import Put, Table, Update
from cruddur.schema import erasure_keys, keys
from cruddur.schema.erasure_items import ERASED
from cruddur.schema.kinds import KINDS, kind_of
from cruddur.schema.report_items import report_item
from cruddur.tools.data_model import facets
from cruddur.tools.model_talks import ANDREW, BAYKO, CARLA, TRIP

pytestmark = pytest.mark.every_engine

PEOPLE = (ANDREW, BAYKO, CARLA)
REPORT = Report(
    report_id="9e2d4d1f-6a3c-4a53-8a5b-6c0d5f3c9b11",
    at="2026-11-23T08:00:00.000Z",
    reporter_uuid=CARLA.user_uuid,
    reported_uuid=ANDREW.user_uuid,
    message_group_uuid=TRIP,
    seq=1,
    reason="spam",
    messages=(
        ReportedMessage(
            seq=1,
            user_uuid=ANDREW.user_uuid,
            handle=ANDREW.handle,
            message="See you there",
            created_at="2026-11-23T07:00:00.000Z",
        ),
    ),
)
OF_NOBODY = {"other", "left", "erasure"}
"""What this service does not write, and what an erasure itself writes and removes."""


def is_about_them(item: Item) -> bool:
    return any(word in str(item) for user in PEOPLE for word in (user.user_uuid, user.handle))


def samples() -> Iterator[Item]:
    model = [item for facet in facets() for item in facet.items]
    yield from model
    yield report_item(REPORT)
    sampled = {kind_of(item) for item in [*model, report_item(REPORT)] if is_about_them(item)}
    for key, (kind, _) in WRITTEN.items():
        if USER in "".join(key) and kind not in sampled | OF_NOBODY:
            pk, sk = (part.replace(USER, ANDREW.user_uuid).replace(GROUP, TRIP) for part in key)
            yield {"pk": pk, "sk": sk, "kept": ANDREW.handle}


def logins(sample: list[Item]) -> list[str]:
    """The issuers' logins of Andrew, as his profile lists them."""
    found = [
        i["pk"].removeprefix(keys.LOGIN_PREFIX).rpartition("#") for i in sample if "named_at" in i
    ]
    return [login_name(issuer, subject) for issuer, _, subject in found]


def test_each_kind_that_goes_has_a_sample() -> None:
    going = {kind for kind in KINDS if ERASED[kind] != "never"}
    assert going - {kind_of(item) for item in samples() if is_about_them(item)} - OF_NOBODY == set()


async def test_no_sample_of_a_kind_that_goes_is_left(
    table: Table, messaging: MessagingContext, clock: Clock
) -> None:
    sample = list(samples())
    for item in sample:
        await table.put(Put(item))
    await table.update(Update(keys.user_key(ANDREW.user_uuid), {"logins": logins(sample)}))
    identity = process(table, clock)
    begun = [await begin_erasure(identity, user.user_uuid, "blank") for user in PEOPLE]
    for erasure in begun:
        await erase_person(messaging, erasure)
    clock.turn(seconds=REMEMBERED_FOR.total_seconds())
    assert [await erase_person(messaging, erasure) for erasure in begun] == [True] * len(PEOPLE)
    digests = erasure_keys.erased_login_key(
        ""
    ).pk  # which keep a login from making an account again
    left = [
        item
        async for item in table.scan()
        if is_about_them(item) and not item["pk"].startswith(digests)
    ]
    assert [item for item in left if ERASED[kind_of(item)] == "with the account"] == []
    named = [item for item in left if any(user.handle in str(item) for user in PEOPLE)]
    assert [item for item in named if ERASED[kind_of(item)] != "never"] == []
    assert [item for item in left if item["pk"].startswith(keys.USER_PREFIX)] == []
