"""The pages' templates. Autoescape is always on: whatever a person typed stays text."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HTML = "text/html"

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)


def render(name: str, **context: object) -> bytes:
    return _environment.get_template(name).render(context).encode()
