"""Find what is left of people who were erased: in groups that they left before that was remembered, say,
or in what a restored backup has brought back.
"""

from collections.abc import Mapping
from contextlib import suppress

from cruddur.domain.erasure import ERASED_NAME, Erasure, is_erased_handle
from cruddur.domain.item import Item, Key
from cruddur.domain.report import without_person
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.difference import Difference
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query
from cruddur.schema import erasure_keys, keys
from cruddur.schema.erasure_items import erasure_from
from cruddur.schema.kinds import kind_of
from cruddur.schema.readable import one_from
from cruddur.schema.report_items import people_of_report, report_from

_LATE_SECONDS = 900
"""How long after it was due an erasure counts as one with which nobody goes on."""


class Remains:
    """The people who were erased, and what was found of them: one difference a place."""

    def __init__(self, erased: Mapping[str, Erasure]) -> None:
        self._erased = erased
        self._found: set[tuple[str, str]] = set()

    async def find(self, messaging: MessagingContext, item: Item) -> Difference | None:
        """Returns a difference if the item shows somebody who was erased, unless it was said already."""
        shown = self._shown(item)
        if shown is None or (shown.user_uuid, _place(item)) in self._found:
            return None
        key = keys.key_of(item)
        current = await messaging.table.get(key, consistent=True)
        if current is None or self._shown(current) is None:
            return None  # it was read before, and has changed meanwhile
        self._found.add((shown.user_uuid, _place(item)))
        what = f"{kind_of(item)} {key.sk} shows somebody who was erased"
        return Difference(_place(item), what, erasure=shown)

    def _shown(self, item: Item) -> Erasure | None:
        """Returns whom the item shows of the people who were erased."""
        for user_uuid in _people(item):
            erasure = self._erased.get(user_uuid)
            if erasure is not None and _shows(item, erasure):
                return erasure
        return None


async def read_remains(messaging: MessagingContext) -> Remains:
    """Reads who was erased. Raises TableUnavailable."""
    found = await all_items(
        messaging.table, Query(erasure_keys.ERASED_PEOPLE, limit=500, consistent=True)
    )
    read = (one_from(erasure_from, item) for item in found)
    return Remains({one.user_uuid: one for one in read if one is not None})


def compare_erasure(messaging: MessagingContext, erasure: Erasure) -> Difference | None:
    """Returns a difference if nobody goes on with an erasure that has begun."""
    if erasure.busy_until + _LATE_SECONDS > messaging.clock().timestamp():
        return None
    what = "the erasure is not complete: `cruddur up` and `cruddur users erase` go on with it"
    return Difference(erasure.user_uuid, what)


def _people(item: Item) -> list[str]:
    key = keys.key_of(item)
    people = [str(item.get(name)) for name in ("user_uuid", "last_user_uuid")]
    people += [
        keys.owner_of_row(key.pk).removeprefix(p) for p in (keys.USER_PREFIX, keys.RENAME_PREFIX)
    ]
    with suppress(AttributeError):  # another program may have written something else
        people += item.get("members", {}).keys()
    if kind_of(item) == "report":
        people += people_of_report(item)
    return people


def _shows(item: Item, erasure: Erasure) -> bool:
    kind, uuid = kind_of(item), erasure.user_uuid
    is_blank = erasure.messages == "blank"
    if kind == "message":
        is_text = bool(item.get("message")) and "event" not in item
        return not _is_nameless(item) or (is_blank and is_text)
    if kind == "message-change":
        return is_blank and bool(item.get("message") or item.get("before"))
    if kind == "report":
        report = one_from(report_from, item)
        is_shown = report is not None and without_person(report, uuid) != report
        return erasure.reports == "blank" and is_shown
    if kind == "group":
        return not is_erased_handle(str(item["members"][uuid].get("handle")))
    if kind == "inbox-row" and keys.owner_of_row(keys.key_of(item).pk) != uuid:
        is_other = item.get("user_uuid") == uuid and not _is_nameless(item)
        is_last = item.get("last_user_uuid") == uuid
        return is_other or (
            is_last and item.get("last_user_display_name") not in {None, ERASED_NAME}
        )
    return kind not in {"left", "erasure", "erased-person"}  # those hold uuids alone


def _is_nameless(item: Item) -> bool:
    return is_erased_handle(str(item.get("user_handle"))) and (
        item.get("user_display_name") == ERASED_NAME
    )


def _place(item: Item) -> str:
    """The conversation that an item belongs to, or the item itself."""
    key: Key = keys.key_of(item)
    if key.pk.startswith(keys.MESSAGES_PREFIX):
        return keys.group_uuid_of(key)
    return key.sk if kind_of(item) == "inbox-row" else f"{key.pk} / {key.sk}"
