"""Checks anew that the caller is the person, for routes that need more than a session."""

from cruddur.identity.confirm_person import Proof, confirm_person
from cruddur.identity.passkey_proofs import Assertion
from cruddur.web.http.client_ip import network_of
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.passkey_cookies import kept_challenge
from cruddur.web.http.password_guard import guard_of
from cruddur.web.http.public_address import relying_party


async def confirm_caller(
    request: Caller, password: str | None, assertion: Assertion | None
) -> None:
    """Raises what `confirm_person` raises."""
    user = request.user
    begun = kept_challenge(request, assertion.client_data) if assertion else None
    party = relying_party(request) if assertion else None
    await confirm_person(
        context_of(request).identity,
        user,
        request.auth,
        Proof(password, assertion, begun, party),
        address=network_of(request),
        guard=guard_of(request, user.handle),
    )
