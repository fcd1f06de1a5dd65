"""The templates of the pages. Autoescape is always on, so that users' texts stay texts."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request

from cruddur.web.http.assets import asset_path
from cruddur.web.http.base_path import outside
from cruddur.web.http.look import look_of

HTML = "text/html"

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "pages" / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)
_environment.globals["asset"] = asset_path


def render(request: Request[Any, Any, Any], name: str, **context: object) -> bytes:
    """Returns the page of a template as UTF-8, in the look that the request's browser wants."""
    shared = {"base": outside(request, ""), "look": look_of(request)}
    return _environment.get_template(name).render({**shared, **context}).encode()
