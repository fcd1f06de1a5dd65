"""Close a report, once an operator is done with it."""

from cruddur.domain.errors import ConditionFailed, NotFound
from cruddur.domain.report import REPORT_NOT_FOUND, Report
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import Exists, Update
from cruddur.schema import keys
from cruddur.schema.readable import one_from
from cruddur.schema.report_items import report_from, report_key


async def find_report(messaging: MessagingContext, name: str) -> Report:
    """Returns the report of this name, its day and its id. Raises NotFound."""
    day, _, report_id = name.partition("/")
    found = await messaging.table.get(report_key(day, report_id or "-"), consistent=True)
    report = one_from(report_from, found)
    if report is None:
        raise NotFound(REPORT_NOT_FOUND, "There is no such report.")
    return report


async def close_report(messaging: MessagingContext, name: str) -> None:
    """Notes that the report is done with. Closing it again changes the time. Raises NotFound."""
    day, _, report_id = name.partition("/")
    key = report_key(day, report_id or "-")
    there = [Exists(keys.PARTITION_KEY)]
    try:
        await messaging.table.update(Update(key, {"closed_at": messaging.now()}, condition=there))
    except ConditionFailed:
        raise NotFound(REPORT_NOT_FOUND, "There is no such report.") from None
