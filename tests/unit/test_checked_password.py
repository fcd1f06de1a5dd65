"""Which new passwords are taken, and that those from before the rules go on working."""

import random

import pytest
from argon2 import PasswordHasher
from tests.stage import Clock

from cruddur.domain.errors import Invalid
from cruddur.identity import passwords
from cruddur.identity.checked_password import SHORT_PASSWORD_MIN_CHARS, checked_password
from cruddur.identity.common_passwords import FILE, is_common
from cruddur.identity.context import LOCAL_ISSUER, IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.demo_accounts import DEMO_PASSWORD, DEMO_PEOPLE
from cruddur.identity.sign_in import sign_in
from cruddur.ports.table import Table, Update
from cruddur.schema import keys

REFUSED = {
    "elevenchars": "password_too_short",
    "cafe\u0301-cafe\u0301": "password_too_short",  # composed it has nine
    "": "password_too_short",
    "y" * 129: "password_too_long",
    "e\u0323\u0302" * 400: "password_too_long",
    "andrew-brown": "password_is_handle",
    "Andrew-Brown-2026!": "password_is_handle",
    "andrew-brownandrew-brown": "password_is_handle",
    "passwordpassword": "password_common",
    "Aaaaaaaaaaaaaaaa": "password_common",
    "1qaz2wsx3edc": "password_common",
    "123456789012": "password_common",
    "abcdefghijklmnop": "password_common",
    "210987654321": "password_common",
}
TAKEN = [
    "correct horse",
    "andrew-brown and his boat",
    "été à la mer bleue",
    "语" * 6 + "abcdef",
    " " * 11 + "x",
]


@pytest.mark.parametrize("password", REFUSED, ids=lambda text: text[:16])
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_password(password, "@Andrew-Brown", field="new_password")
    assert (refused.value.code, refused.value.field) == (REFUSED[password], "new_password")


@pytest.mark.parametrize("password", TAKEN)
def test_others_are_taken_whatever_they_are_made_of(password: str) -> None:
    assert checked_password(password, "andrew-brown") == password


COMMON = ["password", "iloveyou", "1qaz2wsx3edc", "championship", "elizabeth", "perfectexploiter"]
"""Of each list: passwords, words, and names. The last one is rare: only the list of 100,000 has it."""


def test_the_list_holds_common_passwords_words_and_names() -> None:
    assert FILE.stat().st_size == 4 * 68_809  # two pairs have one digest each
    assert [one for one in COMMON if not is_common(one)] == []


def test_other_passwords_are_not_taken_for_common_ones() -> None:
    chance = random.Random(1)
    others = ["".join(chance.choices("bcdfghjklmnp", k=14)) for _ in range(20_000)]
    assert sum(map(is_common, others)) <= 2  # one of 62,400 is, by its digest


SHORT = {"tr0mb0ne-9": None, "seven-7": "password_too_short", "iloveyou": "password_common"}
"""What becomes of a password of somebody who has a second factor."""


@pytest.mark.parametrize("password", SHORT)
def test_beside_a_second_factor_eight_characters_are_enough(password: str) -> None:
    try:
        assert checked_password(password, "andrew", min_chars=SHORT_PASSWORD_MIN_CHARS) == password
        code = None
    except Invalid as refused:
        code = refused.code
    assert code == SHORT[password]


def test_the_demos_password_keeps_the_rules() -> None:
    for handle in DEMO_PEOPLE:
        checked_password(DEMO_PASSWORD, handle)


async def test_a_shorter_password_from_before_signs_in_and_gets_a_new_hash(
    table: Table, clock: Clock
) -> None:
    identity = IdentityContext(table, bytes(32), clock)
    await create_account(identity, "andrew", "Andrew", "correct horse")
    weak = PasswordHasher(time_cost=1, memory_cost=64).hash("eight888")
    key = keys.login_key(LOCAL_ISSUER, "andrew")
    await table.update(Update(key, {"password_hash": weak}))
    await sign_in(identity, "andrew", "eight888")
    login = await table.get(key)
    assert login is not None
    assert not passwords.is_outdated(login["password_hash"], identity.password_cost)
    await sign_in(identity, "andrew", "eight888")
