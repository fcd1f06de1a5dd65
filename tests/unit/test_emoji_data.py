"""The two lists of emoji that are shipped, and the pattern for those that are shown large."""

import gzip
import json

import pytest

from cruddur.domain import emoji
from cruddur.web.http.bundles import STATIC
from cruddur.web.pages.big_emoji import is_big_emoji

MOST_COMPRESSED = 40_000
LIGHT, DARK = "\U0001f3fb", "\U0001f3ff"


@pytest.fixture(scope="module")
def shown() -> list[list[str]]:
    groups = json.loads((STATIC / "emoji.json").read_text("utf-8"))["groups"]
    return [entry for group in groups for entry in group["emoji"]]


def test_all_that_the_picker_offers_may_be_a_reaction_in_each_tone(shown: list[list[str]]) -> None:
    offered = [entry[0] for entry in shown] + [light for entry in shown for light in entry[3:]]
    offered += [light.replace(LIGHT, DARK) for entry in shown for light in entry[3:]]
    assert [one for one in offered if emoji.checked_emoji(one) != one] == []
    assert len(set(offered)) == len(offered) > 2000


def test_every_emoji_has_one_form_and_fits() -> None:
    known = emoji._known()
    assert len(known) == len(set(known.values())) > 3900
    assert max(map(len, known.values())) <= emoji.EMOJI_MAX_CHARS
    assert not [one for one in known.values() if " " in one or len(one.encode()) > 35]


def test_the_picker_is_small_and_can_be_searched(shown: list[list[str]]) -> None:
    content = (STATIC / "emoji.json").read_bytes()
    assert len(gzip.compress(content, 9)) <= MOST_COMPRESSED
    assert [entry for entry in shown if not entry[1].strip()] == []
    party = [entry[0] for entry in shown if "party" in f"{entry[1]} {entry[2]}".split()]
    assert "\U0001f389" in party


def test_every_emoji_is_shown_large() -> None:
    assert [one for one in emoji._known().values() if not is_big_emoji(one * 3)] == []
