"""Exchange an issuer's code for its tokens, and ask it for the name.

OpenID Connect Core 1.0, 3.1.3 and 5.3.
"""

import base64
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from cruddur.identity.fetched import unavailable
from cruddur.identity.issuers import KnownIssuer
from cruddur.ports.issuer_http import IssuerAnswer, IssuerUnreachable

_OK = 200
_SERVER_ERROR = 500
_TOO_MANY = 429

T = TypeVar("T")


class IssuedTokens(Struct, frozen=True):
    """What the issuer gives for a code."""

    id_token: str
    access_token: str = ""

    def __repr__(self) -> str:
        return "IssuedTokens()"


async def exchange_code(
    known: KnownIssuer, code: str, verifier: str, redirect_uri: str
) -> IssuedTokens | None:
    """Returns the tokens; None if the issuer does not take the code, as when it was used before.

    Raises Busy.
    """
    metadata = await known.metadata()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    issuer, authorization = known.issuer, None
    if issuer.client_secret is not None and metadata.takes_basic:
        authorization = _basic(issuer.client_id, issuer.client_secret)
    elif issuer.client_secret is not None:
        form |= {"client_id": issuer.client_id, "client_secret": issuer.client_secret}
    else:
        form["client_id"] = issuer.client_id
    answer = await _ask(known, metadata.token_endpoint, form, authorization)
    return _decoded(answer, IssuedTokens)


async def ask_for_person(known: KnownIssuer, access_token: str) -> dict[str, Any]:
    """Returns what the issuer says of the person; nothing if it says nothing that can be read.

    Raises Busy.
    """
    metadata = await known.metadata()
    if metadata.userinfo_endpoint is None or not access_token or not access_token.isprintable():
        return {}
    bearer = f"Bearer {access_token}"
    answer = await _ask(known, metadata.userinfo_endpoint, None, bearer)
    return _decoded(answer, dict[str, Any]) or {}


async def _ask(
    known: KnownIssuer, url: str, form: dict[str, str] | None, authorization: str | None
) -> IssuerAnswer:
    try:
        answer = await known.http.ask(url, form=form, authorization=authorization)
    except IssuerUnreachable:
        raise unavailable() from None
    if answer.status >= _SERVER_ERROR or answer.status == _TOO_MANY:
        raise unavailable()
    return answer


def _decoded(answer: IssuerAnswer, form: type[T]) -> T | None:
    if answer.status != _OK:
        return None
    try:
        return msgspec.json.decode(answer.body, type=form)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _basic(client_id: str, secret: str) -> str:
    # Both are encoded as in a form first (RFC 6749, 2.3.1): a secret may hold a colon.
    text = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(text.encode()).decode()}"
