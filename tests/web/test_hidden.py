"""Messages that one has deleted for oneself are in no answer, and a body of odd types is refused."""

import asyncio
from typing import Any

import pytest
from tests.web.callers import Person

pytestmark = pytest.mark.every_engine
PATIENCE_SECONDS = 20


@pytest.fixture
async def group(andrew: Person, bayko: Person) -> str:
    made = await andrew.http.post("/api/message_groups", json={"handles": ["bayko"], "title": "We"})
    uuid: str = made.json()["uuid"]
    for text in ("secret-1", "secret-2", "secret-3"):  # message 1 says that the group was made
        await andrew.send(text, message_group_uuid=uuid)
    return uuid


async def hide(person: Person, group: str, body: Any) -> Any:
    return await person.http.post(f"/api/messages/{group}/hide", json=body)


async def _until_preview(person: Person, group: str, text: str, *, is_shown: bool) -> None:
    """Waits until the row is projected, on an engine where that follows the commit."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            row = (await person.http.get(f"/api/message_groups/{group}")).json()
            if (row["message"] == text) == is_shown:
                return


async def test_no_answer_has_them_any_more(andrew: Person, bayko: Person, group: str) -> None:
    edited = {"message": "secret-2!"}
    await andrew.http.patch(f"/api/messages/{group}/3", json=edited)
    await _until_preview(bayko, group, "secret-3", is_shown=True)
    row = (await hide(bayko, group, {"seqs": [3, 4]})).json()
    assert (row["uuid"], row["hidden_version"]) == (group, 1)
    await _until_preview(bayko, group, "secret-3", is_shown=False)
    paths = ["", "?after=0", "?before=9", "/changes", "/changes?after=0", "/quoted?seq=3&seq=4"]
    urls = [f"/api/messages/{group}{path}" for path in paths]
    rows = ["/api/message_groups", f"/api/message_groups/{group}"]
    for url in [*urls, *rows, f"/c/{group}", "/", "/api/me/export"]:
        theirs, mine = await bayko.http.get(url), await andrew.http.get(url)
        assert [f"secret-{n}" in theirs.text for n in (2, 3)] == [False, False], url
        assert "hidden_by" not in theirs.text + mine.text
    assert (await bayko.http.get(f"/api/messages/{group}/3/edits")).status_code == 404
    assert len((await andrew.http.get(f"/api/messages/{group}")).json()) == 4


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seqs": []},
        {"seqs": [0]},
        {"seqs": ["one"]},
        {"seqs": [1.5]},
        {"seqs": [None]},
        {"seqs": 1},
        {"seqs": [10**12]},
        {"seqs": list(range(1, 102))},
    ],
)
async def test_a_body_of_another_form_is_refused(
    bayko: Person, group: str, body: dict[str, Any]
) -> None:
    answer = await hide(bayko, group, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation")
    assert len((await bayko.http.get(f"/api/messages/{group}")).json()) == 4
