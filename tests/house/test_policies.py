"""What every part of the house needs is written once: pauses, pages, bounded memories, keys of items."""

import ast
import re
from collections.abc import Callable

from tests.house.source import SOURCE, modules

_SCRIPTS = SOURCE / "cruddur" / "web" / "pages" / "static" / "js"
_WAITING = re.compile(r"pause|wait|delay|backoff|attempt|failures|tries")
_PARTITION_OF = re.compile(r"\w+(?:\.\w+)?(?:\.get\(|\[)(?:'pk'|(?:keys\.)?PARTITION_KEY).*")


def test_pauses_between_tries_are_computed_in_one_place() -> None:
    """Chance and doubling are what they are made of."""
    assert _places(_is_doubled_pause) | _places(_is_chance) == {"cruddur.ports.backoff"}


def test_pauses_of_the_page_are_computed_in_one_place() -> None:
    doubled = re.compile(rf"2 \*\* *\w*({_WAITING.pattern})|\w*({_WAITING.pattern})\w* \* 2")
    texts = {path.name: path.read_text("utf-8") for path in _SCRIPTS.glob("*.js")}
    found = {name for name, text in texts.items() if doubled.search(text)}
    assert found | {name for name, text in texts.items() if "Math.random" in text} == {"backoff.js"}


def test_pages_of_a_table_are_followed_in_one_place() -> None:
    """The walk through an inbox is the exception: its pages grow."""
    assert _places(_is_further_page) == {
        "cruddur.ports.paging",
        "cruddur.messaging.inbox.index_part",
        "cruddur.messaging.inbox.walk_inbox",
    }


def test_memories_are_bounded_by_a_library() -> None:
    """By cachetools. The exceptions do not remove the oldest value and no more.

    A tail must know which number it forgets, a rate limit forgets first what is fully free again, and
    connections leave a phase when their time is over.
    """
    assert _places(_is_bounded_by_hand, "next(iter(", ".popitem", "OrderedDict") == {
        "cruddur.messaging.tails",
        "cruddur.web.http.rate_limits",
        "cruddur.web.http.connections",
    }


def test_keys_are_taken_from_items_in_one_place() -> None:
    assert _places(_is_key_of_an_item) == {"cruddur.schema.keys"}


def test_capacity_units_are_of_one_type() -> None:
    """What calls consume and what a load would take are added up alike."""
    assert _places(_is_of_units) == {"cruddur.ports.metering"}


def _places(rule: Callable[[ast.AST], bool], *hints: str) -> set[str]:
    """The modules in which the rule holds. Those without any of the hints are not looked at."""
    looked_at = [
        module for module in modules() if not hints or any(hint in module.text for hint in hints)
    ]
    return {module.name for module in looked_at if any(map(rule, module.nodes))}


def _is_of_units(node: ast.AST) -> bool:
    if not isinstance(node, ast.ClassDef):
        return False
    names = {ast.unparse(part.target) for part in node.body if isinstance(part, ast.AnnAssign)}
    return {"table_read", "table_write"} <= names


def _is_doubled_pause(node: ast.AST) -> bool:
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult | ast.Pow):
        return False
    sides = (ast.unparse(node.left), ast.unparse(node.right))
    return any(side in {"2", "2.0"} for side in sides) and any(map(_WAITING.search, sides))


def _is_chance(node: ast.AST) -> bool:
    return isinstance(node, ast.Import) and any(name.name == "random" for name in node.names)


def _is_further_page(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or ast.unparse(node.func) not in {"Query", "replace"}:
        return False
    return any(word.arg == "start" for word in node.keywords)


def _is_bounded_by_hand(node: ast.AST) -> bool:
    """Whether it removes the oldest entry: by `popitem`, or by `del` or `pop` of `next(iter(…))`."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        text = ast.unparse(node)
        return "next(iter(" in text and ("del " in text or ".pop(" in text)
    is_pop = isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".popitem")
    return is_pop or (isinstance(node, ast.Name) and node.id == "OrderedDict")


def _is_key_of_an_item(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or ast.unparse(node.func) != "Key":
        return False
    return bool(node.args) and bool(_PARTITION_OF.fullmatch(ast.unparse(node.args[0])))
