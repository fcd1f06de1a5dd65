"""List the audit, for the operator of the service."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

from cruddur.domain.audit import AuditEntry
from cruddur.domain.model import timestamp
from cruddur.identity.context import IdentityContext
from cruddur.ports.paging import pages
from cruddur.ports.table import Query, Range
from cruddur.schema import keys
from cruddur.schema.audit_items import audit_entry_from
from cruddur.schema.readable import one_from


async def list_audit(
    identity: IdentityContext, since: datetime, until: datetime
) -> AsyncIterator[AuditEntry]:
    """Yields the entries from `since` on and before `until`, the oldest first, one partition a day.

    Entries that cannot be read are left out, with a line of the log. Raises TableUnavailable.
    """
    for day in _days(since.date(), until.date()):
        within = Range(at_least=timestamp(since), at_most=timestamp(until))
        query = Query(keys.audit_pk(day.isoformat()), within, consistent=True)
        async for page in pages(identity.table, query):
            for item in page.items:
                entry = one_from(audit_entry_from, item)
                if entry is not None:
                    yield entry


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
