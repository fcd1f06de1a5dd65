"""Count the mails that wait, for the operator of the service."""

from cruddur.identity.context import IdentityContext
from cruddur.ports.metering import access_pattern
from cruddur.ports.paging import pages
from cruddur.ports.table import Query
from cruddur.schema.mail_items import MAIL_PK


@access_pattern("send_mail")
async def count_waiting_mails(identity: IdentityContext) -> int:
    """Returns how many mails were promised and are not sent yet. Raises TableUnavailable."""
    return sum([len(page.items) async for page in pages(identity.table, Query(MAIL_PK))])
