"""An item of the table and its key, as plain data."""

from collections.abc import Mapping
from typing import Any, NamedTuple

Item = Mapping[str, Any]
"""A row of the table. Its values are strings, integers, booleans, lists and maps; no None, no float.
The picture of a person is binary."""


class Key(NamedTuple):
    """The primary key of an item."""

    pk: str
    sk: str
