"""No kind of item is forgotten when a person is erased."""

from cruddur.schema.erasure_items import ERASED
from cruddur.schema.kinds import KINDS


def test_each_kind_says_how_an_erasure_reaches_it() -> None:
    """A new kind has a line there; what it holds of a person goes as that line says."""
    assert set(ERASED) == set(KINDS)
