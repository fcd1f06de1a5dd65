"""The templates of the pages. Autoescape is always on, so that users' texts stay texts."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request

from cruddur.web.http.assets import DIALOGS, add_rendered, asset_path
from cruddur.web.http.base_path import outside
from cruddur.web.http.look import Look, look_of

HTML = "text/html"


class _Loader(FileSystemLoader):
    """Reads templates without the white space at the beginning of lines: it would only weigh."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, path, is_same = super().get_source(environment, template)
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE), path, is_same


_environment = Environment(
    loader=_Loader(Path(__file__).parents[1] / "pages" / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)
_environment.globals["asset"] = asset_path
add_rendered(DIALOGS, lambda: _environment.get_template("_dialogs.html").render().encode())


def render(request: Request[Any, Any, Any], name: str, **context: object) -> bytes:
    """Returns the page of a template as UTF-8, in the look that the request's browser wants."""
    return render_below(outside(request, ""), name, look_of(request), **context)


def render_below(base: str, name: str, look: Look, **context: object) -> bytes:
    """Returns the page of a template as UTF-8, with links below the base path."""
    shared = {"base": base, "look": look}
    return _environment.get_template(name).render({**shared, **context}).encode()
