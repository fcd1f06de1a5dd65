"""Read a conversation's newest messages from the table."""

from cruddur.domain.model import Message
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import Query, Range
from cruddur.schema import keys
from cruddur.schema.readable import messages_from


async def read_newest(
    messaging: MessagingContext,
    message_group_uuid: str,
    limit: int,
    *,
    first_seq: int = 1,
    consistent: bool = True,
) -> list[Message]:
    """Returns at most `limit` messages, oldest first, none with a number before `first_seq`.

    Without `consistent` it costs half, and the last messages may be missing.
    """
    page = await messaging.table.query(
        Query(
            partition=keys.messages_pk(message_group_uuid),
            range=Range(at_least=keys.seq_sk(first_seq), at_most=keys.LAST_SEQ_SK),
            descending=True,
            limit=limit,
            consistent=consistent,
        )
    )
    return messages_from(reversed(page.items))


async def read_newest_seq(messaging: MessagingContext, message_group_uuid: str) -> int:
    """Returns the number of the last message, whether that can be read or not; 0 without any."""
    page = await messaging.table.query(
        Query(
            partition=keys.messages_pk(message_group_uuid),
            range=Range(at_least=keys.FIRST_SEQ_SK, at_most=keys.LAST_SEQ_SK),
            descending=True,
            limit=1,
            consistent=True,
        )
    )
    return keys.seq_of(keys.key_of(page.items[0]).sk) if page.items else 0
