"""No body of any route may hold a field that the service does not know: each one is a `Body`."""

import ast
from collections.abc import Iterator

from tests.house.source import Module, modules

from cruddur.web.api.bodies import Body


def test_every_body_refuses_unknown_fields() -> None:
    found = [(module, body) for module in modules() for body in _bodies(module)]
    assert len(found) > 10
    lenient = {body for module, body in found if Body.__name__ not in _bases(module, body)}
    assert lenient == set()


def _bodies(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "JSONBody":
            yield ast.unparse(node.slice)


def _bases(module: Module, name: str) -> set[str]:
    """The classes that it is made of, as far as they are in its module."""
    written = [node for node in module.nodes if isinstance(node, ast.ClassDef)]
    own = {ast.unparse(base) for node in written if node.name == name for base in node.bases}
    return own.union(*(_bases(module, base) for base in own))
