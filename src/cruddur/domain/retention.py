"""How long messages are kept: a rule of the service for all, and a shorter one of a group."""

from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.model import MessageGroup

RETENTION_DAYS_MAX = 3650

_LONGER = declare_code(
    "retention_days_exceed_service",
    "A group keeps its messages for no longer than the service does.",
)
_RANGE = declare_code(
    "retention_days_out_of_range", "A group keeps its messages for 1 to 3,650 days."
)


def retention_of(group: MessageGroup, service_days: int) -> int | None:
    """Returns after how many days messages of this group go; None if they stay.

    `service_days` is the rule of the service, 0 if it keeps them for good. The shorter one counts.
    """
    rules = [days for days in (group.retention_days, service_days) if days]
    return min(rules, default=None)


def checked_retention(days: int | None, service_days: int) -> int | None:
    """Returns a group's own rule; None follows the service. Raises Invalid."""
    if days is None:
        return None
    if not 1 <= days <= RETENTION_DAYS_MAX:
        text = "Messages are kept for 1 to 3,650 days."
        raise Invalid(_RANGE, text, field="retention_days")
    if service_days and days > service_days:
        text = f"Messages are kept for {service_days} days here. A group can have fewer."
        raise Invalid(_LONGER, text, field="retention_days")
    return days
