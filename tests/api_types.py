"""TypeScript's view of the API and its events, made from the OpenAPI and AsyncAPI descriptions.

`types/api.d.ts` and `types/events.d.ts` hold it for the page's modules; tests/web/test_page_types.py
compares them.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_TYPES = Path(__file__).parents[1] / "types"
API_FILE, EVENTS_FILE = _TYPES / "api.d.ts", _TYPES / "events.d.ts"

_HEAD = """\
// %s
// tests/web/test_page_types.py compares the two, and writes this file anew with UPDATE_TYPES=1.

declare namespace %s {
"""
_API = "What the API answers and takes, made from its OpenAPI description."
_EVENTS = "What the event stream sends, made from its AsyncAPI description."
_SUFFIX = "Out"
_LINE_MAX_CHARS = 100
_PLAIN = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean"}


def api_declarations(document: Mapping[str, Any]) -> str:
    """The text of `types/api.d.ts` for an OpenAPI document."""
    return _HEAD % (_API, "Api") + "\n".join(_interfaces(document)) + "}\n"


def event_declarations(document: Mapping[str, Any]) -> str:
    """The text of `types/events.d.ts` for an AsyncAPI document."""
    payloads = {
        name: message["payload"] for name, message in document["components"]["messages"].items()
    }
    by_name = _interface("ByName", {"properties": payloads, "required": list(payloads)})
    return _HEAD % (_EVENTS, "Events") + "\n".join([*_interfaces(document), by_name]) + "}\n"


def _interfaces(document: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in sorted(document["components"]["schemas"].items()):
        if schema.get("type") == "object":
            yield _interface(name, schema)


def _interface(name: str, schema: Mapping[str, Any]) -> str:
    required = set(schema.get("required", ()))
    fields = sorted(schema.get("properties", {}).items())
    lines = (
        _line(f"{field}{'' if field in required else '?'}", _type(what)) for field, what in fields
    )
    return f"  interface {_short(name)} {{\n{''.join(lines)}  }}\n"


def _line(field: str, kind: str) -> str:
    """A field as Biome writes it: each part of a union that is too long has a line of its own."""
    line = f"    {field}: {kind};\n"
    if len(line) <= _LINE_MAX_CHARS + len("\n"):
        return line
    return f"    {field}:\n" + "".join(f"      | {one}\n" for one in kind.split(" | "))[:-1] + ";\n"


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return _short(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in schema["enum"])
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return " | ".join(_type(one) for one in sorted(schema[choice], key=_is_null))
    return " | ".join(_named(schema, kind) for kind in _kinds(schema))


def _kinds(schema: Mapping[str, Any]) -> Iterator[str]:
    kinds = schema.get("type")
    yield from sorted([kinds] if isinstance(kinds, str) else kinds or (), key="null".__eq__)


def _named(schema: Mapping[str, Any], kind: str) -> str:
    if kind == "array":
        return f"{_type(schema['items'])}[]"
    if kind == "object":
        return f"Record<string, {_type(schema['additionalProperties'])}>"
    return _PLAIN.get(kind, kind if kind == "null" else "unknown")


def _is_null(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "null"


def _short(name: str) -> str:
    return name.removesuffix(_SUFFIX)
