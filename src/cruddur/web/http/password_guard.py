"""Limits how many wrong passwords may be tried for a person, and from an address."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from cruddur.domain.errors import Busy, Forbidden, TableError, Unauthenticated
from cruddur.domain.model import fold
from cruddur.identity.logins import Attempt, Guard
from cruddur.identity.second_factors import SECOND_FACTOR_NEEDED
from cruddur.web.http.client_ip import client_address
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.rate_limits import Limits, Take, by_address
from cruddur.web.http.security_log import record


def guard_of(request: Caller, handle: str) -> Guard:
    """Returns what counts this request's attempt at the password of this handle, whoever has it."""
    return partial(_guarded, request, fold(handle[:64].strip().removeprefix("@")))


@asynccontextmanager
async def _guarded(request: Caller, handle: str, attempt: Attempt) -> AsyncIterator[None]:
    """Counts a wrong password before it is checked, and gives that back if it was correct.

    If it were counted afterwards, a hundred attempts at the same moment would all be checked.
    """
    limits = context_of(request).limits
    takes = _takes(limits, handle, client_address(request), attempt)
    await limits.take_together(takes)
    try:
        yield
    except (Unauthenticated, Forbidden) as error:
        if error.code == SECOND_FACTOR_NEEDED:  # the password was right
            await limits.give_back(takes)
            record(request, "second_factor_asked", user_uuid=attempt.user_uuid)
            raise
        record(request, "sign_in_failed", user_uuid=attempt.user_uuid, code=error.code)
        raise
    except (Busy, TableError):  # the password was not checked
        await limits.give_back(takes)
        raise
    await limits.give_back(takes)


def _takes(limits: Limits, handle: str, address: str, attempt: Attempt) -> Sequence[Take]:
    if attempt.is_from_known_address:
        # From a known address, attempts elsewhere or with other handles do not count. All known
        # addresses count together: else sixteen of them would guess sixteen times as often.
        return [Take(limits.wrong_known, handle)]
    return [
        *by_address(limits.wrong_here, address, handle),
        *by_address(limits.wrong_address, address),  # limits one address that tries many handles
        Take(limits.wrong_handle, handle),  # limits many addresses that try one handle
    ]
