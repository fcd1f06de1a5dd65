"""Finds out which host's back end is calling. `guard.py` asks for it where a route is for hosts."""

from collections.abc import Mapping
from typing import Any

from litestar import Request

from cruddur.domain.errors import Forbidden, Unauthenticated, declare_code
from cruddur.domain.host_key import HostKey
from cruddur.identity.check_host_key import check_host_key, known_host_key
from cruddur.identity.host_tokens import is_host_token
from cruddur.web.http.auth import Credentials
from cruddur.web.http.client_ip import client_address
from cruddur.web.http.context import Context, context_of

HOST_SCOPE = "host_scope"

_KEY_NEEDED = declare_code("key_needed", "This is for back ends, which send a host's key.")
_SCOPE_MISSING = declare_code("scope_missing", "The key is not for this: it lacks the scope.")


def for_hosts(scope: str = "") -> Mapping[str, str]:
    """The option of a route that only a host's key may call: one with this scope, or any key."""
    return {HOST_SCOPE: scope}


async def authorize_host(request: Request[Any, Any, Any], found: Credentials, scope: str) -> None:
    """Sets the request's `auth` to the key, and counts it. Raises ApiError, and TableUnavailable."""
    token = found.token or ""
    if not is_host_token(token):
        raise Unauthenticated(_KEY_NEEDED, _what_is_sent(token))
    context = context_of(request)
    key = known_host_key(context.identity, token) or await _checked(request, context, token)
    if scope:
        require_scope(key, scope)
    # By key and not by address: all of a product's people come from the few addresses of its back end.
    context.limits.take(context.limits.hosting, key.name)
    request.scope["auth"] = key


def _what_is_sent(token: str) -> str:
    said = "This is for a host's back end. Send its key: Authorization: Bearer crk_…"
    return f"{said} What came is no key." if token else said


def require_scope(key: HostKey, scope: str) -> None:
    """Raises Forbidden if the key lacks this scope."""
    if scope not in key.scopes:
        raise Forbidden(_SCOPE_MISSING, f"This key is not for that. It lacks the scope {scope}.")


async def _checked(request: Request[Any, Any, Any], context: Context, token: str) -> HostKey:
    # A wrong key reads the table at each try, so tries are counted by address.
    limits, address = context.limits, client_address(request)
    limits.take_of_address(limits.visiting, address)
    return await check_host_key(context.identity, token)
