"""Texts with marks, and what they say: shared by the tests of the Python and the JavaScript grammar."""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from cruddur.domain.formatting import Node

TABLE: dict[str, list[tuple[str, str]]] = json.loads(
    (Path(__file__).parent / "formatting.json").read_text("utf-8")
)

_pieces = json.loads((Path(__file__).parent / "formatting_pieces.json").read_text("utf-8"))

HOSTILE, BEGINNINGS = _pieces["hostile"], _pieces["beginnings"]
"""Each of the first, repeated behind one of the second, would take a careless grammar quadratic time."""


def hostile_texts(chars: int) -> Iterator[str]:
    """Yields texts that are nearly all marks, of about so many characters."""
    for piece in HOSTILE:
        for beginning in BEGINNINGS:
            yield beginning + piece * (chars // len(piece))


def texts_of_chance(count: int, seed: int = 1) -> list[str]:
    """Returns texts of pieces that have a meaning in some place."""
    chance = random.Random(seed)
    return [
        "".join(chance.choices(_pieces["pieces"], k=chance.randint(1, 30))) for _ in range(count)
    ]


def written(parts: Sequence[Node | str]) -> str:
    """Returns blocks in the form in which the table has them."""
    return "".join(part if isinstance(part, str) else _written(part) for part in parts)


def _written(node: Node) -> str:
    match node.kind:
        case "text":
            return f"|{written(node.children)}"
        case "gap":
            return f"[gap {node.number}]"
        case "bold" | "italic" | "struck" | "code":
            return f"{{{node.kind} {written(node.children)}}}"
        case kind:
            number = "" if node.number is None else f"{node.number} "
            return f"[{kind} {number}{written(node.children)}]"
