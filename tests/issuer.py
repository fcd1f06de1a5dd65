"""An OpenID Connect issuer on loopback, with a real HTTP server, that lies where a test lets it."""

import asyncio
import base64
import functools
import itertools
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from cruddur.domain.issuer import Issuer
from cruddur.engines.issuer_http import AiohttpIssuerHttp
from cruddur.identity.issuers import Issuers

CLIENT = "cruddur-messages"


_turns = itertools.cycle(range(6))


@functools.cache
def _rsa_key(bits: int, number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


class Key:
    """A key pair of the issuer.

    No two of six in a row are alike. RSA takes long to make one, so that later tests get them again.
    """

    def __init__(self, kid: str | None = "first", kind: str = "RS256", bits: int = 2048) -> None:
        self.kid, self.kind = kid, kind
        self.private = (
            _rsa_key(bits, next(_turns))
            if kind == "RS256"
            else ec.generate_private_key(ec.SECP256R1())
        )

    @property
    def public(self) -> dict[str, Any]:
        algorithm = jwt.get_algorithm_by_name(self.kind)
        listed: dict[str, Any] = algorithm.to_jwk(self.private.public_key(), as_dict=True)
        listed.pop("key_ops", None)
        return {**listed, "use": "sig", "alg": self.kind, **({"kid": self.kid} if self.kid else {})}

    @property
    def pem(self) -> bytes:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, form)

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        headers = {"kid": self.kid, **header} if self.kid else header
        return jwt.encode(claims, self.private, self.kind, headers or None)


class FakeIssuer:
    """What the server answers. `asked` are the paths of all requests, in order."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.key = Key()
        self.listed: list[dict[str, Any]] = [self.key.public]
        self.said: dict[str, Any] = {}
        self.asked: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.answer: Callable[[str], web.StreamResponse | None] = lambda _: None
        self.is_stalled = False
        self.goes_on = asyncio.Event()
        self.tokens: dict[str, Any] = {}
        self.person: dict[str, Any] = {}
        self.url = ""

    @property
    def document(self) -> dict[str, Any]:
        url = self.url
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize?ui=plain",
            "token_endpoint": f"{url}/token",
            "userinfo_endpoint": f"{url}/me",
            "jwks_uri": f"{url}/jwks",
            "end_session_endpoint": f"{url}/end",
            "authorization_response_iss_parameter_supported": True,
            **self.said,
        }

    def issuer(self, **changed: Any) -> Issuer:
        known = {"name": "sso", "url": self.url, "client_id": CLIENT, "label": "Continue with id"}
        known["discovery_url"] = f"{self.url}/.well-known/openid-configuration"
        return Issuer(**{**known, **changed})

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(self.clock().timestamp())
        claims = {"iss": self.url, "sub": "42", "aud": CLIENT, "iat": now, "exp": now + 600}
        return {k: v for k, v in {**claims, **changed}.items() if v is not None}

    def token(self, key: Key | None = None, /, header: Any = None, **changed: Any) -> str:
        return (key or self.key).sign(self.claims(**changed), **(header or {}))

    def cognito(self, use: str = "access", **changed: Any) -> str:
        """A token in the form in which Amazon Cognito makes them."""
        shared = {"event_id": str(uuid.uuid4()), "token_use": use, "auth_time": 1, "jti": "j"}
        if use == "access":
            more = {"aud": None, "client_id": CLIENT, "scope": "openid profile", "version": 2}
            return self.token(**{**shared, **more, "username": "maya", **changed})
        more = {"cognito:username": "maya", "email": "maya@example.com", "at_hash": "x"}
        return self.token(**{**shared, **more, "name": "Maya Lindqvist", **changed})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if self.is_stalled:
            await self.goes_on.wait()
        if (given := self.answer(request.path)) is not None:
            return given
        if request.method == "POST":
            self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        answers = {
            "/.well-known/openid-configuration": self.document,
            "/jwks": {"keys": self.listed},
            "/token": self.tokens,
            "/me": self.person,
        }
        return web.json_response(answers[request.path])


@asynccontextmanager
async def running_issuer(
    clock: Callable[[], datetime] = lambda: datetime.now(UTC), port: int = 0
) -> AsyncIterator[FakeIssuer]:
    issuer = FakeIssuer(clock)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", issuer.handle)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    issuer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield issuer
    finally:
        issuer.goes_on.set()
        await runner.cleanup()


@asynccontextmanager
async def known_issuers(
    *issuers: Issuer, clock: Callable[[], datetime], seconds: float = 5
) -> AsyncIterator[Issuers]:
    """As a process of the service knows them."""
    known = Issuers(issuers, AiohttpIssuerHttp(seconds), clock)
    try:
        yield known
    finally:
        await known.close()


def unsigned(token: str, **header: Any) -> str:
    """The token with another header, and no signature."""
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}."
