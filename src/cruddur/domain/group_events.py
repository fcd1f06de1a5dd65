"""What happened to a group, as a line among its messages."""

from collections.abc import Mapping, Sequence

from cruddur.domain.errors import Conflict, declare_code
from cruddur.domain.group_event import GroupEvent, GroupEventType
from cruddur.domain.member import Member
from cruddur.domain.model import Message, MessageGroup

_IS_EVENT = declare_code(
    "message_is_event", "What happened to a group can be neither changed nor answered."
)
_NAMED = 3
_REMEMBERED = 50
"""So many of its events a group remembers by their numbers."""


def event_text(event: GroupEvent, actor: Member, people: Mapping[str, Member]) -> str:
    """Returns the sentence that people read. It keeps the names of that moment, as every message does.

    `people` are the members before and after the event.
    """
    who, title = actor.display_name, event.title or ""
    named = _listed([people[uuid].display_name for uuid in event.user_uuids])
    sentences: dict[GroupEventType, str] = {
        "made": f"{who} made the group “{title}”",
        "renamed": f"{who} renamed the group to “{title}”",
        "pictured": f"{who} changed the picture of the group",
        "added": f"{who} added {named}",
        "joined": f"{who} joined",
        "left": f"{who} left",
        "removed": f"{who} removed {named}",
        "retention": f"{who} {_kept_for(event.days)}",
    }
    return sentences[event.type]


def _kept_for(days: int | None) -> str:
    if days is None:
        return "lets messages stay as long as the service keeps them"
    return f"lets messages go after {days} {'day' if days == 1 else 'days'}"


def _listed(names: Sequence[str]) -> str:
    """Returns at most three names, and how many others there are."""
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    *first, last = names or [""]
    return f"{', '.join(first)} and {last}" if first else last


def require_text(message: Message) -> None:
    """Raises Conflict for a message that says what happened to the group."""
    if message.kind == "event":
        raise is_event()


def is_event() -> Conflict:
    """The error for a change of an event, or an answer to one."""
    return Conflict(_IS_EVENT, "This says what happened to the group. It stays as it is.")


def event_seqs(group: MessageGroup) -> list[int]:
    """Returns the numbers of the group's newest events, the least first."""
    return [int(seq) for seq in (group.event_seqs or "").split()]


def with_event_seqs(group: MessageGroup, seqs: Sequence[int]) -> str | None:
    """Returns what the group remembers after further events of these numbers."""
    return " ".join(map(str, [*event_seqs(group), *seqs][-_REMEMBERED:])) or None
