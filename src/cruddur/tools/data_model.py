"""The data model as a file for NoSQL Workbench for DynamoDB: sample items, and a facet for each pattern.

The items are made by the service's own code, so that the file cannot differ from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cruddur.domain.item import Item
from cruddur.domain.message_changes import changed_message
from cruddur.domain.model import Message, MessageGroup, User, direct_group_uuid
from cruddur.identity.context import LOCAL_ISSUER
from cruddur.messaging.inbox.inbox_rows import advance, new_row
from cruddur.schema import block_keys, erasure_keys, invite_items, keys
from cruddur.schema.attribute_values import item_to_attribute_values, to_attribute_value
from cruddur.schema.items import (
    change_item,
    group_item,
    handle_item,
    inbox_row_item,
    login_item,
    member_of,
    message_from,
    message_item,
    name_items,
    user_item,
)
from cruddur.tools.host_key_sample import HOST_KEY
from cruddur.tools.invite_samples import ASKED, INVITE, INVITED
from cruddur.tools.model_changes import changes_of
from cruddur.tools.model_people import (
    FIRST_WORDS,
    as_request,
    blocked,
    left,
    pins_of,
    sessions_of,
    signed_in,
)

_DATE = "Nov 23, 2026, 09:00 AM"  # fixed, so that the same model gives the same file
_EXPIRES_AT = 1_796_029_200  # seven days after the sessions of the model were used
_UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
_ROLE = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"

ANDREW, BAYKO, CARLA = (
    User(
        user_uuid=f"{digit * 8}-0000-4000-8000-{digit * 12}",
        handle=handle,
        display_name=name,
        created_at="2026-11-23T08:00:00.000Z",
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

_TRIP = "d0d0d0d0-0000-4000-8000-d0d0d0d0d0d0"
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


class Facet(NamedTuple):
    """One access pattern: its question, the content of its keys, and the items that it touches."""

    name: str
    partition: str
    sort: str
    items: Sequence[Item]


def facets() -> Sequence[Facet]:
    """Returns the facets in the order of docs/data-model.md."""
    people = (ANDREW, BAYKO, CARLA)
    messages = [item for talk in _talks() for item in talk[1]]
    mentions = [item for item in messages if "mentions" in item]
    groups = [talk[0] for talk in _talks()]
    rows = [item for talk in _talks() for item in talk[2]]
    andrews = [row for row in rows if row["pk"] == keys.inbox_pk(ANDREW.user_uuid)]
    first, logins, log = _talks()[0], [_login(user) for user in people], _logged()
    return (
        Facet("A newest messages", keys.messages_pk("<group>"), "<seq>", messages),
        Facet("B inbox newest first", keys.inbox_pk("<user>"), "<group>", andrews),
        Facet("B mentions", keys.messages_pk("<group>"), "<seq>", mentions),
        Facet("C send a message", keys.messages_pk("<group>"), "<seq + 1>", first[1][-1:]),
        Facet("D bring inboxes up to date", keys.inbox_pk("<user>"), "<group>", rows),
        Facet("E start a conversation", keys.messages_pk("<group>"), keys.GROUP_SK, groups),
        Facet("F mark read", keys.inbox_pk("<user>"), "<group>", first[2][:1]),
        Facet("F pin", *keys.pins_key("<user>"), [pins_of(ANDREW, _TRIP)]),
        Facet(
            "G find by handle",
            keys.HANDLE_PREFIX + "<first two letters>",
            "<handle>",
            [handle_item(user) for user in people],
        ),
        Facet(
            "People by name",
            keys.NAME_PREFIX + "<first two letters>",
            "<word>#<user>",
            [item for user in people for item in name_items(user)],
        ),
        Facet("H sign in", *keys.login_key("<issuer>", "<subject>"), logins),
        Facet(
            "I edit, delete, react",
            keys.messages_pk("<group>"),
            keys.CHANGE_PREFIX + "<n + 1>",
            log,
        ),
        Facet("J what was changed", keys.messages_pk("<group>"), keys.CHANGE_PREFIX + "<n>", log),
        Facet("L what a device missed", keys.inbox_pk("<user>"), "<group>", andrews),
        Facet(
            "M my devices",
            *keys.session_key("<user>", "<session>"),
            sessions_of(ANDREW, _EXPIRES_AT),
        ),
        Facet("O another name", keys.inbox_pk("<user>"), "<group>", andrews),
        Facet("P take one's data along", keys.inbox_pk("<user>"), "<group>", andrews),
        Facet("Q audit", *keys.audit_key("<day>", "<id>"), [signed_in(ANDREW, _EXPIRES_AT)]),
        Facet(
            "S whom I have blocked",
            *block_keys.block_key("<user>", "<person>"),
            blocked(ANDREW, BAYKO),
        ),
        Facet(
            "T erase a person", *erasure_keys.left_key("<user>", "<group>"), [left(ANDREW, _TRIP)]
        ),
        Facet(
            "U requests of strangers",
            keys.requests_pk("<user>"),
            "<group>",
            [row for row in rows if row["pk"].startswith(keys.REQUESTS_PREFIX)],
        ),
        Facet("W keys of hosts", keys.host_keys_pk(), "<name>#<number>", [HOST_KEY]),
        Facet("Links to groups", *invite_items.invite_key("<digest>"), [INVITE]),
        Facet("Asking", *invite_items.join_request_key("<group>", "<user>"), [ASKED]),
        Facet("Invitations", *invite_items.invitation_key("<user>", "<group>"), [INVITED]),
        Facet("Profile", *keys.user_key("<user>"), [user_item(u) for u in people]),
    )


def workbench_model() -> Mapping[str, Any]:
    """Returns the content of the file, as JSON."""
    return {
        "ModelName": "Cruddur Messages",
        "ModelMetadata": {
            "Author": "Cruddur Messages",
            "DateCreated": _DATE,
            "DateLastModified": _DATE,
            "Description": "Direct messages in one table. Each facet is a question that the "
            "application asks; docs/data-model.md says why the table is so.",
            "AWSService": "Amazon DynamoDB",
            "Version": "3.0",
        },
        "DataModel": [_table(facets())],
    }


def _table(shown: Sequence[Facet]) -> Mapping[str, Any]:
    items = [item for facet in shown for item in facet.items]
    return {
        "TableName": keys.TABLE_NAME,
        "KeyAttributes": _keys(keys.SORT_KEY),
        "NonKeyAttributes": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in _types(items).items()
        ],
        "TableFacets": [_facet(facet) for facet in shown],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": keys.INBOX_INDEX,
                "KeyAttributes": _keys(keys.INDEX_SORT_KEY),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        "DataAccess": {"MySql": {}},
        "BillingMode": "PROVISIONED",
        "ProvisionedCapacitySettings": {
            "ProvisionedThroughput": _UNITS,
            "AutoScalingRead": _scaling(),
            "AutoScalingWrite": _scaling(),
        },
    }


def _facet(facet: Facet) -> Mapping[str, Any]:
    return {
        "FacetName": facet.name,
        "KeyAttributeAlias": {
            "PartitionKeyAlias": facet.partition,
            "SortKeyAlias": facet.sort,
        },
        "TableData": [item_to_attribute_values(item) for item in facet.items],
        "NonKeyAttributes": list(_types(facet.items)),
        "DataAccess": {"MySql": {}},
    }


def _keys(sort_key: str) -> Mapping[str, Any]:
    return {
        "PartitionKey": {"AttributeName": keys.PARTITION_KEY, "AttributeType": "S"},
        "SortKey": {"AttributeName": sort_key, "AttributeType": "S"},
    }


def _scaling() -> Mapping[str, Any]:
    return {
        "ScalableTargetRequest": {"MinCapacity": 1, "MaxCapacity": 10, "ServiceRole": _ROLE},
        "ScalingPolicyConfiguration": {"TargetValue": 70},
    }


def _types(items: Iterable[Item]) -> Mapping[str, str]:
    """Returns the DynamoDB type of every attribute except the keys, in the order of appearance."""
    types: dict[str, str] = {}
    for item in items:
        for name, value in item.items():
            if name not in {keys.PARTITION_KEY, keys.SORT_KEY}:
                types.setdefault(name, next(iter(to_attribute_value(value))))
    return types


def _login(user: User) -> Item:
    return login_item(LOCAL_ISSUER, user.handle, user.user_uuid, "$argon2id$…")


def _talks() -> Sequence[tuple[Item, Sequence[Item], Sequence[Item]]]:
    """Returns each conversation's group item, its messages and its members' rows."""
    return [_talk(*talk) for talk in _TALKS]


def _talk(
    people: Sequence[User], title: str | None, lines: Sequence[tuple[User, str]]
) -> tuple[Item, Sequence[Item], Sequence[Item]]:
    group = MessageGroup(
        message_group_uuid=_TRIP
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


def _logged() -> Sequence[Item]:
    """Returns the items of all changes."""
    messages = [message_from(item) for talk in _talks() for item in talk[1]]
    return [change_item(change) for message in messages for change in changes_of(message, ANDREW)]
