"""The JSON schemas of events about read receipts."""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict

from cruddur.domain.receipts import shares_receipts
from cruddur.messaging.events import ReceiptGiven, ReceiptsSwitched
from cruddur.web.sse.schemas import GroupUuid


class ReceiptOut(Struct, frozen=True, kw_only=True):
    """Up to where another person has read."""

    message_group_uuid: GroupUuid
    user_uuid: Annotated[str, Meta(description="The person who has read.")]
    read_seq: Annotated[
        int, Meta(description="The number of the last message that they have read.")
    ]
    read_at: Annotated[str, Meta(description="When they said so, in UTC.")]


class ReceiptsSwitchedOut(Struct, frozen=True, kw_only=True):
    """Whether a person shares read receipts."""

    user_uuid: Annotated[str, Meta(description="The person.")]
    handle: Annotated[str, Meta(description="Their handle.")]
    shares_receipts: Annotated[bool, Meta(description="Whether they share them now.")]


def receipt_out(event: ReceiptGiven) -> ReceiptOut:
    """The JSON form of another person's read mark."""
    return ReceiptOut(**asdict(event.mark))


def receipts_switched_out(event: ReceiptsSwitched) -> ReceiptsSwitchedOut:
    """The JSON form of a person's choice to share receipts or not."""
    return ReceiptsSwitchedOut(
        user_uuid=event.user_uuid,
        handle=event.user.handle,
        shares_receipts=shares_receipts(event.user.receipts_from),
    )
