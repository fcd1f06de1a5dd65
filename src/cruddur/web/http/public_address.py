"""Where people open the service, as issuers and passkeys know it."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection

from cruddur.domain.errors import Conflict, declare_code
from cruddur.identity.passkey_proofs import RelyingParty
from cruddur.setting_texts import as_browsers_write
from cruddur.web.http.base_path import outside
from cruddur.web.http.client_ip import is_secure
from cruddur.web.http.context import context_of

_ELSEWHERE = declare_code(
    "passkeys_elsewhere",
    "Passkeys belong to the address of CRUDDUR_PUBLIC_URL, and the page was opened at another one.",
)
_NEED_A_NAME = declare_code(
    "passkeys_need_name", "Browsers have passkeys for names only, and the address is a number."
)

Connection = ASGIConnection[Any, Any, Any, Any]


def public_address(connection: Connection) -> str:
    """Returns where people open the service: the setting, or else what the browser has asked."""
    settings = context_of(connection).settings
    if settings.public_url is not None:
        return settings.public_url
    scheme = "https" if is_secure(connection.scope, settings.trusted_proxy) else "http"
    return f"{scheme}://{connection.headers.get('host', '')}{outside(connection, '')}"


def relying_party(connection: Connection) -> RelyingParty:
    """Returns the origin of our pages, and the name that passkeys are made for.

    A passkey of one name proves nothing under another, since its device signs the name. Raises Conflict
    where browsers have no passkeys, with words that say where they have.
    """
    parts = urlsplit(public_address(connection))
    origin = as_browsers_write(f"{parts.scheme}://{parts.netloc}")
    host = (parts.hostname or "").lower()
    if origin is None or _is_number(host):
        raise Conflict(
            _NEED_A_NAME,
            "Browsers have passkeys only where the address is a name, such as http://localhost:8080.",
        )
    asked = connection.headers.get("origin")
    if asked is not None and asked != origin:
        raise Conflict(_ELSEWHERE, f"Passkeys belong to {origin}. Open this page there.")
    return RelyingParty(origin, host)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
