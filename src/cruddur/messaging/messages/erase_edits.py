"""Erase the texts of a message from the log of changes, where its edits have kept them."""

from contextlib import suppress

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.message_changes import MessageChange
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import Exists, Update
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from


async def erase_edits(messaging: MessagingContext, deletion: MessageChange) -> None:
    """Blanks the edits before this deletion; any other change erases nothing.

    Raises TableUnavailable.
    """
    if deletion.kind == "deleted":
        await erase_texts(messaging, deletion.message_group_uuid, deletion.edit_before)


async def erase_texts(messaging: MessagingContext, message_group_uuid: str, last: int) -> None:
    """Blanks the edits of a message, of which change `last` is the last one; 0 if it has none.

    A crash in between heals when it is called again: the newest edit is blanked last, so that a blank
    one shows that all are. Raises TableUnavailable.
    """
    edits = await _edits_to_erase(messaging, message_group_uuid, last)
    for edit in reversed(edits):
        key = keys.change_key(edit.message_group_uuid, edit.change_seq)
        with suppress(ConditionFailed):
            is_there = Exists(keys.PARTITION_KEY)
            await messaging.table.update(
                Update(key, {"message": ""}, ["before", "mentions"], [is_there])
            )


async def _edits_to_erase(
    messaging: MessagingContext, message_group_uuid: str, number: int
) -> list[MessageChange]:
    """Returns the edits of the message, the newest first; none if they are blank."""
    found: list[MessageChange] = []
    while number:
        key = keys.change_key(message_group_uuid, number)
        edit = one_from(items.change_from, await messaging.table.get(key, consistent=True))
        if edit is None or not (edit.message or found):
            break
        found.append(edit)
        number = edit.edit_before
    return found
