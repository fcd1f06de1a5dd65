"""What a change of the feed may still show of people who were erased since: nothing but their uuid."""

from collections.abc import Collection, Mapping
from typing import Any

from cruddur.domain.erasure import ERASED_NAME, Erasure, erased_handle
from cruddur.domain.item import Item
from cruddur.domain.report import without_person
from cruddur.schema import keys
from cruddur.schema.kinds import kind_of
from cruddur.schema.report_items import people_of_report, report_from, report_item

_KEPT = frozenset({keys.PARTITION_KEY, keys.SORT_KEY, "user_uuid", "seq", "kind", "at"})
_OF_THE_ACCOUNT = frozenset({"user", "handle", "name", "login", "session", "reset", "renaming"})


def without_erased(item: Item | None, erased: Mapping[str, Erasure]) -> Item | None:
    """Returns the item as it may be shown now that these people are erased; as it is for all others."""
    if item is None or not erased:
        return item
    kind = kind_of(item)
    theirs = _people(item) & set(erased)
    if not theirs:
        return item
    is_own = keys.key_of(item).pk.removeprefix(keys.USER_PREFIX) in theirs
    if is_own or kind in _OF_THE_ACCOUNT:
        return {name: value for name, value in item.items() if name in _KEPT}
    shown = {**_without_picture(item, theirs), **_nameless(item, theirs)}
    if kind == "report":
        return _report(item, [uuid for uuid in theirs if erased[uuid].reports == "blank"])
    if kind == "group":
        shown["members"] = {
            uuid: _member(uuid, member) if uuid in theirs else member
            for uuid, member in item["members"].items()
        }
    blanked = {uuid for uuid in theirs if erased[uuid].messages == "blank"}
    if _named_in_event(item) & theirs or _wrote(item) & blanked:
        shown |= {name: "" for name in ("message", "before") if name in item}
    return shown


def _people(item: Item) -> set[str]:
    key = keys.key_of(item)
    people = {_text(item, "user_uuid"), _text(item, "last_user_uuid")}
    people |= {key.pk.removeprefix(p) for p in (keys.USER_PREFIX, keys.RENAME_PREFIX)}
    people |= _named_in_event(item)
    if kind_of(item) == "report":
        people |= people_of_report(item)
    members = item.get("members")
    return people | (set(members) if isinstance(members, Mapping) else set())


def _wrote(item: Item) -> set[str]:
    """The person by whom the text of the item is, if it has one."""
    kind = kind_of(item)
    if kind in {"message", "message-change"}:
        return {_text(item, "user_uuid")}
    return {_text(item, "last_user_uuid")} if kind == "inbox-row" else set()


def _named_in_event(item: Item) -> set[str]:
    """The people whom the sentence about a group names."""
    event = item.get("event")
    if not isinstance(event, Mapping):
        return set()
    return {_text(item, "user_uuid"), *event.get("user_uuids", ())}


def _nameless(item: Item, theirs: Collection[str]) -> dict[str, Any]:
    """The names of the item that are theirs, with what stands in their place."""
    found: dict[str, Any] = {}
    uuid = _text(item, "user_uuid")
    if uuid in theirs and "user_handle" in item:
        found |= {"user_handle": erased_handle(uuid), "user_display_name": ERASED_NAME}
    if _text(item, "last_user_uuid") in theirs and "last_user_display_name" in item:
        found["last_user_display_name"] = ERASED_NAME
    return found


def _without_picture(item: Item, theirs: Collection[str]) -> Item:
    if "user_picture" not in item or _text(item, "user_uuid") not in theirs:
        return item
    return {name: value for name, value in item.items() if name != "user_picture"}


def _report(item: Item, theirs: Collection[str]) -> Item:
    report = report_from(item)
    for uuid in theirs:
        report = without_person(report, uuid)
    return report_item(report)


def _member(uuid: str, member: Any) -> Any:
    if not isinstance(member, Mapping):
        return {}
    others = {name: value for name, value in member.items() if name != "picture"}
    return {**others, "handle": erased_handle(uuid), "display_name": ERASED_NAME}


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
