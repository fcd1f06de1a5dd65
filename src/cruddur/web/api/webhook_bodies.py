"""The JSON that webhooks get. Receivers rely on it: fields may be added, but never removed."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import asdict

from cruddur.domain.group_rules import Role, role_of
from cruddur.domain.message_changes import MessageChangeKind
from cruddur.domain.model import Message, MessageGroup, User
from cruddur.domain.receipts import ReadMark
from cruddur.domain.report import Reason, Report
from cruddur.messaging.webhooks.webhook_events import ChangedMessage, Gone, Told, WebhookEvent
from cruddur.web.api.row_fields import Picture
from cruddur.web.api.schemas import MessageOut, message_out

_encode = msgspec.json.Encoder().encode


class ChangeOut(Struct, frozen=True, kw_only=True):
    """An edit, a deletion or a reaction, by its number in the conversation."""

    message_group_uuid: Annotated[str, Meta(description="The conversation.")]
    change_seq: Annotated[int, Meta(description="The change's number: 1, 2, 3 … without a gap.")]
    change: Annotated[MessageChangeKind, Meta(description="What was done.")]
    seq: Annotated[int, Meta(description="The number of the message.")]
    by_user_uuid: Annotated[str, Meta(description="Who has done it.")]
    message: Annotated[
        MessageOut | None, Meta(description="The message as it is now; null if it is unreadable.")
    ]


class GroupMemberOut(Struct, frozen=True, kw_only=True):
    """A person of a conversation."""

    uuid: str
    handle: str
    display_name: str
    role: Role
    picture: Picture = None


class WholeGroupOut(Struct, frozen=True, kw_only=True):
    """A conversation with its people, as it is now."""

    uuid: str
    kind: str
    title: str | None
    version: int
    created_at: str
    members: list[GroupMemberOut]


class ReadMarkOut(Struct, frozen=True, kw_only=True):
    """A person has read a conversation up to a number. Only of people who share receipts."""

    message_group_uuid: str
    user_uuid: str
    seq: int


class ReportedOut(Struct, frozen=True, kw_only=True):
    """A report, as the people who run the service see it: with the message and those around it."""

    id: str
    reporter_uuid: str
    reported_uuid: str
    message_group_uuid: str
    seq: int
    reason: Reason
    note: str
    messages: list[dict[str, Any]]
    closed_at: str | None


class PersonOut(Struct, frozen=True, kw_only=True):
    """A person, as they are now. Of one who was erased the uuid is left."""

    uuid: str
    handle: str | None = None
    display_name: str | None = None
    external_id: str | None = None
    disabled_at: str | None = None
    is_erased: bool = False
    picture: Picture = None


class WebhookBody(Struct, frozen=True, kw_only=True):
    """What a webhook gets, by Standard Webhooks. `type` says which form `data` has."""

    type: str
    timestamp: str
    data: Any


def webhook_body(event: WebhookEvent) -> bytes:
    """Returns the body of an event."""
    return _encode(WebhookBody(type=event.type, timestamp=event.at, data=_data(event.told)))


def _data(told: Told) -> object:
    return _FORMS[type(told)](told) if told is not None else {}


def _change_out(told: ChangedMessage) -> ChangeOut:
    change = told.change
    return ChangeOut(
        message_group_uuid=change.message_group_uuid,
        change_seq=change.change_seq,
        change=change.kind,
        seq=change.seq,
        by_user_uuid=change.user_uuid,
        message=message_out(told.message) if told.message else None,
    )


def _group_out(group: MessageGroup) -> WholeGroupOut:
    return WholeGroupOut(
        uuid=group.message_group_uuid,
        kind=group.kind,
        title=group.title,
        version=group.shown_version,
        created_at=group.created_at,
        members=[
            GroupMemberOut(
                uuid=uuid,
                handle=member.handle,
                display_name=member.display_name,
                role=role_of(group, uuid),
                picture=member.picture,
            )
            for uuid, member in group.members.items()
        ],
    )


def _report_out(report: Report) -> ReportedOut:
    return ReportedOut(
        id=report.name,
        reporter_uuid=report.reporter_uuid,
        reported_uuid=report.reported_uuid,
        message_group_uuid=report.message_group_uuid,
        seq=report.seq,
        reason=report.reason,
        note=report.note,
        messages=[asdict(one) for one in report.messages],
        closed_at=report.closed_at,
    )


def _read_out(mark: ReadMark) -> ReadMarkOut:
    return ReadMarkOut(
        message_group_uuid=mark.message_group_uuid, user_uuid=mark.user_uuid, seq=mark.read_seq
    )


def _gone_out(gone: Gone) -> PersonOut:
    return PersonOut(uuid=gone.user_uuid, is_erased=True)


def _person_out(user: User) -> PersonOut:
    return PersonOut(
        uuid=user.user_uuid,
        handle=user.handle,
        display_name=user.display_name,
        external_id=user.external_id,
        disabled_at=user.disabled_at,
        picture=user.picture,
    )


_FORMS: Mapping[type, Callable[[Any], object]] = {
    Message: message_out,
    ChangedMessage: _change_out,
    MessageGroup: _group_out,
    ReadMark: _read_out,
    Report: _report_out,
    User: _person_out,
    Gone: _gone_out,
}
