"""Standard terms, sentences with a subject, and a docstring for each public function."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from tests.house.source import ROOT, Module, modules

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_DOCS = sorted(
    path
    for folder in (
        *(".", "docs", "docs/features", "docs/decisions", "bench"),
        *("clients/python", "clients/browser"),
    )
    for path in (ROOT / folder).glob("*.md")
)
_CODE = re.compile(r"^```.*?^```|`[^`]*`", re.MULTILINE | re.DOTALL)

# The private words of earlier versions, and the terms that replaced them.
_REPLACED = {
    "Messaging": "MessagingContext",
    "Identity": "IdentityContext",
    "Seen": "MonotonicReads",
    "Kept": "CacheCodec",
    "Ticket": "Lease",
    "WatchedTable": "InvalidatingTable",
    "Overheard": "RecordingTable",
    "Circuit": "CircuitBreaker",
    "Lane": "BatchExecutor",
    "Worker": "BatchHandler",
    "Plan": "WritePlan",
    "Effect": "Mutation",
    "Wire": "Transport",
    "WireItem": "AttributeValues",
    "Outbox": "SendQueue",
    "Refusal": "ApiError",
    "FateUnknown": "OutcomeUnknown",
    "TooMany": "RateLimited",
    "Numbered": "MessageRef",
    "JsonAnswer": "JsonResponse",
    "admit": "authorize_request",
    "bring_forward": "advance_inbox_rows",
    "bury": "write_dead_letter",
    "certain": "consistent",
    "counted_as": "access_pattern",
    "crowd": "concurrency",
    "deaf": "possibly_missed",
    "bereft": "lossy_channels",
    "first_rows": "cached_inbox",
    "for_each": "map_concurrently",
    "from_wire": "from_attribute_value",
    "in_hand": "unacknowledged",
    "json_answer": "json_response",
    "newest_messages": "cached_messages",
    "openapi_words": "openapi_responses",
    "outdate": "invalidate",
    "outdate_later": "invalidate_later",
    "outdated_names": "invalidated_names",
    "owed": "pending",
    "patiently": "retry_throttled",
    "recall": "get",
    "recalled_group": "cached_group",
    "settle": "flush_pending",
    "shapes": "schemas",
    "to_wire": "to_attribute_value",
    "wire": "attribute_values",
    "wire_bytes": "item_bytes",
}
_REPLACED_FILES = {
    "web": {"address", "codes", "cross_site", "door", "head", "lists", "paths", "streams"},
    "cli": {"counting", "one_worker", "places", "running"},
    "identity": {"service"},
    "messaging": {"service"},
}

_REPLACED_SCRIPTS = {"place", "lines", "rows", "log", "wait", "store", "keys", "reader", "fields"}
_DECLARED = re.compile(
    r"(?:\b(?:class|const|let|function)|@typedef \{.*\}) +(\w+)|^ +(?:async |get |#)*(\w+)\(.*\) \{$",
    re.MULTILINE,
)

_PAGE_FILES = sorted(
    path
    for kind in ("*.js", "*.html", "*.css")
    for path in (ROOT / "src" / "cruddur" / "web" / "pages").rglob(kind)
)
_PAGE_COMMENT = re.compile(
    r"/\*(.*?)\*/|\{#(.*?)#\}|((?:(?<=\s)|^)//[^\n]*(?:\n *//[^\n]*)*)", re.DOTALL | re.MULTILINE
)
_MARKS = re.compile(r"(?:^|(?<=\s))(?://|\*|@\w+ \{[^}]*\}+ ?\S*)")

# A sentence has a subject, and says what it means without the sentence before it.
_UNCLEAR = {
    "begins with a who that refers to nobody": r"(?:^|[.;:!(] )(?:Who|Whoever|Whom)\b(?![^.;]*\?)",
    "says who without a noun": r"\b(?:for|to|than|by|beside|lets|tells) who(?:ever)?\b"
    r"|\b(?:of|only|but|so) who(?:ever)? (?:has|holds?|signs?|began|begins?|acted|acts?)\b",
    "leans on the sentence before": r"(?:^|[.;:] )(?:The same[,;]|Likewise|So on below)|\blikewise\b",
    "uses a metaphor for a state": (
        r"\b(?:owed|owing|buried|buries|bury|deaf|bereft|in one hand|in hand|lets? go of|letting go of"
        r"|is told of|are told of|hears? of|gives? way|h[eo]lds? back|asleep|patience)\b"
    ),
}

each_doc = pytest.mark.parametrize("doc", _DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))


def test_no_replaced_word_comes_back() -> None:
    assert _wrong_in(_replaced) == {}


def test_no_replaced_word_comes_back_in_the_page() -> None:
    scripts = sorted((ROOT / "src" / "cruddur" / "web" / "pages").rglob("*.js"))
    declared = {
        path.name: {one or other for one, other in _DECLARED.findall(path.read_text("utf-8"))}
        for path in scripts
    }
    assert sum(map(len, declared.values())) > 500
    # An outbox keeps what a page has still to send; small words, as `settle`, were those of the cache.
    replaced = {word for word in _REPLACED if word[0].isupper()} - {"Outbox"}
    wrong = {name: names & replaced for name, names in declared.items()}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert {path.stem for path in scripts} & _REPLACED_SCRIPTS == set()


def test_each_comment_is_a_clear_sentence() -> None:
    assert _wrong_in(lambda module: _unclear(_prose(module))) == {}


def test_each_comment_of_clients_tests_and_benchmarks_is_clear() -> None:
    folders = ("tests", "bench", "clients/python/src")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    read = [Module(path.stem, path, ast.parse(path.read_text("utf-8"))) for path in sorted(files)]
    wrong = {one.where: _unclear(_prose(one)) for one in read if one.path != Path(__file__)}
    assert {where: found for where, found in wrong.items() if found} == {}


def test_each_comment_of_the_page_is_clear() -> None:
    types = sorted((ROOT / "types").glob("*.d.ts"))
    comments = {path: _page_comments(path) for path in (*_PAGE_FILES, *types)}
    assert sum(map(len, comments.values())) > 400
    wrong = {path.name: _unclear(found) for path, found in comments.items()}
    assert {name: found for name, found in wrong.items() if found} == {}


@each_doc
def test_each_sentence_of_the_docs_is_clear(doc: Path) -> None:
    text = _CODE.sub("`code`", doc.read_text("utf-8"))
    assert _unclear(enumerate(re.split(r"\n\s*\n|\n(?=[-|#])", text))) == []


def test_each_public_function_has_a_docstring() -> None:
    """A method that implements a port has the port's docstring, and needs none of its own."""
    assert _wrong_in(lambda module: list(_undocumented(module.tree, is_port=False))) == {}


def test_each_unclear_sentence_is_found() -> None:
    sentences = ["Who waits gets it.", "It is for who reads.", "Likewise, for two.", "It is owed."]
    assert [what for _, what, _ in _unclear(enumerate(sentences))] == list(_UNCLEAR)


def _wrong_in(rule: Callable[[Module], Sequence[object]]) -> dict[str, Sequence[object]]:
    return {module.where: wrong for module in modules() if (wrong := rule(module))}


def _replaced(module: Module) -> list[str]:
    room = module.path.relative_to(ROOT / "src" / "cruddur").parts[0]
    files = {module.path.stem} & _REPLACED_FILES.get(room, set())
    names = {name for name in (*_names(module.tree), module.path.stem) if _is_replaced(name)}
    return [
        f"{name}: {_REPLACED.get(name.lstrip('_'), 'has a standard term')}"
        for name in files | names
    ]


def _is_replaced(name: str) -> bool:
    return name.lstrip("_") in _REPLACED or name.startswith("saw_") or name.endswith("Shape")


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | _Function):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def _prose(module: Module) -> Iterator[tuple[int, str]]:
    """Line and text of each docstring and comment; comments on lines that follow are one text."""
    for node in module.nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.lineno, str(node.value.value)
    lines: list[str] = []
    previous = 0
    for token in tokenize.generate_tokens(io.StringIO(module.path.read_text("utf-8")).readline):
        if token.type == tokenize.COMMENT:
            line = token.start[0]
            if line != previous + 1 or not token.line.lstrip().startswith("#"):
                yield previous, " ".join(lines)
                lines = []
            lines.append(token.string.lstrip("# "))
            previous = line
    yield previous, " ".join(lines)


def _page_comments(path: Path) -> list[tuple[int, str]]:
    text = path.read_text("utf-8")
    return [
        (
            text.count("\n", 0, comment.start()) + 1,
            _MARKS.sub(" ", "".join(filter(None, comment.groups()))),
        )
        for comment in _PAGE_COMMENT.finditer(text)
    ]


def _unclear(prose: Iterable[tuple[int, str]]) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    for line, text in prose:
        flat = " ".join(text.split())
        for what, pattern in _UNCLEAR.items():
            found += [(line, what, flat[hit.start() :][:60]) for hit in re.finditer(pattern, flat)]
    return found


def _undocumented(node: ast.AST, *, is_port: bool) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.ClassDef | _Function) or child.name.startswith("_"):
            continue
        is_class = isinstance(child, ast.ClassDef)
        is_inherited = isinstance(node, ast.ClassDef) and not is_port and child.name in _in_ports()
        if ast.get_docstring(child) is None and (is_class or not is_inherited):
            yield f"{child.lineno} {child.name}"
        if isinstance(child, ast.ClassDef):
            yield from _undocumented(child, is_port=_is_port(child))


def _is_port(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).startswith("Protocol") for base in node.bases)


@cache
def _in_ports() -> frozenset[str]:
    """Names of the methods of ports. Not read before it is asked: every process collects this file."""
    return frozenset(
        method.name
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.ClassDef) and _is_port(node)
        for method in node.body
        if isinstance(method, _Function)
    )
