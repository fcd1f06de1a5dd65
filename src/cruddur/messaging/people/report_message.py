"""Report a message to the people who run the service, with what was around it."""

import uuid

from cruddur.domain.model import Message
from cruddur.domain.report import Reason, Report, ReportedMessage
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.edit_message import message_not_found, require_visible
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema.report_items import report_item

_AROUND = 2


@access_pattern("report_message")
async def report_message(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    seq: int,
    reason: Reason,
    *,
    note: str = "",
) -> Report:
    """Stores the message with the two before and after it, as the user sees them.

    Returns the report, of which nobody but the operators learns. Only what the user may see can be
    reported: raises NotFound otherwise, and TableUnavailable.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, shows=True)
    require_visible(group, user_uuid, seq)
    around = await list_messages(
        messaging,
        user_uuid,
        group.message_group_uuid,
        after=max(0, seq - _AROUND - 1),
        limit=2 * _AROUND + 1,
    )
    reported = next((one for one in around.messages if one.seq == seq), None)
    if reported is None:
        raise message_not_found()
    report = Report(
        report_id=str(uuid.uuid4()),
        at=messaging.now(),
        reporter_uuid=user_uuid,
        reported_uuid=reported.user_uuid,
        message_group_uuid=group.message_group_uuid,
        seq=seq,
        reason=reason,
        messages=tuple(map(_copied, around.messages)),
        note=note,
    )
    await messaging.table.put(Put(report_item(report), IF_NEW))
    return report


def _copied(message: Message) -> ReportedMessage:
    return ReportedMessage(
        seq=message.seq,
        user_uuid=message.user_uuid,
        handle=message.user_handle,
        message=message.message,
        created_at=message.created_at,
        names=tuple(message.event.user_uuids) if message.event is not None else (),
    )
