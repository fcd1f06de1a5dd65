"""The templates of the pages. Autoescape is always on, so that users' texts stay texts."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cruddur.web.http.assets import asset_path

HTML = "text/html"

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "pages" / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)
_environment.globals["asset"] = asset_path


def render(name: str, **context: object) -> bytes:
    """Returns the page of a template as UTF-8."""
    return _environment.get_template(name).render(context).encode()
