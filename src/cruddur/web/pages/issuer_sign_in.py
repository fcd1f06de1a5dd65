"""Signing in at an OpenID Connect issuer, and out: each step is an address that the browser opens."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.params import PathParameter

from cruddur.config import Settings
from cruddur.domain.errors import NOTHING_HERE, Busy, NotFound
from cruddur.identity.begin_issuer_sign_in import begin_issuer_sign_in
from cruddur.identity.device import describe_device
from cruddur.identity.finish_issuer_sign_in import (
    IssuerResponse,
    IssuerSignInFailed,
    finish_issuer_sign_in,
)
from cruddur.identity.issuers import KnownIssuer
from cruddur.identity.leave_issuer import leave_issuer
from cruddur.identity.sealed_records import LASTS_SECONDS
from cruddur.identity.sign_in_state import SignInState, name_of, sealed, unsealed
from cruddur.web.api.health import Anybody
from cruddur.web.http.auth import PUBLIC
from cruddur.web.http.base_path import outside
from cruddur.web.http.client_ip import client_address, network_of
from cruddur.web.http.context import context_of
from cruddur.web.http.cookies import (
    begun_cookie,
    begun_in,
    hint_cookie,
    hint_in,
    no_hint_cookie,
    oldest_begun,
    opened_cookies,
)
from cruddur.web.http.path_params import is_page
from cruddur.web.http.public_address import public_address
from cruddur.web.http.security_log import record

WORDS: Mapping[str, str] = {
    "cancelled": "You are not signed in: it was cancelled.",
    "expired": "That took too long, or was begun in another browser. Please try again.",
    "down": "The other sign-in does not answer. Please try again in a moment.",
    "refused": "The other sign-in sent something that does not hold. Please try again.",
    "unknown": "Nobody here belongs to that account. Ask the people who run this.",
    "disabled": "This account is disabled. Ask the people who run this.",
}
"""What the sign-in page says, by the word that its address has. Other words say nothing."""

_TEXT_MAX_CHARS = 4096
_FOUND = 303

Name = Annotated[str, PathParameter(description="The issuer's name.", max_length=32)]


@get("/sign-in/{name:str}", opt=PUBLIC, include_in_schema=False)
async def begin_sign_in(request: Anybody, name: Name) -> Response[bytes]:
    """Leads to the issuer."""
    context, known = context_of(request), _known(request, name)
    context.limits.take_of_address(context.limits.signing_in, client_address(request))
    then = _path_in(request)
    if request.headers.get("sec-fetch-mode", "navigate") != "navigate":
        return _to_sign_in(request, then)  # a picture on a page elsewhere begins nothing
    # Issuers lead to no address that they do not know.
    back = f"{public_address(request)}/sign-in/{name}/callback"
    try:
        location, state = await begin_issuer_sign_in(context.identity, known, back, then)
    except Busy as error:
        return _failed(request, name, error, then=then)
    text = sealed(context.identity, state)
    kept = begun_cookie(request, name_of(state.state), text, max_age=LASTS_SECONDS)
    return _to(location, [*oldest_begun(request), kept])


@get("/sign-in/{name:str}/callback", opt=PUBLIC, include_in_schema=False)
async def finish_sign_in(request: Anybody, name: Name) -> Response[bytes]:
    """Where the issuer sends the browser back."""
    context, known = context_of(request), _known(request, name)
    context.limits.take_of_address(context.limits.signing_in, client_address(request))
    response = _response_in(request)
    begun = unsealed(context.identity, begun_in(request, name_of(response.state)))
    try:
        user, token, id_token = await finish_issuer_sign_in(
            context.identity,
            known,
            begun,
            response,
            device=describe_device(request.headers.get("user-agent", "")),
            address=network_of(request),
        )
    except (IssuerSignInFailed, Busy) as error:
        return _failed(request, name, error, begun)
    record(request, "signed_in", user_uuid=user.user_uuid, issuer=name)
    cookies = [
        *opened_cookies(request, token),
        hint_cookie(request, name, id_token),
        *_used(request, begun),
    ]
    return _to(outside(request, begun.then if begun else "/"), cookies)


@get("/sign-out", opt=PUBLIC, include_in_schema=False)
async def leave(request: Anybody) -> Response[bytes]:
    """Where the page goes after a sign-out: to the issuer, if the person came by one that offers it."""
    name, id_token = hint_in(request.cookies)
    known = context_of(request).identity.issuers.by_name.get(name)
    if known is None:
        return _to_sign_in(request, "/")
    location = await leave_issuer(known, id_token, f"{public_address(request)}/sign-in")
    return _to(location or outside(request, "/sign-in"), [no_hint_cookie(request)])


def offered(request: Request[Any, Any, Any]) -> Mapping[str, object]:
    """Returns what the pages to sign in and up show of issuers, and what people agree to."""
    then = _path_in(request)
    query = f"?next={quote(outside(request, then), safe='/@')}" if then != "/" else ""
    issuers = [
        {
            "label": issuer.label,
            "href": f"{outside(request, f'/sign-in/{issuer.name}')}{query}",
        }
        for issuer in context_of(request).identity.issuers
    ]
    failed = WORDS.get(request.query_params.get("sso", ""), "")
    return {"issuers": issuers, "failed": failed, "legal": _legal(context_of(request).settings)}


def _legal(settings: Settings) -> Mapping[str, str | None]:
    found = {"terms": settings.terms_url, "privacy": settings.privacy_url}
    return found if any(found.values()) else {}


def _known(request: Anybody, name: str) -> KnownIssuer:
    known = context_of(request).identity.issuers.by_name.get(name)
    if known is None:
        raise NotFound(NOTHING_HERE, "There is no such page.")
    return known


def _path_in(request: Request[Any, Any, Any]) -> str:
    """Returns the page of ours that the query names, without the base path; else the inbox."""
    base, asked = outside(request, ""), str(request.query_params.get("next", ""))
    path = asked.removeprefix(base) if asked.startswith(f"{base}/") else "/"
    # It is a path of this list, so that it cannot lead to another site.
    return path if is_page(path) else "/"


def _response_in(request: Anybody) -> IssuerResponse:
    given = {
        name: str(request.query_params.get(name, ""))[:_TEXT_MAX_CHARS]
        for name in ("state", "code", "iss", "error")
    }
    return IssuerResponse(**given)


def _failed(
    request: Anybody,
    issuer: str,
    error: IssuerSignInFailed | Busy,
    begun: SignInState | None = None,
    then: str = "/",
) -> Response[bytes]:
    why = error.why if isinstance(error, IssuerSignInFailed) else "down"
    record(request, "sign_in_failed", issuer=issuer, reason=error.detail)
    return _to_sign_in(request, begun.then if begun else then, _used(request, begun), sso=why)


def _used(request: Anybody, begun: SignInState | None) -> Sequence[Cookie]:
    return [begun_cookie(request, name_of(begun.state), "", max_age=0)] if begun else []


def _to_sign_in(
    request: Anybody, then: str, cookies: Sequence[Cookie] = (), **said: str
) -> Response[bytes]:
    asked = {**said, "next": outside(request, then)} if then != "/" else said
    query = f"?{urlencode(asked, safe='/@')}" if asked else ""
    return _to(outside(request, "/sign-in") + query, cookies)


def _to(location: str, cookies: Sequence[Cookie]) -> Response[bytes]:
    headers = {"Location": location}
    return Response(b"", status_code=_FOUND, headers=headers, cookies=list(cookies))
