"""Makes the applications of tests from one whose routes are registered.

Litestar takes a tenth of a second of CPU to register the routes. They are the same in each application
with the same base path. What differs is the context, and what is made of it.
"""

import copy
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.events import SimpleEventEmitter
from litestar.utils import ensure_async_callable

from cruddur.web.app import _at_the_end, _hooks, create_app, make_context
from cruddur.web.http.context import Context

_registered: dict[str, Litestar] = {}


def make_app(*given: Any, **beside: Any) -> Litestar:
    """Returns the application of `make_context`. Its routes are shared with other tests."""
    context = make_context(*given, **beside)
    base_path = context.settings.base_path
    if base_path not in _registered:
        _registered[base_path] = create_app(context)
    return _with_context(_registered[base_path], context)


def _with_context(registered: Litestar, context: Context) -> Litestar:
    app = copy.copy(registered)
    app.state = State({"context": context}, deep_copy=False)
    app.before_send = [ensure_async_callable(hook) for hook in _hooks(context)]
    app.on_shutdown = _at_the_end(context)
    app.event_emitter = SimpleEventEmitter([])
    app.asgi_router = copy.copy(app.asgi_router)
    app.asgi_router.app = app
    app.asgi_handler = app._create_asgi_handler()
    return app
