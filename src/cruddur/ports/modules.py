"""Finds what registers itself: by importing every module of a package, in the order of names."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType


def modules_in(package: ModuleType) -> Iterator[ModuleType]:
    """Imports the modules in a package and in those below it, and gives each."""
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    for name in sorted(module.name for module in found):
        yield import_module(name)
