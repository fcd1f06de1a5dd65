"""Which addresses of an issuer are asked: over TLS, or on this machine."""

from urllib.parse import urlsplit

from cruddur.domain.issuer import ISSUER_MAX_CHARS
from cruddur.setting_texts import is_loopback


def is_safe_url(url: str) -> bool:
    """Whether it is an https address without a fragment or a user, or an http one of this machine."""
    if not url.isascii() or not url.isprintable() or " " in url or "@" in url or "#" in url:
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:  # the port is no number
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    )


def is_issuer(url: str) -> bool:
    """Whether it can be an issuer's name: such an address, without a query (RFC 8414, 2)."""
    return is_safe_url(url) and "?" not in url and len(url) <= ISSUER_MAX_CHARS
