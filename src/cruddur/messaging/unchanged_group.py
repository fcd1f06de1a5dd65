"""The condition of every write of a group: it is still as it was read."""

from cruddur.domain.model import MessageGroup
from cruddur.ports.table import Equals, Missing, unchanged


def unchanged_group(group: MessageGroup) -> list[Equals | Missing]:
    """Returns the condition that neither title nor members have changed, nor what a member has cleared.

    What is cleared does not count in the version, which all members see.
    """
    return [Equals("version", group.version), unchanged("clears", group.clears)]
