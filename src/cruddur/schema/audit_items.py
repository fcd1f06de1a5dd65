"""Converts audit entries to items and back."""

import msgspec

from cruddur.domain.audit import AuditEntry
from cruddur.domain.item import Item
from cruddur.schema import keys


def audit_item(entry: AuditEntry, expires_at: int) -> Item:
    """Returns an entry's item, which the table removes at `expires_at`, in epoch seconds.

    What an act has no word for is left out, since most acts have little more than a person.
    """
    pk, sk = keys.audit_key(entry.at, entry.entry_id)
    given = {name: value for name, value in msgspec.structs.asdict(entry).items() if value}
    del given["entry_id"]
    if "details" in given:
        given["details"] = msgspec.json.encode(entry.details).decode()
    return {keys.PARTITION_KEY: pk, keys.SORT_KEY: sk, **given, keys.TTL_ATTRIBUTE: expires_at}


def audit_entry_from(item: Item) -> AuditEntry:
    """Returns an item's entry. Raises one of UNREADABLE."""
    entry_id = keys.whole_key_of(item).sk.rpartition("#")[2]
    details = msgspec.json.decode(item.get("details", "{}"))
    return msgspec.convert({**item, "entry_id": entry_id, "details": details}, AuditEntry)
