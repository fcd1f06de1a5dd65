"""Take what an erased person wrote, and their name, out of the reports.

No key leads from a person to the reports that show them. A report lies with those of its day, so each
day is read on which there may be one: reports are few, and so are erasures.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from cruddur.domain.erasure import Erasure
from cruddur.domain.errors import ConditionFailed
from cruddur.domain.item import Item
from cruddur.domain.report import without_person
from cruddur.messaging.context import MessagingContext
from cruddur.ports.beside import each
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import pages
from cruddur.ports.table import Condition, Exists, Query, Update, unchanged
from cruddur.schema import keys
from cruddur.schema.readable import one_from
from cruddur.schema.report_items import messages_of_report, report_from, reports_pk

FIRST_DAY = date(2026, 11, 1)
"""No version before this day could store a report."""

_PAGE = 100
_AT_ONCE = 8


@access_pattern(
    "erase_in_reports",
    Ceiling("T", "look through the reports of 24 days, and blank one", write=2, read=26),
)
async def erase_in_reports(messaging: MessagingContext, erasure: Erasure) -> None:
    """Blanks what the person wrote in all reports, unless they are kept as evidence.

    It may be stopped at any point and done again. Raises TableUnavailable.
    """
    if erasure.reports == "blank":
        await each(partial(_erase_on, messaging, erasure), _days(messaging), at_once=_AT_ONCE)


def _days(messaging: MessagingContext) -> Iterator[str]:
    # The clock of the process that stored a report may be ahead of this one.
    last = messaging.clock().date() + timedelta(days=1)
    for number in range((last - FIRST_DAY).days + 1):
        yield (FIRST_DAY + timedelta(days=number)).isoformat()


async def _erase_on(messaging: MessagingContext, erasure: Erasure, day: str) -> None:
    query = Query(reports_pk(day), limit=_PAGE, consistent=True)
    async for page in pages(messaging.table, query):
        for item in page.items:
            await _blank(messaging, erasure, item)


async def _blank(messaging: MessagingContext, erasure: Erasure, item: Item) -> None:
    found: Item | None = item
    while found is not None:
        report = one_from(report_from, found)
        if report is None:
            return
        blanked = without_person(report, erasure.user_uuid)
        if blanked == report:
            return
        values = {
            "messages": messages_of_report(blanked),
            "note": blanked.note,
            "version": report.version + 1,
        }
        key = keys.key_of(item)
        try:
            await messaging.table.update(Update(key, values, condition=_as_read(found)))
        except ConditionFailed:
            # Another person is erased from it at this moment: what they wrote must not come back.
            found = await messaging.table.get(key, consistent=True)
        else:
            return


def _as_read(item: Item) -> Condition:
    return [Exists(keys.PARTITION_KEY), unchanged("version", item.get("version"))]
