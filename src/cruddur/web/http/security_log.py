"""The security log: a line of JSON for each event, with the user, the address and the request.

The audit in the table, if there is one, gets the same events.

It never contains messages, titles, tokens or passwords. It contains a handle only if somebody has it,
since people type passwords into the wrong field.
"""

from typing import Any

from litestar.connection import ASGIConnection

from cruddur.identity.audit_trail import new_entry
from cruddur.logs import Log
from cruddur.web.http.client_ip import client_address
from cruddur.web.http.context import context_of
from cruddur.web.http.request_id import request_id

_log = Log()
_THROTTLED = frozenset({"refused", "sign_in_failed", "reset_link_asked"})
"""What anybody can bring about without an account, as often as they like."""


def record(
    connection: ASGIConnection[Any, Any, Any, Any],
    act: str,
    *,
    user_uuid: str | None = None,
    **more: object,
) -> None:
    """Logs an event about this user, or about the signed-in user, or about nobody.

    Events that anybody can repeat without an end are logged only so many times a minute.
    """
    if act in _THROTTLED and not may_write(connection, act):
        return
    user = connection.scope.get("user")
    who = user_uuid or (user.user_uuid if user is not None else None)
    address, request = client_address(connection), id_of(connection)
    _log.info("security", act=act, user_uuid=who, address=address, request_id=request, **more)
    context = context_of(connection)
    entry = new_entry(context.identity, act, who, more, address=address, request_id=request)
    context.audit.add(entry)


def may_write(connection: ASGIConnection[Any, Any, Any, Any], kind: str) -> bool:
    """Whether the log takes one more line of this kind from this client in this minute."""
    return context_of(connection).log_throttle.may_write(kind, client_address(connection))


def write_left_out(kind: str, address: str | None, lines: int) -> None:
    """Says how many lines were not written; without an address they were of many."""
    _log.info("security", act="left_out", of=kind, address=address, lines=lines)


def id_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The request's id, for other log lines about it."""
    return request_id(connection.scope, context_of(connection).settings.trusted_proxy)
