"""The client for pages of other products, `/embed/v1.js`: joined from the page's own modules."""

from functools import cache

from cruddur.web.http.assets import Asset, make_asset
from cruddur.web.http.bundles import join_modules
from cruddur.web.http.content_hash import part_name

CLIENT = "v1.js"
"""Its name says the version of what it exports: what breaks the pages of others gets another."""

_SCRIPT = "client"


def find_client_file(name: str) -> Asset | None:
    """Returns the client, or a part of it that its script fetches; None if there is no such file."""
    text = client_files().get(name)
    return None if text is None else _asset(name, text)


@cache
def client_files() -> dict[str, str]:
    """Returns the client and its parts by their names. A part's name has the hash of its content."""
    joined = join_modules(_SCRIPT)
    parts = {part_name(name, text): text for name, text in joined.parts.items()}
    return {CLIENT: joined.script, **parts}


@cache
def _asset(name: str, text: str) -> Asset:
    return make_asset(name, text.encode())
