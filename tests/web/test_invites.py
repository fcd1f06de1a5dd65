"""The link to a group over HTTP: its page, what it tells, and what a body may hold."""

import httpx
import pytest
from tests.web.callers import Person

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def group(andrew: Person) -> str:
    body = {"handles": ["bayko"], "title": "Lake <b>"}
    return str((await andrew.http.post("/api/message_groups", json=body)).json()["uuid"])


async def test_a_link_leads_through_its_page_into_the_group(
    andrew: Person, bayko: Person, mallory: Person, nobody: httpx.AsyncClient, group: str
) -> None:
    await andrew.send("Secret", message_group_uuid=group)
    base = f"/api/message_groups/{group}"
    made = (await andrew.http.post(f"{base}/invite", json={"uses": 1})).json()
    token = made["token"]
    assert (await nobody.get(f"/api/invites/{token}")).status_code == 401
    to_sign_in = await nobody.get(f"/join/{token}")
    assert to_sign_in.headers["location"] == f"/sign-in?next=/join/{token}"
    page = await mallory.http.get(f"/join/{token}")
    assert "Lake &lt;b&gt;" in page.text
    assert "Secret" not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert token not in (await andrew.http.get(f"{base}/invite")).text
    joined = (await mallory.http.post(f"/api/invites/{token}")).json()
    assert joined == {"message_group_uuid": group, "is_member": True}
    assert [m["message"] for m in await mallory.list(group)] == ["Mallory joined"]
    assert (await andrew.http.get(f"{base}/invite")).json() is None
    assert (await mallory.http.get(f"/join/{token}")).status_code == 404


@pytest.mark.parametrize(
    "body", [{"uses": 0}, {"uses": 101}, {"days": 31}, {"days": 0}, {"uses": None}]
)
async def test_a_link_has_an_end(andrew: Person, bayko: Person, group: str, body: object) -> None:
    answer = await andrew.http.post(f"/api/message_groups/{group}/invite", json=body)
    assert answer.status_code in (400, 422)


async def test_an_invitation_is_listed_answered_and_gone(
    andrew: Person, bayko: Person, group: str
) -> None:
    base = f"/api/message_groups/{group}"
    await bayko.http.post(f"{base}/leave")
    await andrew.http.post(f"{base}/members", json={"handles": ["bayko"]})
    (one,) = (await bayko.http.get("/api/invitations")).json()
    assert (one["message_group_uuid"], one["display_name"]) == (group, "Andrew")
    back = (await bayko.http.post(f"/api/invitations/{group}")).json()
    assert {member["handle"] for member in back["members"]} == {"andrew", "bayko"}
    assert (await bayko.http.get("/api/invitations")).json() == []
