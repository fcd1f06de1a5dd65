"""A report: somebody shows a message to the people who run the service."""

from typing import Literal

from msgspec import Struct

from cruddur.domain.errors import declare_code

REPORT_NOT_FOUND = declare_code("report_not_found", "There is no such report.")

Reason = Literal["spam", "harassment", "hate", "violence", "sexual", "other"]

NOTE_MAX_CHARS = 1000
"""The most characters of what the reporter adds."""


class ReportedMessage(Struct, frozen=True, kw_only=True):
    """A message as the reporter saw it. Later edits and deletions do not change it."""

    seq: int
    user_uuid: str
    handle: str
    message: str
    created_at: str


class Report(Struct, frozen=True, kw_only=True):
    """One report. `messages` are the one reported and up to four around it.

    `closed_at` is when an operator was done with it.
    """

    report_id: str
    at: str
    reporter_uuid: str
    reported_uuid: str
    message_group_uuid: str
    seq: int
    reason: Reason
    messages: tuple[ReportedMessage, ...]
    note: str = ""
    closed_at: str | None = None

    @property
    def name(self) -> str:
        """What names the report for operators: its day and its id."""
        return f"{self.at[:10]}/{self.report_id}"
