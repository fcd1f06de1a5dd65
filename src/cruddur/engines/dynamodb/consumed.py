"""Converts DynamoDB's ConsumedCapacity to Units."""

from typing import Any

from cruddur.ports.metering import Units

_READS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"})


def units_of(action: str, consumed: Any) -> Units:
    """Returns the units of a call. Answers about many items hold a list with an entry for each table."""
    entries = consumed if isinstance(consumed, list) else [consumed]
    index = sum(map(_of_indexes, entries))
    table = sum(map(_of_table, entries))
    if action in _READS:
        return Units(table_read=table, index_read=index)
    return Units(table_write=table, index_write=index)


def _of_table(entry: dict[str, Any]) -> float:
    # Some engines report only the total and not the table's part.
    return float((entry.get("Table") or entry).get("CapacityUnits", 0))


def _of_indexes(entry: dict[str, Any]) -> float:
    indexes = entry.get("GlobalSecondaryIndexes") or {}
    return float(sum(index.get("CapacityUnits", 0) for index in indexes.values()))
