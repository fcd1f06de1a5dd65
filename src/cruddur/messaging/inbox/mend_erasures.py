"""Begin an erasure again for what `verify_erasures` has found."""

from cruddur.domain.erasure import Erasure, LeftConversation
from cruddur.domain.item import Key
from cruddur.domain.model import canonical_uuid
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import Delete, Put, Write
from cruddur.schema.erasure_items import erasure_item, left_item
from cruddur.schema.report_items import REPORT_PREFIX


async def mend_erasure(messaging: MessagingContext, erasure: Erasure, where: str) -> None:
    """Lets the service erase the person once more, with the conversation `where` if it is one.

    An item of the account is removed here, and a report is not. Raises TableUnavailable.
    """
    writes: list[Write] = [Put(erasure_item(erasure))]
    uuid = canonical_uuid(where)
    if uuid is not None:
        left = LeftConversation(user_uuid=erasure.user_uuid, message_group_uuid=uuid)
        writes.append(Put(left_item(left)))
    elif not where.startswith(REPORT_PREFIX):  # which is written anew
        pk, _, sk = where.partition(" / ")
        writes.append(Delete(Key(pk, sk)))
    await messaging.table.transact(writes)
