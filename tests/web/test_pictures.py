"""`/api/me/picture` and `/api/pictures`: for the caller, for those who know them, for nobody else."""

import json

import httpx
import pytest
from litestar import Litestar
from tests.pictures import BLUE, JPEG, PNG, RED, SMALL, of_bytes, with_chunk
from tests.web.callers import Person, open_client
from tests.web.listening import listening

from cruddur.bootstrap import Application
from cruddur.domain.person_picture import PICTURE_MAX_BYTES, WEBP, checked_picture
from cruddur.web.http.context import Context
from cruddur.web.http.rate_limits import Limit

MINE = "/api/me/picture"


async def put(person: Person, data: bytes, kind: str = WEBP) -> httpx.Response:
    return await person.http.put(MINE, content=data, headers={"Content-Type": kind})


async def picture_of(person: Person, data: bytes = RED) -> str:
    answer = await put(person, data)
    assert answer.status_code == 200, answer.text
    return f"/api/pictures/{person.uuid}/{answer.json()['picture']}"


@pytest.mark.every_engine
async def test_a_picture_is_told_to_those_with_whom_one_talks_and_kept_for_ever(
    address: str, andrew: Person, bayko: Person, mallory: Person
) -> None:
    direct = (await andrew.send("Hello", handle="bayko"))["message_group_uuid"]
    async with listening(address, bayko) as other:
        path = await picture_of(andrew)
        event = await other.next()
        while event.type != "person":  # the message may still be on its way
            event = await other.next()
    name = path.rpartition("/")[2]
    assert (event.data["picture"], event.data["name_version"]) == (name, 1)
    for said in (
        (await andrew.http.get("/api/me")).json(),
        (await mallory.http.get("/api/users/@andrew/short")).json(),
        (await mallory.http.get("/api/users?prefix=andrew")).json()[0],
    ):
        assert said["picture"] == name
    group = (await bayko.http.get(f"/api/message_groups/{direct}")).json()
    assert (group["picture"], {one["picture"] for one in group["members"]}) == (name, {name, None})
    answer = await bayko.http.get(path)
    assert answer.content == checked_picture(RED, WEBP)
    assert answer.headers["content-type"] == WEBP
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    known = {"If-None-Match": answer.headers["etag"]}
    assert (await bayko.http.get(path, headers=known)).status_code == 304
    assert (await mallory.http.head(path)).status_code == 200


@pytest.mark.every_engine
async def test_a_picture_that_was_removed_or_replaced_is_nowhere(
    andrew: Person, bayko: Person
) -> None:
    first = await picture_of(andrew)
    second = await picture_of(andrew, BLUE)
    assert (await bayko.http.get(first)).json()["code"] == "picture_not_found"
    assert (await bayko.http.get(second)).status_code == 200
    for _ in range(2):
        answer = await andrew.http.delete(MINE)
        assert (answer.status_code, answer.json()["picture"]) == (200, None)
    assert (await bayko.http.get(second)).status_code == 404
    for odd in (
        "/api/pictures/x/y",
        f"/api/pictures/{andrew.uuid}/-",
        f"/api/pictures/{'0' * 36}/0",
    ):
        assert (await bayko.http.get(odd)).status_code == 404


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (RED, "image/png", 415, "picture_type"),
        (RED, "", 415, "picture_type"),
        (PNG, WEBP, 422, "picture_invalid"),
        (JPEG, WEBP, 422, "picture_invalid"),
        (RED, "image/jpeg", 422, "picture_invalid"),
        (SMALL, WEBP, 422, "picture_invalid"),
        (b"", WEBP, 422, "picture_invalid"),
        (of_bytes(PICTURE_MAX_BYTES + 2), WEBP, 422, "picture_too_large"),
        (of_bytes(70_000), WEBP, 413, "body_too_large"),
    ],
)
async def test_what_is_no_such_picture_is_refused(
    andrew: Person, data: bytes, kind: str, status: int, code: str
) -> None:
    answer = await put(andrew, data, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await andrew.http.get("/api/me")).json()["picture"] is None


async def test_nothing_but_pixels_is_stored(andrew: Person, bayko: Person) -> None:
    path = await picture_of(andrew, with_chunk(RED, b"EXIF", b"taken at 47.37, 8.54"))
    assert b"taken" not in (await bayko.http.get(path)).content
    assert await picture_of(andrew, RED) == path
    answer = await put(andrew, JPEG, "image/jpeg; charset=binary")
    of_jpeg = await bayko.http.get(f"/api/pictures/{andrew.uuid}/{answer.json()['picture']}")
    assert of_jpeg.headers["content-type"] == "image/jpeg"


async def test_nobody_without_a_session_sees_a_picture_or_sets_one(
    app: Litestar, andrew: Person, nobody: httpx.AsyncClient
) -> None:
    path = await picture_of(andrew)
    assert (await nobody.get(path)).status_code == 401
    async with open_client(app) as client:
        client.cookies.set("cruddur_session", andrew.token)
        headers = {"Sec-Fetch-Site": "cross-site", "Content-Type": WEBP}
        assert (await client.put(MINE, content=BLUE, headers=headers)).status_code == 403


async def test_pictures_are_limited_apart_from_names(app: Litestar, andrew: Person) -> None:
    context: Context = app.state["context"]
    context.limits.is_on = True
    context.limits.picturing = Limit("picturing", burst=1, seconds=1000)
    await picture_of(andrew)
    assert (await put(andrew, BLUE)).status_code == 429
    answer = await andrew.http.patch("/api/me", json={"display_name": "Ines"})
    assert answer.json()["display_name"] == "Ines"
    context.limits.looking = Limit("looking", burst=1, seconds=1000)
    statuses = [(await andrew.http.get("/api/pictures/x/y")).status_code for _ in range(2)]
    assert statuses == [404, 429]


async def test_an_export_has_the_picture(andrew: Person) -> None:
    await put(andrew, JPEG, "image/jpeg")
    lines = (await andrew.http.get("/api/me/export")).text.splitlines()
    account = json.loads(lines[0])
    assert account["picture_file"].startswith("data:image/jpeg;base64,/9j/")
    await andrew.http.delete(MINE)
    lines = (await andrew.http.get("/api/me/export")).text.splitlines()
    assert json.loads(lines[0])["picture_file"] is None


async def test_the_audit_says_that_a_picture_was_set_and_never_shows_it(
    application: Application, andrew: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    await picture_of(andrew)
    await andrew.http.delete(MINE)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    acts = [line["act"] for line in lines if line["event"] == "security"]
    assert acts == ["picture_set", "picture_removed"]
