"""What items of all kinds begin with: their key, and the fields of the record that they hold."""

from collections.abc import Mapping
from typing import Any

import msgspec

from cruddur.domain.item import Key
from cruddur.schema import keys


def keyed(key: Key) -> dict[str, Any]:
    """Returns an item that has its key and nothing else."""
    return {keys.PARTITION_KEY: key.pk, keys.SORT_KEY: key.sk}


def present(record: msgspec.Struct) -> dict[str, Any]:
    """Returns the fields of a record that are not None, with lists for tuples."""
    return present_among(msgspec.structs.asdict(record))


def present_among(values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns those of the values that are not None, with lists for tuples."""
    return {n: list(v) if isinstance(v, tuple) else v for n, v in values.items() if v is not None}


def record_item(key: Key, record: msgspec.Struct, *in_the_key: str) -> dict[str, Any]:
    """Returns the item of a record without the fields that its key holds, none of which is None."""
    item: dict[str, Any] = {**keyed(key), **present(record)}
    for name in in_the_key:
        del item[name]
    return item
