"""The address of the service, checked before a request is made."""

from urllib.parse import urlsplit


def checked_url(url: str) -> str:
    """Returns the address as it was given, without blanks around. Raises ValueError if it is none."""
    stripped = url.strip()
    parts = urlsplit(stripped)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(
            f"{stripped!r} is no address of a service: it looks like https://chat.example"
        )
    return stripped
