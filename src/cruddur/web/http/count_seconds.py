"""How often streams count what is unread."""

from typing import NamedTuple


class CountSeconds(NamedTuple):
    """From a change to the count, in which rows mostly follow, and the least time between two counts.

    At four read units for sixty conversations it is 48 a minute at most, for a person to whom something
    happens all the time.
    """

    gather: float = 1.0
    rest: float = 5.0
