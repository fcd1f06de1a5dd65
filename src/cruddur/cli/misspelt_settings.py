"""Finds variables of the environment that look like a setting and are none."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cruddur.config import PREFIX, variable
from cruddur.setting_meanings import MEANINGS

_ALIKE = 0.85
"""How alike two names have to be, from 0 to 1. A product may have variables of its own: CRUDDUR_KEY."""


class Misspelt(NamedTuple):
    """A variable that no setting reads, and the setting that was probably meant."""

    name: str
    meant: str


def misspelt_settings(names: Iterable[str]) -> Iterator[Misspelt]:
    """Yields the variables that differ from a setting by a letter or two."""
    settings = {variable(name) for name in MEANINGS}
    unknown = sorted(name for name in names if name.startswith(PREFIX) and name not in settings)
    if not unknown:
        return
    from difflib import get_close_matches  # noqa: PLC0415  costs the start what few starts need

    for name in unknown:
        for meant in get_close_matches(name, settings, n=1, cutoff=_ALIKE):
            yield Misspelt(name, meant)
