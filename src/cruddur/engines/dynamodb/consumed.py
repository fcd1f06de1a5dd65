"""DynamoDB's ConsumedCapacity in our words."""

from typing import Any

from cruddur.table.metering import Units

_READS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"})


def units_of(action: str, consumed: Any) -> Units:
    """What a call cost. Calls on many items answer with a list, an entry a table."""
    entries = consumed if isinstance(consumed, list) else [consumed]
    index = sum(map(_of_indexes, entries))
    table = sum(map(_of_table, entries))
    if action in _READS:
        return Units(table_read=table, index_read=index)
    return Units(table_write=table, index_write=index)


def _of_table(entry: dict[str, Any]) -> float:
    # Not every engine tells the table's part from the whole.
    return float((entry.get("Table") or entry).get("CapacityUnits", 0))


def _of_indexes(entry: dict[str, Any]) -> float:
    indexes = entry.get("GlobalSecondaryIndexes") or {}
    return float(sum(index.get("CapacityUnits", 0) for index in indexes.values()))
