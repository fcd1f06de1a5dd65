"""A host's key, for the model of the table."""

from cruddur.domain.host_key import HostKey
from cruddur.schema.host_key_items import host_key_item

HOST_KEY = host_key_item(
    HostKey(
        name="shop",
        number=1,
        secret_digest="0f" * 32,
        scopes=["users", "tokens"],
        created_at="2026-11-23T08:00:00.000Z",
    )
)
