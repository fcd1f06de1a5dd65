"""The names and keys with which engines create the table."""

from dataclasses import dataclass

from cruddur.schema import keys

FILE_NAME = "cruddur.db"
"""The name of the SQLite file in its folder."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The names and keys of the table and its one index. All key attributes are strings."""

    table_name: str = keys.TABLE_NAME
    partition_key: str = keys.PARTITION_KEY
    sort_key: str = keys.SORT_KEY
    index_name: str = keys.INBOX_INDEX
    index_sort_key: str = keys.INDEX_SORT_KEY
    ttl_attribute: str = keys.TTL_ATTRIBUTE
