"""The form of an address that may be called."""

from yarl import URL

from cruddur.ports.outbound import URL_MAX_CHARS, OutboundRefused

FORM = "The address must be like https://example.com/hook."


def checked_url(text: str) -> URL:
    """Returns the URL exactly as it was given. Raises OutboundRefused.

    Without spaces, control characters and letters beyond ASCII no two programs can read it differently.
    """
    if len(text) > URL_MAX_CHARS:
        raise OutboundRefused(f"The address is longer than {URL_MAX_CHARS:,} characters.")
    if not all("!" <= char <= "~" for char in text) or "\\" in text:
        raise OutboundRefused(
            "The address holds spaces, backslashes or letters beyond ASCII: write them encoded."
        )
    try:
        url = URL(text, encoded=True)
        is_whole = bool(url.host) and url.port not in {None, 0}
    except ValueError:  # its port is no number, or its host is in broken brackets
        raise OutboundRefused(FORM) from None
    if not is_whole or url.scheme not in {"https", "http"}:
        raise OutboundRefused(FORM)
    if "@" in url.raw_authority:
        raise OutboundRefused(
            "The address holds a user or a password, which would be sent in clear."
        )
    return url.with_fragment(None)
