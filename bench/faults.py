"""Small faults, as a tired programmer makes them: one changed place in a module's syntax tree."""

import ast
import copy
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

Change = Callable[[], object]

_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_TWINS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_REMOVABLE = ast.Expr | ast.Raise | ast.AugAssign | ast.Delete | ast.Assert
_BODIES = ("body", "orelse", "finalbody")


class Fault(NamedTuple):
    """`source` is the whole module with the fault in it."""

    line: int
    what: str
    source: str


def count_faults(source: str) -> int:
    """How many faults can be put into this module."""
    return sum(1 for _ in _places(ast.parse(source)))


def fault_in(source: str, number: int) -> Fault:
    """One of them, counted from 0. Raises StopIteration if there are not so many."""
    tree = ast.parse(source)
    line, what, change = next(islice(_places(tree), number, None))
    change()
    return Fault(line, what, ast.unparse(ast.fix_missing_locations(tree)))


def _places(tree: ast.Module) -> Iterator[tuple[int, str, Change]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for statement in function.body:
                yield from _in_statement(statement)
            yield from _removals(function)


def _in_statement(statement: ast.stmt) -> Iterator[tuple[int, str, Change]]:
    for node in _walk(statement):
        for what, change in _changes(node):
            yield getattr(node, "lineno", statement.lineno), what, change


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """All below a node but what decides nothing: annotations, logging, and functions within it."""
    if _is_logging(node) or isinstance(
        node, ast.FunctionDef | ast.AsyncFunctionDef | ast.JoinedStr
    ):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name != "annotation":
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _walk(child)


def _is_logging(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("_log.", "print"))


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.If() | ast.IfExp() | ast.While(test=ast.expr()) if not _is_forever(node):
            yield "condition negated", lambda: setattr(node, "test", _not(node.test))
        case ast.Compare(ops=[operator]) if type(operator) in _OPPOSITES:
            opposite = _OPPOSITES[type(operator)]
            yield f"{opposite.__name__} instead", lambda: setattr(node, "ops", [opposite()])
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "and / or", lambda: setattr(node, "op", other)
            yield "first condition dropped", lambda: node.values.pop(0)
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            sign = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            yield "+ / -", lambda: setattr(node, "op", sign)
        case ast.Constant(value=bool()):
            yield f"{not node.value}", lambda: setattr(node, "value", not node.value)
        case ast.Constant(value=int(number)):
            yield f"{number} + 1", lambda: setattr(node, "value", number + 1)
        case ast.List(elts=[_, *_], ctx=ast.Load()):
            yield "last element dropped", node.elts.pop
        case ast.Name(id=name, ctx=ast.Load()) if name in _TWINS:
            yield f"{_TWINS[name]} instead", lambda: setattr(node, "id", _TWINS[name])


def _is_forever(node: ast.AST) -> bool:
    return isinstance(node, ast.While) and isinstance(node.test, ast.Constant)


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(op=ast.Not(), operand=copy.deepcopy(test))


def _removals(function: ast.AST) -> Iterator[tuple[int, str, Change]]:
    for parent in _walk_inside(function):
        for name in _BODIES:
            found = getattr(parent, name, None)
            body: list[ast.stmt] = found if isinstance(found, list) else []
            for at, statement in enumerate(body):
                if _is_removable(statement):
                    yield statement.lineno, "removed", _removal(body, at)


def _walk_inside(function: ast.AST) -> Iterator[ast.AST]:
    yield function
    for child in ast.iter_child_nodes(function):
        yield from _walk(child)


def _is_removable(statement: ast.AST) -> bool:
    if isinstance(statement, ast.Assign):
        return isinstance(statement.targets[0], ast.Attribute | ast.Subscript)
    if not isinstance(statement, _REMOVABLE):
        return False
    value = getattr(statement, "value", None)
    call = value.value if isinstance(value, ast.Await) else value
    return not isinstance(call, ast.Constant) and not (call is not None and _is_logging(call))


def _removal(body: list[ast.stmt], at: int) -> Change:
    return lambda: body.__setitem__(at, ast.Pass())
