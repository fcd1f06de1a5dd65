"""List the reports of the last days, for the people who run the service."""

from collections.abc import Sequence
from datetime import timedelta

from cruddur.domain.model import timestamp
from cruddur.domain.report import Report
from cruddur.messaging.context import MessagingContext
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query
from cruddur.schema.readable import one_from
from cruddur.schema.report_items import report_from, reports_pk

_PAGE = 500


async def list_reports(messaging: MessagingContext, days: int) -> Sequence[Report]:
    """Returns the reports of today and the days before it, the oldest first. Raises TableUnavailable."""
    now = messaging.clock()
    found: list[Report] = []
    for back in range(days - 1, -1, -1):
        day = timestamp(now - timedelta(days=back))[:10]
        read = await all_items(messaging.table, Query(reports_pk(day), limit=_PAGE))
        reports = (one_from(report_from, item) for item in read)
        found += sorted((one for one in reports if one is not None), key=lambda one: one.at)
    return found
