"""Search a user's conversations by the words of titles and names."""

from collections.abc import Sequence

from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.folding import folded, has_words
from cruddur.domain.model import InboxRow
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.all_rows import all_rows
from cruddur.ports.metering import Ceiling, access_pattern

_BLANK = declare_code("search_blank", "A search needs some letters.")


@access_pattern("search_inbox", Ceiling("B", "search sixty of them by name", write=0, read=4.5))
async def search_inbox(
    messaging: MessagingContext, user_uuid: str, text: str, *, limit: int = 20
) -> Sequence[InboxRow]:
    """Returns the matching conversations, newest first. Raises Invalid for a text without letters.

    Every word of the text must be the beginning of a word of the title or of a member's name. The rows
    have no order by name, so all of them are read, which costs less than listing the inbox.
    """
    words = folded(text.removeprefix("@")).split()
    if not words:
        raise Invalid(_BLANK, "A search needs some letters.", field="search")
    found = [row for row in await all_rows(messaging, user_uuid) if _has(row, words)]
    found.sort(key=lambda row: (row.last_message_at, row.message_group_uuid), reverse=True)
    return found[:limit]


def _has(row: InboxRow, words: Sequence[str]) -> bool:
    handle = (row.user_handle or "").lower()
    name = row.user_display_name or row.title or ""
    return has_words(name, words) or (len(words) == 1 and handle.startswith(words[0]))
