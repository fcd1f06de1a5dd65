"""Finish to sign in at an issuer: check what it sent the browser back with, and open a session."""

import hmac
from functools import partial
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from cruddur.domain.errors import ConditionFailed, Unauthenticated
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.exchange_code import IssuedTokens, ask_for_person, exchange_code
from cruddur.identity.find_issuer_user import find_issuer_user
from cruddur.identity.find_user import check_is_enabled
from cruddur.identity.issuer_tokens import IssuerClaims, read_id_token, said_of_person
from cruddur.identity.issuers import KnownIssuer
from cruddur.identity.open_session import open_checked_session
from cruddur.identity.sign_in_state import SignInState
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Absent, Put
from cruddur.schema import items, keys

Why = Literal["cancelled", "expired", "refused", "unknown", "disabled"]


class IssuerSignInFailed(Exception):
    """The person is not signed in. `why` is told to them, `detail` to the log."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail


class IssuerResponse(Struct, frozen=True, kw_only=True):
    """The parameters with which the browser came back (RFC 6749, 4.1.2; RFC 9207). Empty: not given."""

    state: str = ""
    code: str = ""
    iss: str = ""
    error: str = ""

    def __repr__(self) -> str:
        return "IssuerResponse()"


class SignedInByIssuer(NamedTuple):
    """The user, the token of their new session, and the id token by which they sign out there."""

    user: User
    token: str
    id_token: str

    def __repr__(self) -> str:
        return f"SignedInByIssuer({self.user!r})"


_CANCELLED = frozenset({"access_denied", "login_required", "interaction_required"})


@access_pattern("issuer_sign_in", Ceiling("H", "sign in by an issuer", write=2, read=3))
async def finish_issuer_sign_in(
    identity: IdentityContext,
    known: KnownIssuer,
    begun: SignInState | None,
    response: IssuerResponse,
    *,
    device: str,
    address: str,
) -> SignedInByIssuer:
    """Returns who has signed in. `begun` is what the browser has kept, None if that is nothing.

    Raises IssuerSignInFailed, Busy, and TableUnavailable.
    """
    begun = await _checked(known, begun, response)
    await _use_once(identity, begun)
    tokens = await exchange_code(known, response.code, begun.verifier, begun.redirect_uri)
    if tokens is None:
        raise IssuerSignInFailed("refused", "the issuer does not take the code")
    try:
        claims = await _claims(identity, known, tokens, begun.nonce)
    except Unauthenticated as error:
        raise IssuerSignInFailed("refused", f"the id token does not count: {error}") from None
    user = await _person(identity, known, claims)
    still_theirs = partial(_check_still_theirs, identity, known, claims, user)
    token = await open_checked_session(identity, user, device, address, still_theirs)
    return SignedInByIssuer(user, token, tokens.id_token)


async def _checked(
    known: KnownIssuer, begun: SignInState | None, response: IssuerResponse
) -> SignInState:
    # Somebody else's answer in this browser would sign its owner in as that person, unnoticed.
    if begun is None or not hmac.compare_digest(begun.state.encode(), response.state.encode()):
        raise IssuerSignInFailed("expired", "this browser has begun no such sign-in")
    # Two issuers must not be mixed up: the code of an honest one would go to the other (RFC 9207).
    if begun.issuer != known.issuer.name:
        raise IssuerSignInFailed("refused", "it was begun at another issuer")
    metadata = await known.metadata()
    must_say = metadata.authorization_response_iss_parameter_supported
    if (response.iss or must_say) and response.iss != known.issuer.url:
        raise IssuerSignInFailed("refused", "another issuer answers")
    if response.error in _CANCELLED:
        raise IssuerSignInFailed("cancelled", "it was cancelled at the issuer")
    if response.error or not response.code:
        raise IssuerSignInFailed("refused", "the issuer answers with an error")
    return begun


async def _use_once(identity: IdentityContext, begun: SignInState) -> None:
    # The issuer takes a code once, if it does as it should. Here nothing depends on that.
    used = Put(items.revocation_item(begun.state, begun.until), [Absent()])
    try:
        await identity.table.put(used)
    except ConditionFailed:
        raise IssuerSignInFailed("expired", "this answer was used before") from None


async def _claims(
    identity: IdentityContext, known: KnownIssuer, tokens: IssuedTokens, nonce: str
) -> IssuerClaims:
    claims = await read_id_token(identity, known, tokens.id_token, nonce)
    if claims.name:
        return claims
    person = await ask_for_person(known, tokens.access_token)
    # An answer about somebody else must not be used (OpenID Connect Core 1.0, 5.3.2).
    if person.get("sub") != claims.subject:
        return claims
    name, handle = said_of_person(known.issuer, person)
    return msgspec.structs.replace(claims, name=name, handle=claims.handle or handle)


async def _person(identity: IdentityContext, known: KnownIssuer, claims: IssuerClaims) -> User:
    try:
        user = await find_issuer_user(identity, known.issuer, claims)
    except Unauthenticated as error:
        raise IssuerSignInFailed("unknown", str(error)) from None
    try:
        check_is_enabled(user)
    except Unauthenticated as error:
        raise IssuerSignInFailed("disabled", str(error)) from None
    return user


async def _check_still_theirs(
    identity: IdentityContext, known: KnownIssuer, claims: IssuerClaims, user: User
) -> None:
    """Checks that the login still is the person's, now that the session is there."""
    key = keys.login_key(known.issuer.url, claims.subject)
    item = await identity.table.get(key, consistent=True)
    if item is None or item.get("user_uuid") != user.user_uuid:
        raise IssuerSignInFailed("unknown", "the login was taken away meanwhile")
