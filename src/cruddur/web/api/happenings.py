"""The JSON schema of what happened to a group, which messages of the kind `event` contain."""

from typing import Annotated

from msgspec import Meta, Struct

from cruddur.domain.group_event import GroupEvent, GroupEventType


class GroupHappeningOut(Struct, frozen=True, kw_only=True):
    """What happened to a group. The message says it as a sentence, too."""

    type: Annotated[
        GroupEventType,
        Meta(
            description="`made`, `renamed`, `pictured` (it has another picture), `added`, `joined`, "
            "`left`, `removed`, `retention` (messages go after another number of days) or `told` (the "
            "service says something, for the product around it)."
        ),
    ]
    user_uuids: Annotated[
        list[str], Meta(description="The people who were added or removed, who joined or left.")
    ] = []
    title: Annotated[
        str | None, Meta(description="The name that the group got by it; null otherwise.")
    ] = None
    days: Annotated[
        int | None,
        Meta(description="After how many days messages go now; null if as the service says."),
    ] = None


def happening_out(event: GroupEvent) -> GroupHappeningOut:
    """The JSON form of what happened to a group."""
    return GroupHappeningOut(
        type=event.type, user_uuids=list(event.user_uuids), title=event.title, days=event.days
    )
