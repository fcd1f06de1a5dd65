"""Converts reports to items and back, and builds their keys."""

import msgspec

from cruddur.domain.item import Item, Key
from cruddur.domain.report import Report
from cruddur.schema import keys
from cruddur.schema.readable import one_from

REPORT_PREFIX = "REPORT#"


def reports_pk(day: str) -> str:
    """The partition of a day's reports."""
    return REPORT_PREFIX + day


def report_key(day: str, report_id: str) -> Key:
    """The key of a report."""
    return Key(reports_pk(day), report_id)


def report_item(report: Report) -> Item:
    """Returns the item of a report; its key holds the day and the id."""
    pk, sk = report_key(report.at[:10], report.report_id)
    fields = msgspec.to_builtins(report)
    del fields["report_id"]
    present = {name: value for name, value in fields.items() if value is not None}
    return {keys.PARTITION_KEY: pk, keys.SORT_KEY: sk, **present}


def messages_of_report(report: Report) -> list[dict[str, object]]:
    """Returns the messages as the report's item holds them."""
    return [msgspec.to_builtins(one) for one in report.messages]


def people_of_report(item: Item) -> set[str]:
    """Returns the uuids of those whom the item of a report shows; of an unreadable one nobody."""
    report = one_from(report_from, item)
    if report is None:
        return set()
    return {
        report.reporter_uuid,
        *(u for one in report.messages for u in (one.user_uuid, *one.names)),
    }


def report_from(item: Item) -> Report:
    """Returns the report of an item. Raises one of UNREADABLE."""
    return msgspec.convert({**item, "report_id": item[keys.SORT_KEY]}, Report)
