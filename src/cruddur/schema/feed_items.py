"""Converts what is stored about the readers of the change feed to items and back."""

from msgspec import Struct

from cruddur.domain.item import Item
from cruddur.schema import keys
from cruddur.schema.records import keyed


class Checkpoint(Struct, frozen=True):
    """Everything up to `sequence` is processed. `drained` says that the shard has ended there."""

    sequence: str | None
    drained: bool


def checkpoint_item(
    consumer: str, stream: str, shard_id: str, checkpoint: Checkpoint, expires_at: int
) -> Item:
    """Returns the item of a consumer's position in a shard, with the epoch second of its removal."""
    item = {
        **keyed(keys.checkpoint_key(consumer, shard_id)),
        "stream": stream,
        "drained": checkpoint.drained,
        keys.TTL_ATTRIBUTE: expires_at,
    }
    return item if checkpoint.sequence is None else {**item, "sequence": checkpoint.sequence}


def checkpoint_from(item: Item) -> Checkpoint:
    """Returns the checkpoint of an item.

    What another program wrote counts as nothing read yet: a change that comes twice does no harm.
    """
    sequence, drained = item.get("sequence"), item.get("drained")
    return Checkpoint(sequence if isinstance(sequence, str) else None, drained is True)


def reader_item(consumer: str, owner: str, until: int) -> Item:
    """Returns the lease of the process that reads the stream for a consumer, until this epoch second."""
    return {**keyed(keys.reader_key()), "consumer": consumer, "owner": owner, "until": until}
