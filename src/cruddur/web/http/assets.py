"""The page's static files as browsers fetch them: joined, compressed, and named by what is in them.

A name with the hash of its content is kept by browsers for a year and never asked for again. After an
upgrade the pages name other files. The plain names, without a hash, are the sources.
"""

import asyncio
import mimetypes
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cruddur.web.http.bundles import (
    STATIC,
    Joined,
    join_modules,
    join_sheets,
    shorten_sheet,
)
from cruddur.web.http.compression import Coding, compress_file
from cruddur.web.http.content_hash import content_hash

JOINED = frozenset({
    "js/main.js",
    "js/accounts.js",
    "js/account_mail.js",
    "js/join.js",
    "css/messages.css",
    "css/later.css",
    "css/sign.css",
    "css/schema.css",
    "css/embed.css",
})  # fmt: skip
"""The files that the pages name. Each is joined with what it imports."""

DIALOGS = "dialogs.html"
"""The markup that the rest of the page adds to it, made of the template `_dialogs.html`."""

_SCRIPT_WITH_PARTS = "main"

_HASHED = re.compile(r"^(.+)\.([0-9a-f]{16})(\.\w+)$")
_TYPES = {
    ".js": "text/javascript",  # browsers reject modules of any other type
    ".css": "text/css",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".md": "text/markdown",  # RFC 7763
    ".txt": "text/plain",
}
_LEAST_BYTES = 500
"""Less than this fits into one packet with the headers, so that compressing it saves nothing."""


_rendered: dict[str, Callable[[], bytes]] = {}
_compressed: dict[tuple[str, Coding], bytes | None] = {}
"""By digest and coding. What is served is as many as there are files and parts."""


class Asset(NamedTuple):
    """What a static file's name stands for."""

    content: bytes
    media_type: str
    digest: str
    """Sixteen hexadecimal digits that change with the content."""

    async def compressed(self, coding: Coding) -> bytes | None:
        """Returns the content in this coding, or None if that is no smaller.

        The smallest form of the page's script takes a third of a second, once: other requests go on.
        """
        made = (self.digest, coding)
        if made not in _compressed:
            _compressed[made] = await asyncio.to_thread(_smaller, self.content, coding)
        return _compressed[made]


def add_rendered(name: str, render: Callable[[], bytes]) -> None:
    """Adds a file that is made of a template, when it is first asked for."""
    _rendered[name] = render


def asset_path(name: str) -> str:
    """Returns the path below the base path of a static file, such as `/static/css/sign.6f….css`."""
    stem, _, suffix = name.rpartition(".")
    return f"/static/{stem}.{_asset(name).digest}.{suffix}"


def find_asset(name: str) -> tuple[Asset, bool] | None:
    """Returns what a name stands for, and whether the name has the hash of this very content.

    The hash of another content gets the present content as well. During an upgrade one process writes
    the page, and another, older one may be asked for its files. Returns None if there is no such file,
    or if it is a part or the dialogs of another version's script, with which they could do anything.
    """
    hashed = _HASHED.match(name)
    found = _file_name(hashed[1] + hashed[3] if hashed else name)
    if found is None:
        return None
    if hashed is None:
        return (_asset if found in _rendered else _source)(found), False
    asset = _asset(found)
    is_this = asset.digest == hashed[2]
    is_for_one_script = found in _rendered or _part(found) is not None
    return None if is_for_one_script and not is_this else (asset, is_this)


def part_paths() -> list[str]:
    """Returns the paths below the base path of what the page's script fetches later."""
    return [asset_path(f"js/{name}.js") for name in _joined(_SCRIPT_WITH_PARTS).parts]


@cache
def _asset(name: str) -> Asset:
    if render := _rendered.get(name):
        return make_asset(name, render())
    if part := _part(name):
        return make_asset(name, part.encode())
    if name not in JOINED:
        return _source(name)
    stem = Path(name).stem
    return make_asset(
        name,
        (
            _joined(stem).script if name.endswith(".js") else shorten_sheet(join_sheets(stem))
        ).encode(),
    )


@cache
def _joined(script: str) -> Joined:
    return join_modules(script)


def _part(name: str) -> str | None:
    is_script = name.startswith("js/")
    return _joined(_SCRIPT_WITH_PARTS).parts.get(Path(name).stem) if is_script else None


@cache
def _source(name: str) -> Asset:
    return make_asset(name, (STATIC / name).read_bytes())


def make_asset(name: str, content: bytes) -> Asset:
    """Returns what a file of this name and content is served as."""
    suffix = Path(name).suffix
    return Asset(
        content,
        _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream"),
        content_hash(content),
    )


def _smaller(content: bytes, coding: Coding) -> bytes | None:
    compressed = compress_file(content, coding)
    return compressed if _LEAST_BYTES < len(content) > len(compressed) else None


def _file_name(name: str) -> str | None:
    """Returns the one name of a file below the folder, or None if there is no such file.

    `js/./main.js` and `js/main.js` are one file. What is remembered has this name, since a client could
    fill the memory with spellings of it.
    """
    if name in _rendered:
        return name
    root = STATIC.resolve()
    try:
        # The path is resolved first, so that neither dots nor a link can lead out of the folder.
        file = (root / name).resolve()
        is_there = file.is_relative_to(root) and file.is_file()
    except (OSError, ValueError):  # the name is invalid: it has a NUL or is too long
        return None
    return file.relative_to(root).as_posix() if is_there else None
