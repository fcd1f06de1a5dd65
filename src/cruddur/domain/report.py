"""A report: somebody shows a message to the people who run the service."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from cruddur.domain.erasure import erased_handle
from cruddur.domain.errors import declare_code

REPORT_NOT_FOUND = declare_code("report_not_found", "There is no such report.")

Reason = Literal["spam", "harassment", "hate", "violence", "sexual", "other"]

NOTE_MAX_CHARS = 1000
"""The most characters of what the reporter adds."""


class ReportedMessage(Struct, frozen=True, kw_only=True):
    """A message as the reporter saw it. Later edits and deletions do not change it.

    `names` are the uuids of those whom it names, if it says what happened to a group. Once its author
    or one of these is erased, its text is empty.
    """

    seq: int
    user_uuid: str
    handle: str
    message: str
    created_at: str
    names: tuple[str, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """One report. `messages` are the one reported and up to four around it.

    `closed_at` is when an operator was done with it. `version` counts how often somebody was erased
    from it.
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
    version: int = 0

    @property
    def name(self) -> str:
        """What names the report for operators: its day and its id."""
        return f"{self.at[:10]}/{self.report_id}"


def without_person(report: Report, user_uuid: str) -> Report:
    """Returns the report without what the person wrote, and without their name. The numbers stay."""
    messages = tuple(_without(one, user_uuid) for one in report.messages)
    note = "" if report.reporter_uuid == user_uuid else report.note
    return replace(report, messages=messages, note=note)


def _without(one: ReportedMessage, user_uuid: str) -> ReportedMessage:
    if one.user_uuid == user_uuid:
        return replace(one, handle=erased_handle(user_uuid), message="")
    return replace(one, message="") if user_uuid in one.names else one
