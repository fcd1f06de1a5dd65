"""The problems of each operation, as `python -m tests.problem_codes` finds them in the source."""

from functools import cache
from pathlib import Path

import msgspec

from cruddur.domain.errors import declared_codes

FILE = Path(__file__).with_suffix(".json")

_Codes = dict[str, list[str]]
_decode = msgspec.json.Decoder(dict[str, _Codes]).decode


@cache
def _known() -> dict[str, _Codes]:
    return _decode(FILE.read_bytes())


def codes_of(operation: str, status: str, caller: str) -> list[str]:
    """Returns the codes with which an operation answers this status.

    `caller` is who may call it: `key`, `person` or `anybody`.
    """
    found = (_known().get(name, {}).get(status, []) for name in (operation, caller, "any"))
    return sorted({code for codes in found for code in _named(codes)})


def _named(codes: list[str]) -> list[str]:
    """A limit that a setting gives is part of a code's name."""
    return [known for code in codes for known in (_limits(code[:-1]) if "*" in code else (code,))]


def _limits(stem: str) -> list[str]:
    return [code for code in declared_codes() if code.startswith(stem)]
