"""A variable that looks like a setting and is none is told; a product's own variables are not."""

import pytest

from cruddur.cli.misspelt_settings import misspelt_settings
from cruddur.config import variable
from cruddur.setting_meanings import MEANINGS

OURS = [variable(name) for name in MEANINGS if variable(name).startswith("CRUDDUR_")]


@pytest.mark.parametrize("name", OURS)
def test_a_setting_with_a_letter_too_many_or_too_few_is_known_again(name: str) -> None:
    for odd in (name[:-1], name + "S", name.replace("_", "__", 1)):
        if odd not in OURS:
            assert [(one.name, one.meant) for one in misspelt_settings([odd])] == [(odd, name)]


def test_settings_and_names_of_a_product_are_left_alone() -> None:
    product = ("CRUDDUR_KEY", "CRUDDUR_URL", "CRUDDUR_TOKEN", "CHAT_FRAME", "CRUDDUR_")
    assert not list(misspelt_settings([*OURS, *product]))
