"""The table as engines make it, and the part of its stream that the projector wants."""

from dataclasses import dataclass

from cruddur.messaging.ports import Change
from cruddur.table import keys

FILE_NAME = "cruddur.db"
"""What SQLite's file is called, in whatever folder."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Names and keys of the table and its one index. All key attributes are strings."""

    table_name: str = keys.TABLE_NAME
    partition_key: str = keys.PARTITION_KEY
    sort_key: str = keys.SORT_KEY
    index_name: str = keys.INBOX_INDEX
    index_sort_key: str = keys.INDEX_SORT_KEY
    ttl_attribute: str = keys.TTL_ATTRIBUTE


def is_projected(change: Change) -> bool:
    """Whether the projector has work with this change: a message, newly inserted or edited.

    The filter of the stream's event source mapping says the same; the Lambda asks again, since a
    filter that is lost in a deployment must not become a wrong inbox.
    """
    return change.kind != "remove" and keys.is_message(change.key)
