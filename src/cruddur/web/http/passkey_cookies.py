"""The challenge of a passkey in the browser that asked for it."""

from collections.abc import Sequence
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from cruddur.identity.passkey_challenge import (
    PasskeyChallenge,
    sealed_challenge,
    unsealed_challenge,
)
from cruddur.identity.passkey_proofs import challenge_in
from cruddur.identity.sealed_records import LASTS_SECONDS
from cruddur.identity.sign_in_state import name_of
from cruddur.web.http.context import context_of
from cruddur.web.http.cookies import begun_cookie, begun_in, oldest_begun

Connection = ASGIConnection[Any, Any, Any, Any]


def challenge_cookies(connection: Connection, begun: PasskeyChallenge) -> Sequence[Cookie]:
    """Returns what keeps the challenge, one for each tab, and what removes those that are too many."""
    text = sealed_challenge(context_of(connection).identity, begun)
    kept = begun_cookie(connection, name_of(begun.challenge), text, max_age=LASTS_SECONDS)
    return [*oldest_begun(connection), kept]


def kept_challenge(connection: Connection, client_data: bytes) -> PasskeyChallenge | None:
    """Returns the challenge that these data answer, if this browser has asked for it."""
    challenge = challenge_in(client_data)
    text = begun_in(connection, name_of(challenge)) if challenge else ""
    begun = unsealed_challenge(context_of(connection).identity, text) if text else None
    return begun if begun and begun.challenge == challenge else None


def used_challenge(connection: Connection, begun: PasskeyChallenge | None) -> Sequence[Cookie]:
    """Returns what removes the challenge from the browser."""
    if begun is None:
        return ()
    return [begun_cookie(connection, name_of(begun.challenge), "", max_age=0)]
