"""Finds the routes where they are written, so that no list elsewhere names them."""

from collections.abc import Iterator
from types import ModuleType

from litestar.handlers import HTTPRouteHandler

from cruddur.ports.modules import modules_in


def routes_of(*folders: ModuleType) -> list[HTTPRouteHandler]:
    """Returns the routes that the modules in these packages define: by folder, file and line.

    A route is what `@get`, `@post` and Litestar's other decorators make of a function. One that a module
    only imports counts where it was written. Raises ValueError if two have the same method and path:
    Litestar would silently serve the second of them.
    """
    modules = [module for folder in folders for module in modules_in(folder)]
    routes = [route for module in modules for route in _written_in(module)]
    written: dict[tuple[str, str], str] = {}
    for route in routes:
        for served in ((method, path) for method in route.http_methods for path in route.paths):
            if served in written:
                raise ValueError(
                    f"{' '.join(served)} is in {written[served]} and {route.fn.__module__}"
                )
            written[served] = route.fn.__module__
    return routes


def _written_in(module: ModuleType) -> Iterator[HTTPRouteHandler]:
    for value in vars(module).values():
        if isinstance(value, HTTPRouteHandler) and value.fn.__module__ == module.__name__:
            yield value
