"""Every code that a client can get is declared where it is raised, and is raised somewhere."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from tests.house.source import Module, imports, modules, texts

from cruddur.domain import errors
from cruddur.domain.errors import declare_code, declared_codes

_DECLARE = declare_code.__name__
_ERRORS = {
    name
    for name, error in vars(errors).items()
    if isinstance(error, type) and issubclass(error, errors.ApiError)
}
_CODE = re.compile(r"[a-z]+(_[a-z0-9]+)*")


def test_a_code_is_declared_in_words() -> None:
    """Written out, so that one finds a code by searching for it; with a sentence that explains it."""
    for where, call in _calls():
        code, meaning = (ast.literal_eval(one) for one in call.args)
        assert _CODE.fullmatch(code), where
        assert re.fullmatch(r"\w.+\.", meaning), where


def test_a_declared_code_is_used() -> None:
    unused = [
        f"{module.where} {name}"
        for module in modules()
        for name in _names_of_codes(module)
        if not any(_uses(other, name) for other in modules() if other is module or name[0] != "_")
    ]
    assert unused == []


def test_no_error_has_a_code_that_is_not_declared() -> None:
    raised = [
        f"{module.where}:{call.lineno}"
        for module in modules()
        for call in module.nodes
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {*_ERRORS, "problem_of"}
        for given in (*call.args[:2], *(one.value for one in call.keywords if one.arg == "code"))
        if isinstance(given, ast.Constant) and _CODE.fullmatch(str(given.value))
    ]
    assert raised == []


def test_a_code_is_written_once() -> None:
    codes = {ast.literal_eval(call.args[0]) for _, call in _calls()} - {"validation", "internal"}
    lines = [(text, module.where) for module in modules() for _, text in texts(module)]
    written = sorted((text, where) for text, where in lines if text in codes)
    assert [text for text, _ in written] == sorted(codes), written


def test_a_code_cannot_be_declared_twice() -> None:
    code = next(iter(declared_codes()))
    with pytest.raises(ValueError, match=f"{code} is declared twice"):
        declare_code(code, "It means something else.")


def _calls() -> Iterator[tuple[str, ast.Call]]:
    where = {module.name: module.where for module in modules()}
    for name, call in _named_calls():
        yield f"{where[name]}:{call.lineno}", call


def _named_calls() -> Iterator[tuple[str, ast.Call]]:
    for module in modules():
        for node in module.nodes:
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == _DECLARE:
                yield module.name, node


def _names_of_codes(module: Module) -> Iterator[str]:
    for node in module.tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=function))
            ) if function == _DECLARE:
                yield name


def _uses(module: Module, name: str) -> bool:
    return name in _loaded_names(module)


@cache
def _loaded_names(module: Module) -> frozenset[str]:
    return frozenset(
        node.id
        for node in module.nodes
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )


def declared_for_the_service() -> set[str]:
    """The codes of all modules that the service needs, also if they are not imported yet."""
    needed = _needed_by("cruddur.cli.up")
    return {ast.literal_eval(call.args[0]) for name, call in _named_calls() if name in needed}


def _needed_by(start: str) -> set[str]:
    by_name = {module.name: module for module in modules()}
    found, new = {start}, {start}
    while new:
        reached = {name for one in new for name in _imported_by(by_name[one], by_name)}
        new = reached - found
        found |= new
    return found


def _imported_by(module: Module, by_name: dict[str, Module]) -> Iterator[str]:
    for name in imports(module):
        yield name
        # The routes are found in their folders, and named nowhere.
        if name in {"cruddur.web.api", "cruddur.web.pages", "cruddur.web.sse"}:
            yield from (one for one in by_name if one.startswith(f"{name}."))
