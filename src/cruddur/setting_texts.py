"""What the text of any setting must be, before one asks what it means."""

import os
import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import urlsplit

CHARS_MAX = 8192
"""Longer than any list of origins or networks that somebody keeps by hand."""

SHOWN_MAX_CHARS = 80

_BASE_PATH = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._~-]*)+")
_OUR_OWN_PATHS = frozenset(
    {
        *("api", "c", "embed", "health", "metrics", "reset", "schema"),
        *("sign-in", "sign-out", "sign-up", "static", "confirm-email", "forgotten", "stop-mails"),
    }
)
_PATH_MAX_BYTES = 4095  # Linux: PATH_MAX without the NUL at its end
_NAME_MAX_BYTES = 255


def problem_of(text: str, *, is_path: bool = False, may_be_empty: bool = False) -> str | None:
    """Why no setting can have this text, without the text itself: it may be a secret."""
    if not text.strip() and not may_be_empty:
        return "is empty"
    if len(text) > CHARS_MAX:
        return f"has {len(text):,} characters: a setting has at most {CHARS_MAX:,}"
    for place, char in enumerate(text, start=1):
        if unicodedata.category(char) == "Cc":
            return f"holds a control character at place {place}"
        if unicodedata.category(char) == "Cs" and not is_path:
            return f"is not in UTF-8: see the character at place {place}"
    return _problem_of_path(text) if is_path else None


def _problem_of_path(text: str) -> str | None:
    try:
        path = os.fsencode(text)  # a file's name may hold any bytes
    except UnicodeEncodeError:
        return "holds half of a character"
    longest = max(map(len, path.split(b"/")))
    if len(path) > _PATH_MAX_BYTES or longest > _NAME_MAX_BYTES:
        return f"is too long for a file: a name in it has at most {_NAME_MAX_BYTES} bytes"
    return None


def problem_of_origins(text: str) -> str | None:
    """Why a list of origins cannot be this."""
    for origin in origins_in(text):
        if origin != as_browsers_write(origin):
            return (
                f"cannot hold {shown(origin)}: it takes origins as browsers write them, such as "
                "http://localhost:3000, without a path, with commas between them"
            )
    return None


def origins_in(text: str) -> list[str]:
    """Returns the origins of a list with commas between them."""
    return [origin for one in text.split(",") if (origin := one.strip())]


def shown(text: object) -> str:
    """A value in quotes, for a line that says what is wrong with it; cut where it is long."""
    quoted = repr(text)
    return quoted if len(quoted) <= SHOWN_MAX_CHARS else f"{quoted[:SHOWN_MAX_CHARS]}…"


def as_browsers_write(origin: str) -> str | None:
    """An origin as browsers send it; None for what none of them sends."""
    try:
        parts = urlsplit(origin)
        host, port = parts.hostname or "", parts.port
        host.encode("ascii")
    except ValueError:  # its port is no number, or its host holds letters that browsers encode
        return None
    default = {"http": 80, "https": 443}
    if parts.scheme not in default or not host or "*" in host:
        return None
    host = f"[{host}]" if ":" in host else host
    shown = "" if port in {None, default[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


def problem_of_address(text: str) -> str | None:
    """Why links cannot begin with this text, without the text itself; None if they can."""
    try:
        parts = urlsplit(text)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        has_more = bool(parts.query or parts.fragment) or "@" in parts.netloc
    except ValueError:  # the port is no number
        is_whole, has_more = False, False
    if not is_whole or has_more or text.endswith("/") or not text.isascii():
        return "takes an address like https://chat.example.com, without a slash at its end"
    return None


def problem_of_page(text: str) -> str | None:
    """Why people cannot be led to this address of a page; None if they can."""
    try:
        parts = urlsplit(text)
        is_whole = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
        has_user = "@" in parts.netloc
    except ValueError:  # the port is no number
        is_whole, has_user = False, False
    if is_whole and not has_user and re.fullmatch(r"[!-~]+", text):
        return None
    return "takes the address of a page like https://example.com/privacy, by https"


def problem_of_base_path(base_path: str) -> str | None:
    """Why the service cannot lie below this path; None if it can, or if there is none."""
    first = base_path[1:].partition("/")[0]
    if not base_path or (_BASE_PATH.fullmatch(base_path) and first not in _OUR_OWN_PATHS):
        return None
    return (
        f"cannot be {shown(base_path)}: it takes a path like /chat, without a slash at its end, that "
        f"begins with none of our own ({', '.join(sorted(_OUR_OWN_PATHS))})"
    )


def problem_of_contact(text: str) -> str | None:
    """Why no push service takes this text as a contact (RFC 8292, 2.1); None if they do."""
    if re.fullmatch(r"mailto:[^@\s]+@[^@\s]+|https://[^\s/]+\S*", text, re.ASCII):
        return None
    return "takes a contact like mailto:ops@example.com or https://example.com"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a service on this host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
