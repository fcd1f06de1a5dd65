"""The clock of the service."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Returns the present time in UTC, with its time zone."""
    return datetime.now(UTC)
