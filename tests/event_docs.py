"""Makes `docs/events.md` from the AsyncAPI description. tests/web/test_event_docs.py compares them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "docs" / "events.md"

_HEAD = """\
# Events

What `GET /api/events` sends to the page, and to clients of your own. This page is made from the types in
[`messaging/events.py`](../src/cruddur/messaging/events.py); programs find the same as AsyncAPI 3 at
`/schema/asyncapi.json` of a running service.

"""
_PLAIN = {
    "integer": "number",
    "string": "text",
    "boolean": "true or false",
    "null": "null",
    "object": "object",
}


def page(document: Mapping[str, Any]) -> str:
    """The text of `docs/events.md` for an AsyncAPI document."""
    messages = document["components"]["messages"].values()
    sections = (_section(message, document["components"]["schemas"]) for message in messages)
    stream = document["channels"]["events"]["description"]
    return f"{_HEAD}{_wrapped(stream)}\n{''.join(sections)}"


def _section(message: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    rows = "".join(f"| `{name}` | {kind} | {what} |\n" for name, kind, what in _fields(
        schemas[_name(message["payload"])], schemas
    ))  # fmt: skip
    example = json.dumps(message["examples"][0]["payload"], indent=2, ensure_ascii=False)
    return (
        f"\n## `{message['name']}`\n\n{_wrapped(message['summary'])}\n\n"
        f"{_wrapped(message['description'])}\n\n"
        f"| field | kind | meaning |\n| --- | --- | --- |\n{rows}\n```json\n{example}\n```\n"
    )


def _fields(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], before: str = ""
) -> Iterator[tuple[str, str, str]]:
    """Each field with its kind and meaning, those of objects within objects too."""
    for name, what in schema["properties"].items():
        yield f"{before}{name}", _kind(what), what["description"]
        inner = what.get("items", what)
        if "$ref" in inner:
            mark = "[]." if "items" in what else "."
            yield from _fields(schemas[_name(inner)], schemas, f"{before}{name}{mark}")


def _kind(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return "object"
    if "enum" in schema:
        return "text"
    if schema["type"] == "array":
        return "list"
    return _PLAIN[schema["type"]]


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"].rpartition("/")[2])


def _wrapped(text: str, width: int = 125) -> str:
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
