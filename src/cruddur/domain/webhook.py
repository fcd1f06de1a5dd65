"""Webhooks: addresses of a host product that are told what happens here."""

import base64
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

from msgspec import Struct

from cruddur.domain.errors import Invalid, declare_code

EventType = Literal["message", "change", "group", "read", "report", "user"]
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)
TEST = "test"
"""The type of what `cruddur webhooks test` sends. No webhook has to ask for it."""

WEBHOOKS_MAX = 20
ROLLED_SECONDS = 24 * 3600
"""How long what is sent is signed with the secret from before a roll too."""

_SECRET_PREFIX = "whsec_"  # noqa: S105  what every secret begins with
_SECRET_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")

_NAME_INVALID = declare_code(
    "webhook_name_invalid", "A webhook's name has 1 to 32 small letters, digits and dashes."
)
_EVENT_UNKNOWN = declare_code("webhook_event_unknown", "There is no such event for webhooks.")
WEBHOOK_EXISTS = declare_code("webhook_exists", "There is a webhook of this name already.")
WEBHOOK_NOT_FOUND = declare_code("webhook_not_found", "There is no webhook of this name.")
WEBHOOKS_TOO_MANY = declare_code("webhooks_too_many", "There are as many webhooks as may be.")
WEBHOOK_URL_REFUSED = declare_code(
    "webhook_url_refused", "The service does not call this address; the detail says why."
)


class Webhook(Struct, frozen=True, kw_only=True):
    """An address that gets these events, and the secret that signs what is sent.

    `secret_before` is that from before the last roll, which signs too until `rolled_until` (an epoch
    second). `paused_at` is when it was paused: what happens meanwhile is sent later. `disabled_at` is
    when the address answered 410: what happens meanwhile is not sent, unless it is replayed. `replays`
    counts what was asked to be sent again. `tried_since` is when it was last resumed: the three days of
    what waited begin then.
    """

    name: str
    url: str
    events: Sequence[EventType]
    secret: str
    created_at: str
    secret_before: str | None = None
    rolled_until: int = 0
    paused_at: str | None = None
    disabled_at: str | None = None
    tried_since: str | None = None
    replays: int = 0

    def __repr__(self) -> str:
        return f"Webhook({self.name!r})"

    @property
    def is_active(self) -> bool:
        """Whether what happens now is sent to it, now or later."""
        return self.disabled_at is None

    def signing_secrets(self, now: float) -> Sequence[str]:
        """The secrets that sign at this epoch second, the newest first."""
        is_rolling = self.secret_before is not None and now < self.rolled_until
        return [self.secret, *([self.secret_before or ""] if is_rolling else [])]


class HeldDelivery(Struct, frozen=True, kw_only=True):
    """What could not be sent yet of one ordering key: of a conversation, a person, or the reports.

    `seq` is the number of the first message that is to be sent, `change_seq` that of the first change.
    Everything that follows them in the table is to be sent too, and needs no item of its own. `others`
    are keys of further items. `mark` names this state: who replaces it has seen it.
    """

    ordering_key: str
    since: str
    mark: str
    next_at: float
    tries: int = 0
    seq: int | None = None
    change_seq: int | None = None
    others: tuple[str, ...] = ()
    why: str = ""


class SentWebhook(Struct, frozen=True, kw_only=True):
    """One attempt, as `cruddur webhooks sent` shows it. `answer` is a status, or why there was none."""

    at: str
    webhook_id: str
    type: str
    answer: str
    milliseconds: int

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver said that it has it: a status from 200 to 299."""
        return len(self.answer) == len("200") and self.answer.startswith("2")


class DeadWebhook(Struct, frozen=True, kw_only=True):
    """One event that was not accepted for three days, and was given up.

    `number` is a message's or a change's; of another event `sort_key` says which item it was of.
    """

    at: str
    webhook_id: str
    type: str
    ordering_key: str
    number: int
    why: str
    sort_key: str = ""


def new_secret() -> str:
    """Returns a new secret, in the form of Standard Webhooks: `whsec_` and Base64."""
    return _SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def secret_key(secret: str) -> bytes:
    """Returns the bytes of a secret, which key the signature. Raises ValueError."""
    return base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)


def checked_webhook_name(name: str) -> str:
    """Returns the name of a webhook. Raises Invalid."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            _NAME_INVALID,
            "A webhook's name has 1 to 32 characters: small letters, digits and dashes.",
            field="name",
        )
    return name


def checked_events(events: Iterable[str]) -> Sequence[EventType]:
    """Returns these events once each, or `message` and `change` for none. Raises Invalid."""
    wanted = set(events) or {"message", "change"}
    if wanted - set(EVENT_TYPES):
        raise Invalid(
            _EVENT_UNKNOWN, f"An event is one of {', '.join(EVENT_TYPES)}.", field="events"
        )
    return [event for event in EVENT_TYPES if event in wanted]


KIND_OF_EVENT: Mapping[EventType, str] = {
    "message": "message",
    "change": "message-change",
    "group": "group",
    "read": "read-mark",
    "report": "report",
    "user": "user",
}
"""By event, the kind of the items whose changes make it."""
