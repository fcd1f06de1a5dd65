"""The data model as a file for NoSQL Workbench for DynamoDB: sample items, and a facet for each pattern.

The items are made by the service's own code, so that the file cannot differ from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cruddur.domain.item import Item
from cruddur.schema import (
    block_keys,
    erasure_keys,
    invite_items,
    keys,
    push_keys,
    sign_up_items,
    webhook_items,
)
from cruddur.schema.attribute_values import item_to_attribute_values, to_attribute_value
from cruddur.schema.email_items import email_key
from cruddur.schema.items import (
    handle_item,
    name_items,
    user_item,
)
from cruddur.schema.passkey_items import passkey_key
from cruddur.schema.picture_items import picture_key
from cruddur.schema.retention_items import retention_item, retention_key
from cruddur.tools.host_key_sample import HOST_KEY
from cruddur.tools.invite_samples import ASKED, INVITE, INVITED, SIGN_UP_INVITES
from cruddur.tools.model_people import (
    addresses_of,
    blocked,
    issuer_logins,
    left,
    picture_of,
    pins_of,
    sessions_of,
    signed_in,
)
from cruddur.tools.model_talks import ANDREW, BAYKO, CARLA, TRIP, logged, login, talks
from cruddur.tools.passkey_samples import passkeys_of
from cruddur.tools.push_samples import owner_of, push_of
from cruddur.tools.webhook_sample import WEBHOOK, held_for_webhook

_DATE = "Nov 23, 2026, 09:00 AM"  # fixed, so that the same model gives the same file
_EXPIRES_AT = 1_796_029_200  # seven days after the sessions of the model were used
_UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
_ROLE = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"


class Facet(NamedTuple):
    """One access pattern: its question, the content of its keys, and the items that it touches."""

    name: str
    partition: str
    sort: str
    items: Sequence[Item]


def facets() -> Sequence[Facet]:
    """Returns the facets in the order of docs/data-model.md."""
    rows = [item for talk in talks() for item in talk[2]]
    andrews = [row for row in rows if row["pk"] == keys.inbox_pk(ANDREW.user_uuid)]
    return (*_sent_and_found(rows, andrews), *_changed(andrews), *_kept(rows, andrews))


def _sent_and_found(rows: Sequence[Item], andrews: Sequence[Item]) -> Sequence[Facet]:
    messages = [item for talk in talks() for item in talk[1]]
    mentions = [item for item in messages if "mentions" in item]
    groups = [talk[0] for talk in talks()]
    first, people = talks()[0], (ANDREW, BAYKO, CARLA)
    return (
        Facet("A newest messages", keys.messages_pk("<group>"), "<seq>", messages),
        Facet("B inbox newest first", keys.inbox_pk("<user>"), "<group>", andrews),
        Facet("B mentions", keys.messages_pk("<group>"), "<seq>", mentions),
        Facet("C send a message", keys.messages_pk("<group>"), "<seq + 1>", first[1][-1:]),
        Facet("D bring inboxes up to date", keys.inbox_pk("<user>"), "<group>", rows),
        Facet("E start a conversation", keys.messages_pk("<group>"), keys.GROUP_SK, groups),
        Facet("F mark read", keys.inbox_pk("<user>"), "<group>", first[2][:1]),
        Facet("O picture of a person", *picture_key("<user>"), [picture_of(ANDREW)]),
        Facet("F pin", *keys.pins_key("<user>"), [pins_of(ANDREW, TRIP)]),
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
        Facet(
            "H sign in",
            *keys.login_key("<issuer>", "<subject>"),
            [*(login(user) for user in people), *issuer_logins(ANDREW)],
        ),
        Facet("H passkeys", *passkey_key("<user>", "<id>"), passkeys_of(ANDREW)),
        Facet("H address and mails", *email_key("<user>"), addresses_of(ANDREW, _EXPIRES_AT)),
        Facet(
            "H invitations to make an account",
            *sign_up_items.sign_up_invite_key("<user>", "<id>"),
            SIGN_UP_INVITES,
        ),
    )


def _changed(andrews: Sequence[Item]) -> Sequence[Facet]:
    log = logged()
    return (
        Facet(
            "I edit, delete, react",
            keys.messages_pk("<group>"),
            keys.CHANGE_PREFIX + "<n + 1>",
            log,
        ),
        Facet("J what was changed", keys.messages_pk("<group>"), keys.CHANGE_PREFIX + "<n>", log),
        Facet("L what a device missed", keys.inbox_pk("<user>"), "<group>", andrews),
    )


def _kept(rows: Sequence[Item], andrews: Sequence[Item]) -> Sequence[Facet]:
    people = (ANDREW, BAYKO, CARLA)
    return (
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
            "T erase a person", *erasure_keys.left_key("<user>", "<group>"), [left(ANDREW, TRIP)]
        ),
        Facet(
            "U requests of strangers",
            keys.requests_pk("<user>"),
            "<group>",
            [row for row in rows if row["pk"].startswith(keys.REQUESTS_PREFIX)],
        ),
        Facet("V webhooks", *webhook_items.webhook_key("<name>"), [WEBHOOK]),
        Facet("W keys of hosts", keys.host_keys_pk(), "<name>#<number>", [HOST_KEY]),
        Facet("X devices", *push_keys.device_key("<user>", "<id>"), push_of(ANDREW, _EXPIRES_AT)),
        Facet("X one person's", *push_keys.owner_key("<id>"), [owner_of(ANDREW, _EXPIRES_AT)]),
        Facet(
            "Sent again",
            *webhook_items.held_key("<name>", keys.messages_pk("<group>")),
            held_for_webhook(keys.messages_pk(TRIP)),
        ),
        Facet("Y groups with a rule", *retention_key("<group>"), [retention_item(TRIP)]),
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
