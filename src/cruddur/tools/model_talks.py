"""The people, conversations and messages of the data model that `data_model.py` makes."""

from collections.abc import Sequence

from cruddur.domain.item import Item
from cruddur.domain.message_changes import changed_message
from cruddur.domain.model import Message, MessageGroup, User, direct_group_uuid
from cruddur.identity.context import LOCAL_ISSUER
from cruddur.messaging.inbox.inbox_rows import advance, new_row
from cruddur.schema.items import (
    change_item,
    group_item,
    inbox_row_item,
    login_item,
    member_of,
    message_from,
    message_item,
)
from cruddur.tools.model_changes import changes_of
from cruddur.tools.model_people import (
    FIRST_WORDS,
    PICTURE_NAME,
    as_request,
)

ANDREW, BAYKO, CARLA = (
    User(
        user_uuid=f"{digit * 8}-0000-4000-8000-{digit * 12}",
        handle=handle,
        display_name=name,
        created_at="2026-11-23T08:00:00.000Z",
        picture=PICTURE_NAME if handle == "andrew" else None,
    )
    for digit, handle, name in (
        ("a", "andrew", "Andrew Brown"),
        ("b", "bayko", "Bayko Sinclair"),
        ("c", "carla", "Carla Rossi"),
    )
)
_ANSWERS = {"If the rain stops, yes.": 1}
"""The messages that answer another one, with its number."""

_MENTIONS = {"See you at the pier, @andrew!": {ANDREW.user_uuid: "andrew"}}
"""The messages that mention somebody."""

_HIDDEN = {"The ferry goes at eleven.": (CARLA.user_uuid,)}
"""The messages that somebody has deleted for themselves."""

TRIP = "d0d0d0d0-0000-4000-8000-d0d0d0d0d0d0"
_TALKS: Sequence[tuple[Sequence[User], str | None, Sequence[tuple[User, str]]]] = (
    (
        (ANDREW, BAYKO),
        None,
        (
            (ANDREW, "Are you at the lake on Saturday?"),
            (BAYKO, "If the rain stops, yes."),
            (ANDREW, "I'll bring bread and cheese."),
        ),
    ),
    ((ANDREW, CARLA), None, ((CARLA, "I found your blue notebook."),)),
    ((CARLA, BAYKO), None, ((CARLA, FIRST_WORDS),)),
    (
        (ANDREW, BAYKO, CARLA),
        "The lake",
        ((BAYKO, "The ferry goes at eleven."), (CARLA, "See you at the pier, @andrew!")),
    ),
)


def login(user: User) -> Item:
    """Returns the item by which a person signs in with a password."""
    return login_item(LOCAL_ISSUER, user.handle, user.user_uuid, "$argon2id$…")


def talks() -> Sequence[tuple[Item, Sequence[Item], Sequence[Item]]]:
    """Returns each conversation's group item, its messages and its members' rows."""
    return [_talk(*talk) for talk in _TALKS]


def _talk(
    people: Sequence[User], title: str | None, lines: Sequence[tuple[User, str]]
) -> tuple[Item, Sequence[Item], Sequence[Item]]:
    group = MessageGroup(
        message_group_uuid=TRIP
        if title
        else direct_group_uuid(people[0].user_uuid, people[1].user_uuid),
        kind="group" if title else "direct",
        title=title,
        members={user.user_uuid: as_request(member_of(user), lines) for user in people},
        created_at="2026-11-23T09:00:00.000Z",
    )
    messages = [
        Message(
            message_group_uuid=group.message_group_uuid,
            seq=seq,
            message_uuid=f"{seq:08}{group.message_group_uuid[8:]}",
            message=text,
            user_uuid=sender.user_uuid,
            user_handle=sender.handle,
            user_display_name=sender.display_name,
            created_at=f"2026-11-23T09:{seq:02}:00.000Z",
            reply_to_seq=_ANSWERS.get(text),
            hidden_by=_HIDDEN.get(text, ()),
            mentions=_MENTIONS.get(text, {}),
        )
        for seq, (sender, text) in enumerate(lines, 1)
    ]
    messages = [changed_message(message, changes_of(message, ANDREW)) for message in messages]
    rows = [advance(new_row(group, user, at=group.created_at), messages) for user in group.members]
    return (
        group_item(group),
        [message_item(message) for message in messages],
        [inbox_row_item(row) for row in rows],
    )


def logged() -> Sequence[Item]:
    """Returns the items of all changes."""
    messages = [message_from(item) for talk in talks() for item in talk[1]]
    return [change_item(change) for message in messages for change in changes_of(message, ANDREW)]
