"""Find a change that an earlier try has stored, and bring the change tail up to date on the way."""

from cruddur.domain.message_changes import MessageChange
from cruddur.messaging.change_tails import ChangeRequest, ChangeTail, find_change
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.read_changes import read_changes, read_newest_changes

_FIRST_PAGE = 4
"""The changes that fill an empty tail: a read unit if each is 1 KB, half of one from a replica."""

_FURTHER_PAGE = 50
_SEARCHED_PAGE = 200


async def find_stored_change(
    messaging: MessagingContext, tail: ChangeTail, request: ChangeRequest
) -> MessageChange | None:
    """Returns the change that an earlier try of this request has stored, or None.

    After it the tail ends where the log does, as far as this process can know.
    """
    group_uuid = request.message_group_uuid
    if not tail.is_known:
        # A lagging replica may answer: its mistake makes the put fail, and then the log is read on.
        found = await read_newest_changes(messaging, group_uuid, _FIRST_PAGE, consistent=False)
        tail.start(found.last_seq, found.changes)
    while tail.is_behind:
        found = await read_changes(messaging, group_uuid, tail.last_seq + 1, _FURTHER_PAGE)
        tail.extend(found.last_seq, found.changes)
        tail.is_doubted = found.has_more
    if request.change_uuid is None:
        return None
    stored = tail.find(request.user_uuid, request.change_uuid)
    if stored is not None or request.after is None or tail.reaches(request.after):
        return stored
    # A try was stored soon after it was begun.
    searched = await read_changes(messaging, group_uuid, request.after + 1, _SEARCHED_PAGE)
    return find_change(searched.changes, request.user_uuid, request.change_uuid)
