"""A person's second factor as it is stored, and the recovery codes that stand in for a lost device."""

import hashlib
import hmac
import secrets

from cruddur.domain.errors import (
    ConditionFailed,
    Unauthenticated,
    declare_code,
)
from cruddur.domain.passkey import SecondFactor
from cruddur.identity.context import IdentityContext
from cruddur.ports.table import Equals, Update
from cruddur.schema.passkey_items import second_factor_from, second_factor_key
from cruddur.schema.readable import one_from

RECOVERY_CODES = 10
"""How many recovery codes a person gets at once."""

CODE_CHARS = 16
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are taken for one another
_SALT_BYTES = 16

SECOND_FACTOR_NEEDED = declare_code(
    "second_factor_needed",
    "Handle and password are right, and a passkey or a recovery code is needed besides.",
)
RECOVERY_CODE_WRONG = declare_code(
    "recovery_code_wrong", "The recovery code is none of the person's, or was used."
)


def second_factor_needed() -> Unauthenticated:
    """The error for a right password that opens nothing alone. It is not counted as a wrong one."""
    return Unauthenticated(
        SECOND_FACTOR_NEEDED, "Your passkey or a recovery code is needed as well."
    )


async def find_second_factor(
    identity: IdentityContext, user_uuid: str, *, consistent: bool = True
) -> SecondFactor | None:
    """Returns what is needed besides the password; None if that is nothing. Raises TableUnavailable."""
    item = await identity.table.get(second_factor_key(user_uuid), consistent=consistent)
    return one_from(second_factor_from, item)


def new_codes() -> list[str]:
    """Returns recovery codes that nobody can guess: each has 79 random bits."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        for _ in range(RECOVERY_CODES)
    ]


def new_salt() -> str:
    """Returns what is hashed with the codes of one person, so that nobody tries all people's at once."""
    return secrets.token_hex(_SALT_BYTES)


def code_digest(salt: str, code: str) -> str:
    """Returns what the table holds of a recovery code, however it is written."""
    letters = "".join(one for one in code.lower() if one.isalnum())[: CODE_CHARS + 1]
    return hashlib.sha256(f"{salt}{letters}".encode(errors="replace")).hexdigest()


async def use_recovery_code(identity: IdentityContext, factor: SecondFactor, code: str) -> int:
    """Uses up one of the codes, and returns how many are left. Raises Unauthenticated.

    Of two uses at once one counts.
    """
    digest = code_digest(factor.salt, code)
    left = [one for one in factor.code_digests if not hmac.compare_digest(one, digest)]
    if len(left) == len(factor.code_digests):
        raise _wrong()
    as_read = [Equals("code_digests", factor.code_digests)]
    key = second_factor_key(factor.user_uuid)
    try:
        await identity.table.update(Update(key, {"code_digests": left}, condition=as_read))
    except ConditionFailed:
        raise _wrong() from None
    return len(left)


def _wrong() -> Unauthenticated:
    text = "This is none of your recovery codes, or it was used before."
    return Unauthenticated(RECOVERY_CODE_WRONG, text, field="recovery_code")
