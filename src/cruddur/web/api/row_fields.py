"""The fields of an inbox row that its owner sets, with their meanings for the description of the API."""

from typing import Annotated

from msgspec import Meta

MutedUntil = Annotated[
    str | None,
    Meta(
        description="Until when it is muted: a time, which may be over, or `always`; null if not."
    ),
]
ArchivedAt = Annotated[
    str | None,
    Meta(description="Since when it is in the archive, and not in the inbox; null if not."),
]
ArchivedSeq = Annotated[
    int,
    Meta(
        description="The number of the last message when it was archived. One after it, which comes "
        "while it is not muted, brings it back."
    ),
]
MarkedUnread = Annotated[
    bool,
    Meta(description="Whether its owner has marked it as unread, and has read nothing since."),
]
UnreadMark = Annotated[
    int | None,
    Meta(
        description="The `read_seq` at which it was marked as unread. A greater one ends the mark."
    ),
]
PinnedAt = Annotated[str | None, Meta(description="Since when it is pinned; null if it is not.")]
PinOrder = Annotated[
    int,
    Meta(
        description="Its place among what is pinned: the least number is at the top. 0 if it is not."
    ),
]
ClearedSeq = Annotated[
    int,
    Meta(
        description="The number of the last message that its owner has cleared. They see what follows."
    ),
]
SettingsVersion = Annotated[
    int,
    Meta(
        description="How often its owner changed the settings of the row. Of two states of them, the "
        "one with the greater number is right."
    ),
]

HiddenVersion = Annotated[
    int,
    Meta(
        description="How often its owner has deleted messages for themselves. If it is greater than "
        "what a device has heard of, the device reads the messages that it holds again."
    ),
]
PreviewSeq = Annotated[
    int | None,
    Meta(
        description="The number of the message that `message` is of, if the owner has deleted later "
        "ones for themselves; otherwise null."
    ),
]
IsRequest = Annotated[
    bool,
    Meta(
        description="Whether a stranger began it and the owner has not accepted it: then it lies apart."
    ),
]
Picture = Annotated[
    str | None,
    Meta(
        description="The hash of the person's picture, for `/api/pictures/{user_uuid}/{picture}`; null "
        "if they have none."
    ),
]
RetentionDays = Annotated[
    int | None,
    Meta(description="After how many days messages go in this group; null follows the service."),
]
