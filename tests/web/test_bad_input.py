"""Whatever is wrong with a request: a clear 4xx with a stable code, and nothing written."""

import json
import re
from typing import Any, NamedTuple

import httpx
import pytest
from tests.web.callers import Person

from cruddur.bootstrap import Application
from cruddur.domain.item import Item
from cruddur.messaging.context import MessagingContext
from cruddur.schema.kinds import kind_of

pytestmark = pytest.mark.every_engine

NOWHERE = "00000000-0000-4000-8000-000000000000"
HUGE = 10**30


class Bad(NamedTuple):
    """A request with a fault, and what it is told. `$` stands for a conversation of one's own."""

    method: str
    path: str
    body: Any
    status: int
    code: str
    field: str | None = None


SEND = "/api/messages"
ACCOUNT = {"handle": "chloe", "display_name": "Chloe", "password": "it is long enough"}
GOOD = {"message": "hi", "message_group_uuid": "$"}

TABLE = {
    # What a message may be
    "blank message": Bad("POST", SEND, {**GOOD, "message": " \n"}, 422, "message_blank", "message"),
    "long message": Bad(
        "POST",
        SEND,
        {**GOOD, "message": "x" * 4097},
        422,
        "message_exceed_max_chars_4096",
        "message",
    ),
    "NUL": Bad("POST", SEND, {**GOOD, "message": "a\0b"}, 422, "message_control_characters"),
    "escape": Bad("POST", SEND, {**GOOD, "message": "a\x1b[2J"}, 422, "message_control_characters"),
    "C1 control": Bad(
        "POST", SEND, {**GOOD, "message": "a\x85b"}, 422, "message_control_characters"
    ),
    "message is a number": Bad("POST", SEND, {**GOOD, "message": 5}, 422, "validation", "message"),
    "message is null": Bad("POST", SEND, {**GOOD, "message": None}, 422, "validation", "message"),
    "no message": Bad("POST", SEND, {"handle": "bayko"}, 422, "validation", "message"),
    "unknown field": Bad("POST", SEND, {**GOOD, "colour": "red"}, 422, "validation", "colour"),
    "unknown field in a new account": Bad(
        "POST", "/api/accounts", {**ACCOUNT, "external_id": "42"}, 422, "validation", "external_id"
    ),
    # To whom it may go
    "to nobody": Bad("POST", SEND, {"message": "hi"}, 422, "recipient_ambiguous"),
    "to two": Bad("POST", SEND, {**GOOD, "handle": "bayko"}, 422, "recipient_ambiguous"),
    "to a handle twice": Bad(
        "POST",
        SEND,
        {"message": "hi", "handle": "bayko", "user_receiver_handle": "bayko"},
        422,
        "recipient_ambiguous",
    ),
    "unknown handle": Bad(
        "POST", SEND, {"message": "hi", "handle": "zoe"}, 404, "user_not_found", "handle"
    ),
    "empty handle": Bad("POST", SEND, {"message": "hi", "handle": ""}, 404, "user_not_found"),
    "handle of NUL": Bad("POST", SEND, {"message": "hi", "handle": "\0\0"}, 404, "user_not_found"),
    "unknown group": Bad(
        "POST", SEND, {**GOOD, "message_group_uuid": NOWHERE}, 404, "message_group_not_found"
    ),
    "no uuid": Bad(
        "POST", SEND, {**GOOD, "message_group_uuid": "../x"}, 404, "message_group_not_found"
    ),
    "message_uuid is none": Bad(
        "POST", SEND, {**GOOD, "message_uuid": "x"}, 422, "message_uuid_invalid", "message_uuid"
    ),
    "after below zero": Bad("POST", SEND, {**GOOD, "after": -1}, 422, "validation", "after"),
    "after is huge": Bad("POST", SEND, {**GOOD, "after": HUGE}, 422, "validation", "after"),
    "after is text": Bad("POST", SEND, {**GOOD, "after": "soon"}, 422, "validation", "after"),
    # Bodies
    "half of JSON": Bad("POST", SEND, b'{"message": ', 400, "json_malformed"),
    "no JSON": Bad("POST", SEND, b"hello", 400, "json_malformed"),
    "broken UTF-8": Bad("POST", SEND, b'{"message": "\xff\xfe"}', 400, "json_malformed"),
    "lone surrogate": Bad(
        "POST", SEND, b'{"message": "\\ud800", "handle": "bayko"}', 400, "json_malformed"
    ),
    "an array": Bad("POST", SEND, [], 422, "validation", "body"),
    "a number": Bad("POST", SEND, 5, 422, "validation", "body"),
    "null": Bad("POST", SEND, b"null", 422, "validation", "body"),
    "no body": Bad("POST", SEND, b"", 422, "validation", "body"),
    "deep": Bad("POST", SEND, b"[" * 60000, 400, "json_malformed"),
    "too large": Bad("POST", SEND, b" " * (16 * 1024 * 1024), 413, "body_too_large"),
    # Paging
    "limit 0": Bad("GET", f"{SEND}/$?limit=0", None, 422, "validation", "limit"),
    "limit 101": Bad("GET", f"{SEND}/$?limit=101", None, 422, "validation", "limit"),
    "limit is text": Bad("GET", f"{SEND}/$?limit=all", None, 422, "validation", "limit"),
    "limit of the inbox": Bad(
        "GET", "/api/message_groups?limit=0", None, 422, "validation", "limit"
    ),
    "before 0": Bad("GET", f"{SEND}/$?before=0", None, 422, "validation", "before"),
    "before is huge": Bad("GET", f"{SEND}/$?before={HUGE}", None, 422, "validation", "before"),
    "after is negative": Bad("GET", f"{SEND}/$?after=-1", None, 422, "validation", "after"),
    "both ways": Bad("GET", f"{SEND}/$?after=1&before=2", None, 422, "range_ambiguous", "before"),
    "cursor": Bad("GET", "/api/message_groups?cursor=%00", None, 422, "cursor_invalid", "cursor"),
    "cursor of letters": Bad("GET", "/api/message_groups?cursor=abcd", None, 422, "cursor_invalid"),
    # Queries
    "broken UTF-8 in a search": Bad("GET", "/api/users?prefix=%ff", None, 400, "query_malformed"),
    "half a character": Bad("GET", "/api/message_groups?cursor=%c3", None, 400, "query_malformed"),
    "broken UTF-8 in a name": Bad("GET", f"{SEND}/$?%fe=1", None, 400, "query_malformed"),
    "half of a pair": Bad("GET", f"{SEND}/$?limit=%ed%a0%80", None, 400, "query_malformed"),
    # Paths
    "NUL in a path": Bad("GET", f"{SEND}/%00", None, 404, "message_group_not_found"),
    "broken UTF-8 in a path": Bad("GET", f"{SEND}/%ff%fe", None, 404, "message_group_not_found"),
    "number is text": Bad("PATCH", f"{SEND}/$/one", {"message": "x"}, 404, "not_found"),
    "number is huge": Bad("PATCH", f"{SEND}/$/{HUGE}", {"message": "x"}, 404, "message_not_found"),
    "number of thousands of digits": Bad(
        "DELETE", f"{SEND}/$/{'9' * 5000}", None, 404, "not_found"
    ),
    "number below zero": Bad("DELETE", f"{SEND}/$/-1", None, 404, "message_not_found"),
    "unknown path": Bad("GET", "/api/nothing", None, 404, "not_found"),
    "wrong method": Bad("PUT", SEND, {}, 405, "method_not_allowed"),
    # Accounts
    "handle with a space": Bad(
        "POST", "/api/accounts", {**ACCOUNT, "handle": "a b"}, 422, "handle_invalid", "handle"
    ),
    "handle of one": Bad(
        "POST", "/api/accounts", {**ACCOUNT, "handle": "a"}, 422, "handle_invalid"
    ),
    "handle of 31": Bad(
        "POST", "/api/accounts", {**ACCOUNT, "handle": "a" * 31}, 422, "handle_invalid"
    ),
    "handle of another script": Bad(
        "POST", "/api/accounts", {**ACCOUNT, "handle": "\u0430ndrew"}, 422, "handle_invalid"
    ),
    "handle taken": Bad(
        "POST", "/api/accounts", {**ACCOUNT, "handle": "BAYKO"}, 409, "handle_taken", "handle"
    ),
    "no name": Bad(
        "POST", "/api/accounts", {**ACCOUNT, "display_name": " "}, 422, "display_name_blank"
    ),
    "long name": Bad(
        "POST",
        "/api/accounts",
        {**ACCOUNT, "display_name": "x" * 51},
        422,
        "display_name_exceed_max_chars_50",
    ),
    "reserved handle": Bad(
        "POST", "/api/accounts", {**ACCOUNT, "handle": "@Ad-min"}, 422, "handle_reserved", "handle"
    ),
    "name of nothing": Bad(
        "POST",
        "/api/accounts",
        {**ACCOUNT, "display_name": "\u3164\u200b"},
        422,
        "display_name_blank",
        "display_name",
    ),
    "message of nothing": Bad("POST", SEND, {**GOOD, "message": "\u2800"}, 422, "message_blank"),
    "name with a control character": Bad(
        "POST",
        "/api/accounts",
        {**ACCOUNT, "display_name": "a\x1bb"},
        422,
        "display_name_control_characters",
    ),
    "short password": Bad(
        "POST",
        "/api/accounts",
        {**ACCOUNT, "password": "1234567"},
        422,
        "password_too_short",
        "password",
    ),
    "long password": Bad(
        "POST",
        "/api/accounts",
        {**ACCOUNT, "password": "x" * 129},
        422,
        "password_too_long",
        "password",
    ),
    "short search": Bad("GET", "/api/users?prefix=a", None, 422, "prefix_too_short", "prefix"),
    "no search": Bad("GET", "/api/users", None, 422, "validation", "prefix"),
    "unknown person": Bad("GET", "/api/users/@zoe/short", None, 404, "user_not_found"),
    "person without @": Bad("GET", "/api/users/bayko/short", None, 404, "user_not_found"),
    # Conversations
    "no handles": Bad(
        "POST", "/api/message_groups", {"handles": [], "title": "x"}, 422, "validation", "handles"
    ),
    "too many handles": Bad(
        "POST", "/api/message_groups", {"handles": ["a"] * 51, "title": "x"}, 422, "validation"
    ),
    "unknown handles": Bad(
        "POST",
        "/api/message_groups",
        {"handles": ["zoe"], "title": "x"},
        404,
        "user_not_found",
        "handles",
    ),
    "no title": Bad(
        "POST",
        "/api/message_groups",
        {"handles": ["bayko"], "title": ""},
        422,
        "title_blank",
        "title",
    ),
    "long title": Bad(
        "POST",
        "/api/message_groups",
        {"handles": ["bayko"], "title": "x" * 81},
        422,
        "title_exceed_max_chars_80",
    ),
    "rename a direct one": Bad(
        "PATCH", "/api/message_groups/$", {"title": "x"}, 409, "message_group_direct"
    ),
    "leave a direct one": Bad(
        "POST", "/api/message_groups/$/leave", None, 409, "message_group_direct"
    ),
    "read the unknown": Bad(
        "POST", "/api/message_groups/$/read", {"seq": 99}, 422, "seq_unknown", "seq"
    ),
    "read below zero": Bad("POST", "/api/message_groups/$/read", {"seq": -1}, 422, "validation"),
    "read a fraction": Bad("POST", "/api/message_groups/$/read", {"seq": 1.5}, 422, "validation"),
    "read true": Bad("POST", "/api/message_groups/$/read", {"seq": True}, 422, "validation"),
    "edit another's": Bad("PATCH", f"{SEND}/$/1", {"message": "x"}, 403, "message_not_yours"),
    "delete another's": Bad("DELETE", f"{SEND}/$/1", None, 403, "message_not_yours"),
}


ODD_NUMBERS = ["1_0", "1%5F0", "%D9%A3", "%EF%BC%95", "+5", "%2B5", "%205", "5%20", "5.0", "5e0"]
ODD_NUMBERS += ["05", "-0", "0x5", ""]


def takes_a_number(parameter: dict[str, Any]) -> bool:
    schema = parameter["schema"]
    return any(one.get("type") == "integer" for one in schema.get("oneOf", [schema]))


async def test_a_number_is_written_in_digits_wherever_one_is_taken(
    andrew: Person, group: str
) -> None:
    paths = (await andrew.http.get("/schema/openapi.json")).json()["paths"]
    tried = [
        await _refusal(andrew, method.upper(), path.replace("{message_group_uuid}", group), one)
        for path, methods in paths.items()
        for method, operation in methods.items()
        for one in filter(takes_a_number, operation.get("parameters", []))
    ]
    assert len(tried) >= 6


async def _refusal(person: Person, method: str, path: str, parameter: dict[str, Any]) -> str:
    name, in_query = parameter["name"], parameter["in"] == "query"
    for odd in ODD_NUMBERS:
        right = path.replace("{seq}", "1")
        target = f"{right}?{name}={odd}" if in_query else path.replace(f"{{{name}}}", odd)
        answer = await person.http.request(method, target, json={"message": "x"})
        problem = answer.json()
        told = (answer.status_code, problem["code"], problem.get("field"))
        good = {(422, "validation", name)} if in_query else {(404, "not_found", None)}
        good |= {(401, "key_needed", None)}  # the routes of hosts, which a person may not call
        # Without the last segment it is the path above, which has other methods.
        assert told in good or (odd == "" and told[0] == 405), (method, target)
    return str(name)


JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def group(andrew: Person, bayko: Person) -> str:
    uuid: str = (await bayko.send("hello", handle="andrew"))["message_group_uuid"]
    return uuid


async def test_bad_input_is_refused_in_its_own_words(
    andrew: Person, group: str, application: Application
) -> None:
    # One application answers all of them, since none of them changes anything.
    before = await _everything(application.messaging)
    for name, bad in TABLE.items():
        answer = await _call(andrew.http, bad, group)
        assert answer.headers["content-type"] == "application/problem+json", (name, answer.text)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (bad.status, bad.code), name
        assert bad.field in {None, problem.get("field")}, name
        assert problem["status"] == bad.status, name
        assert {"type", "title", "detail"} < set(problem), name
        assert await _everything(application.messaging) == before, name
        # What people read names no JSON field, no type of a programming language, no code.
        for said in (problem["detail"], *(one["detail"] for one in problem.get("errors", ()))):
            # A program's own words stand in quotation marks, and no field of the page is among them.
            people_read = re.sub(r"“[^”]*”", "“”", said)
            assert not re.search(r"[a-z]_[a-z]|`|\bint\b|\bstr\b|^[a-z]", people_read), (name, said)


WORDS = {
    "no message": "Message: It is missing.",
    "message is a number": "Message: It must be text.",
    "no handles": "People: At least one is needed.",
    "too many handles": "People: There may be at most 50.",
    "read below zero": "The number of the message: It must be at least 0.",
    "limit 101": "The number of entries: It must be at most 100.",
    "null": "The request: It must be a JSON object.",
    "unknown field": "“colour”: It is not known here. Known: “message”, “message_group_uuid”, "
    "“handle”, “user_receiver_handle”, “message_uuid”, “after”, “reply_to_seq”.",
    "no name": "A display name needs some text.",
    "long title": "The name of a group has at most 80 characters; this one has 81.",
    "lone surrogate": "A text holds half of a character (a surrogate without its other half).",
}


async def test_problems_name_things_as_the_page_does(andrew: Person, group: str) -> None:
    said = {name: (await _call(andrew.http, TABLE[name], group)).json() for name in WORDS}
    assert {name: problem["detail"] for name, problem in said.items()} == WORDS


@pytest.mark.parametrize("disguise", ["{%s}", "urn:uuid:%s", "%s%%0A", "%%20%s"])
async def test_what_is_not_written_as_a_uuid_is_none(
    disguise: str, andrew: Person, group: str
) -> None:
    await andrew.send("so that there is a next page", message_group_uuid=group)
    arabic = next(group.replace(d, chr(0x0660 + int(d)), 1) for d in group if d.isdigit())
    bare = group.replace("-", "")
    for written in (disguise % group, arabic, bare, f"{bare[:31]}%0A"):
        answer = await andrew.http.get(f"{SEND}/{written}?limit=1")
        assert (answer.status_code, answer.json()["code"]) == (404, "message_group_not_found")
    assert (await andrew.http.get(f"{SEND}/{group.upper()}?limit=1")).links["next"]


async def test_a_body_of_unknown_length_is_cut_off_too(andrew: Person) -> None:
    async def chunks() -> Any:
        for _ in range(100):
            yield b" " * 1024

    answer = await andrew.http.post(SEND, content=chunks(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    "said", ["text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "", None]
)
async def test_a_body_must_say_that_it_is_json(
    said: str | None, andrew: Person, group: str
) -> None:
    body = json.dumps({"message_group_uuid": group, "message": "Hello"}).encode()
    headers = {} if said is None else {"Content-Type": said}
    refused = await andrew.http.post(SEND, content=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (415, "content_type_not_json")
    assert refused.headers["accept"] == "application/json"
    for fits in ("application/json; charset=utf-8", "Application/JSON", "application/vnd.a+json"):
        answer = await andrew.http.post(SEND, content=body, headers={"Content-Type": fits})
        assert answer.status_code == 200, answer.text
    without_a_body = await andrew.http.post(f"/api/message_groups/{group}/accept")
    assert without_a_body.status_code == 200


async def test_pages_that_are_not_there_are_pages(andrew: Person) -> None:
    for path in ("/nothing", "/c/nothing", "/@zoe", "/static/../app.py", "/static/%00"):
        answer = await andrew.http.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def _call(client: httpx.AsyncClient, bad: Bad, group: str) -> httpx.Response:
    body = bad.body
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).replace('"$"', f'"{group}"').encode()
    path = bad.path.replace("$", group)
    return await client.request(bad.method, path, content=body, headers=JSON)


async def _everything(messaging: MessagingContext) -> list[Item]:
    # How far the stream was read is nobody's input.
    scanned = messaging.table.scan()
    return [item async for item in scanned if kind_of(item) != "feed"]
