"""The mail server that a URL names: `smtps://user:password@host:465`."""

from collections.abc import Mapping
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from cruddur.setting_texts import is_loopback

Tls = Literal["at once", "starttls", "never"]
_PORTS = {"smtp": 587, "smtps": 465}  # RFC 6409, 3.1; RFC 8314, 7.3
_FORM = (
    "must be like smtps://user:password@host:465, or smtp://…:587 for STARTTLS; in user and password, "
    "what is no letter or digit is written as %XX"
)


class MailServer(NamedTuple):
    """Where mails go, and how the connection is encrypted. Without a user nobody signs in there."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"MailServer({self.host!r}, {self.port}, {self.tls!r})"


def server_of(url: str) -> MailServer:
    """Returns the server of a URL. Raises ValueError, whose text holds nothing of the URL.

    With `smtp://` the server must offer STARTTLS, so that nobody in between can take that offer away. On
    loopback nothing is encrypted, unless `?tls=always` says so; elsewhere nothing with `?tls=never`, and
    then no password is sent.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        (parts.hostname or "").encode("ascii")
    except ValueError:  # the port is no number, or the host is not in ASCII
        raise ValueError(_FORM) from None
    wanted = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme not in _PORTS or not parts.hostname or port == 0 or parts.path not in {"", "/"}:
        raise ValueError(_FORM)
    if parts.fragment or not _is_option(parts.scheme, wanted):
        raise ValueError("takes one option, ?tls=always or ?tls=never, and only with smtp://")
    server = MailServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls=_tls_of(parts.scheme, parts.hostname, wanted.get("tls", "")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
    _check_sign_in(server)
    return server


def _is_option(scheme: str, wanted: Mapping[str, str]) -> bool:
    return not wanted or (scheme == "smtp" and wanted in ({"tls": "always"}, {"tls": "never"}))


def _tls_of(scheme: str, host: str, wanted: str) -> Tls:
    if scheme == "smtps":
        return "at once"
    is_encrypted = wanted == "always" if wanted else not is_loopback(host)
    return "starttls" if is_encrypted else "never"


def _check_sign_in(server: MailServer) -> None:
    if bool(server.user) != bool(server.password):
        raise ValueError("has a user without a password, or a password without a user")
    if not (server.user + server.password).isprintable():
        raise ValueError("holds a control character in user or password")
    if server.user and server.tls == "never" and not is_loopback(server.host):
        raise ValueError("would send a password without TLS: leave out the user, or ?tls=never")
