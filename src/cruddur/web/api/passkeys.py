"""`/api/me/passkeys` and `/api/me/second_factor`: by what the caller signs in."""

import uuid
from typing import Annotated

from litestar import Response, delete, get, patch, post, put
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct, field

from cruddur.domain.waiting_mail import FactorMail
from cruddur.identity.add_passkey import add_passkey, begin_passkey
from cruddur.identity.checked_password import PASSWORD_MIN_CHARS, SHORT_PASSWORD_MIN_CHARS
from cruddur.identity.confirm_person import begin_confirmation
from cruddur.identity.device import describe_device
from cruddur.identity.find_factors import find_factors
from cruddur.identity.remove_passkey import remove_passkey
from cruddur.identity.rename_passkey import rename_passkey
from cruddur.identity.require_second_factor import end_second_factor, require_second_factor
from cruddur.web.api.bodies import Body
from cruddur.web.api.described import Password
from cruddur.web.api.openapi_responses import BODY, SIGNED_IN, problems
from cruddur.web.api.passkey_schemas import (
    AttestationIn,
    Confirming,
    CreationOptions,
    PasskeyOut,
    RequestOptions,
    Transports,
    assertion_of,
    attestation_of,
    creation_options,
    passkey_out,
    request_options,
)
from cruddur.web.http.confirmation import confirm_caller
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.mail_switch import mail_of_factor
from cruddur.web.http.passkey_cookies import challenge_cookies, kept_challenge, used_challenge
from cruddur.web.http.public_address import relying_party
from cruddur.web.http.security_log import record

PasskeyId = Annotated[str, PathParameter(description="The passkey's `id`.", max_length=64)]
Name = Annotated[str, Meta(description="What the person calls it, of at most 50 characters.")]


class FactorsOut(Struct, frozen=True, kw_only=True):
    """By what the caller signs in here."""

    has_password: Annotated[bool, Meta(description="Whether they have a password here.")]
    passkeys: Annotated[list[PasskeyOut], Meta(description="Their passkeys, the oldest first.")]
    second_factor_since: Annotated[
        str | None,
        Meta(description="Since when the password alone opens nothing, in UTC; null if it does."),
    ]
    recovery_codes_left: Annotated[int, Meta(description="How many codes were not used yet.")]
    password_min_chars: Annotated[
        int, Meta(description="How many characters a new password has at least: 8 beside a factor.")
    ]


class SecondFactorOn(Struct, frozen=True, kw_only=True):
    """The new recovery codes, which nothing shows again."""

    recovery_codes: Annotated[
        list[str], Meta(description="Each stands in for a passkey once, beside the password.")
    ]

    def __repr__(self) -> str:
        return "SecondFactorOn()"


class ProofIn(Body, kw_only=True):
    """Shows that it is the caller: by the password, or by a passkey."""

    password: Password | None = None
    passkey: Confirming = None

    def __repr__(self) -> str:
        return "ProofIn()"


class NewPasskey(Body, kw_only=True):
    """What a device has made."""

    passkey: Annotated[
        AttestationIn, Meta(description="The answer to `POST /api/me/passkeys/options`.")
    ]
    name: Annotated[
        str, Meta(description="What the person calls it; empty for the browser in words.")
    ] = ""
    transports: Transports = field(default_factory=list)


class RenamedPasskey(Body, kw_only=True):
    """Another name."""

    name: Name


@get(
    "/api/me/factors", tags=["passkeys"], responses=problems(*SIGNED_IN), operation_id="findFactors"
)
async def my_factors(request: Caller) -> FactorsOut:
    """By what I sign in: my passkeys, and whether one is needed besides the password."""
    found = await find_factors(context_of(request).identity, request.user)
    factor = found.second_factor
    return FactorsOut(
        has_password=found.has_password,
        passkeys=[passkey_out(one) for one in found.passkeys],
        second_factor_since=factor.since if factor else None,
        recovery_codes_left=len(factor.code_digests) if factor else 0,
        password_min_chars=SHORT_PASSWORD_MIN_CHARS if factor else PASSWORD_MIN_CHARS,
    )


@post(
    "/api/me/confirmation_options",
    status_code=200,
    tags=["passkeys"],
    responses=problems(*SIGNED_IN, 409, 429),
    operation_id="beginConfirmation",
)
async def begin_my_confirmation(request: Caller) -> Response[RequestOptions]:
    """Ask for a challenge by which a passkey shows that it is me."""
    party = relying_party(request)
    begun, passkeys = await begin_confirmation(context_of(request).identity, request.user)
    cookies = [*challenge_cookies(request, begun)]
    return Response(request_options(party, begun, passkeys), cookies=cookies)


@post(
    "/api/me/passkeys/options",
    status_code=200,
    tags=["passkeys"],
    responses=problems(*BODY, *SIGNED_IN, 409),
    operation_id="beginPasskey",
)
async def begin_my_passkey(request: Caller, data: JSONBody[ProofIn]) -> Response[CreationOptions]:
    """Ask for a challenge for a new passkey. It takes the password, or a passkey that is there."""
    party = relying_party(request)
    await _confirm(request, data)
    begun, there = await begin_passkey(context_of(request).identity, request.user)
    handle = uuid.UUID(request.user.user_uuid).bytes
    options = creation_options(party, begun, request.user, there, handle)
    return Response(options, cookies=[*challenge_cookies(request, begun)])


@post(
    "/api/me/passkeys",
    tags=["passkeys"],
    responses=problems(*BODY, *SIGNED_IN, 409),
    operation_id="addPasskey",
)
async def add_my_passkey(request: Caller, data: JSONBody[NewPasskey]) -> Response[PasskeyOut]:
    """Add the passkey that a device has made."""
    context, attestation = context_of(request), attestation_of(data.passkey)
    begun = kept_challenge(request, attestation.client_data)
    device = describe_device(request.headers.get("user-agent", "")) or "Passkey"
    passkey = await add_passkey(
        context.identity,
        request.user,
        begun,
        attestation,
        relying_party(request),
        name=data.name.strip() or device,
        transports=data.transports,
    )
    await _tell(request, "passkey_added", passkey=passkey.passkey_id)
    return Response(passkey_out(passkey), cookies=[*used_challenge(request, begun)])


@patch(
    "/api/me/passkeys/{passkey_id:str}",
    status_code=204,
    tags=["passkeys"],
    responses=problems(*BODY, *SIGNED_IN, 404),
    operation_id="renamePasskey",
)
async def rename_my_passkey(
    request: Caller, passkey_id: PasskeyId, data: JSONBody[RenamedPasskey]
) -> None:
    """Give one of my passkeys another name."""
    identity = context_of(request).identity
    await rename_passkey(identity, request.user.user_uuid, passkey_id, data.name)


@delete(
    "/api/me/passkeys/{passkey_id:str}",
    status_code=204,
    tags=["passkeys"],
    responses=problems(*BODY, *SIGNED_IN, 404, 409),
    operation_id="removePasskey",
)
async def remove_my_passkey(
    request: Caller, passkey_id: PasskeyId, data: JSONBody[ProofIn]
) -> None:
    """Remove one of my passkeys. All my other sessions end: its device may have one."""
    context, user = context_of(request), request.user
    await _confirm(request, data)
    ended = await remove_passkey(context.identity, user, request.auth, passkey_id)
    context.streams.end_sessions(ended)
    await _tell(request, "passkey_removed", passkey=passkey_id)


@put(
    "/api/me/second_factor",
    status_code=200,
    tags=["passkeys"],
    responses=problems(*BODY, *SIGNED_IN, 409),
    operation_id="requireSecondFactor",
)
async def require_my_second_factor(request: Caller, data: JSONBody[ProofIn]) -> SecondFactorOn:
    """Have my password alone open nothing, and get recovery codes; again, for new ones.

    All my other sessions end.
    """
    context, user = context_of(request), request.user
    await _confirm(request, data)
    required = await require_second_factor(context.identity, user, request.auth)
    context.streams.end_sessions(required.ended)
    await _tell(request, "second_factor_on")
    return SecondFactorOn(recovery_codes=required.codes)


@delete(
    "/api/me/second_factor",
    status_code=204,
    tags=["passkeys"],
    responses=problems(*BODY, *SIGNED_IN, 409),
    operation_id="endSecondFactor",
)
async def end_my_second_factor(request: Caller, data: JSONBody[ProofIn]) -> None:
    """Have my password alone sign me in again. My passkeys stay.

    A password of fewer than 12 characters must be made longer before.
    """
    await _confirm(request, data)
    await end_second_factor(context_of(request).identity, request.user)
    await _tell(request, "second_factor_off")


async def _tell(request: Caller, what: FactorMail, **more: str) -> None:
    """Says in the security log, and to the person by mail, what was changed."""
    record(request, what, **more)
    await mail_of_factor(context_of(request), request.user.user_uuid, what)


async def _confirm(request: Caller, data: ProofIn) -> None:
    assertion = assertion_of(data.passkey) if data.passkey else None
    await confirm_caller(request, data.password, assertion)
