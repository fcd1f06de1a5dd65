"""What every body of a request has in common."""

from msgspec import Struct


class Body(Struct, forbid_unknown_fields=True, kw_only=True):
    """A body as JSON. A field that it does not know is an error.

    Otherwise a client that misspells a field, or sends one of a newer version, would be told that all
    went well.
    """
