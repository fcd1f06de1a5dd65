"""Read receipts over HTTP, and who gets their events."""

import pytest
from tests.web.callers import Person
from tests.web.listening import listening

pytestmark = pytest.mark.every_engine


async def test_who_shares_none_gets_neither_marks_nor_events_and_others_get_none_of_theirs(
    address: str, andrew: Person, bayko: Person
) -> None:
    group = (await andrew.send("One", handle="bayko"))["message_group_uuid"]
    await andrew.send("Two", message_group_uuid=group)
    path, read = f"/api/messages/{group}/receipts", f"/api/message_groups/{group}/read"
    async with listening(address, andrew) as device:
        await bayko.http.post(read, json={"seq": 1})
        heard = await device.next()
        assert (heard.type, heard.data["user_uuid"], heard.data["read_seq"]) == (
            "receipt",
            bayko.uuid,
            1,
        )
        (mark,) = (await andrew.http.get(path)).json()
        changes = f"/api/messages/{group}/changes"
        with_changes = (await andrew.http.get(f"{changes}?receipts=true")).json()
        assert with_changes == {
            "messages": [],
            "last_change_seq": 0,
            "hidden_seq": 0,
            "receipts": [mark],
        }
        assert "receipts" not in (await andrew.http.get(changes)).json()
        assert (mark["user_uuid"], mark["read_seq"]) == (bayko.uuid, 1)
        assert (await andrew.http.get("/api/me")).json()["shares_receipts"] is True
        switched = await andrew.http.patch("/api/me", json={"shares_receipts": False})
        assert switched.json()["shares_receipts"] is False
        heard = await device.next()
        assert (heard.type, heard.data["shares_receipts"]) == ("receipts_switched", False)
        await bayko.http.post(read, json={"seq": 2})
        await bayko.send("Three", message_group_uuid=group)
        assert (await device.next()).type == "message"
    assert (await andrew.http.get(path)).json() == []
    async with listening(address, andrew) as again, listening(address, bayko) as his:
        await andrew.http.post(read, json={"seq": 3})
        assert (await again.next()).type == "read"
        await andrew.send("Four", message_group_uuid=group)
        assert (await his.next()).type == "message"
    assert (await bayko.http.get(path)).json() == []
    assert "shares_receipts" not in (await bayko.http.get("/api/users/@andrew/short")).json()
    for wrong in ("yes", None, 2):
        refused = await andrew.http.patch("/api/me", json={"shares_receipts": wrong})
        assert refused.status_code == 422
