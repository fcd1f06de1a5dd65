"""People with an account, and what they do without a browser: through the API."""

from collections.abc import Callable
from typing import Any

import httpx

from cruddur.domain.model import User

_AT_REST = 'cruddur_feed_lag_records{consumer="projector"} 0.0'


class Person:
    """Somebody who is signed in."""

    def __init__(self, address: str, user: User, token: str) -> None:
        self.display_name = user.display_name
        self.handle = user.handle
        self.uuid = user.user_uuid
        self.token = token
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(base_url=address, headers=headers, timeout=60)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The JSON of the answer, which has to be a good one."""
        answer = self._client.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def takes_picture(self, data: bytes, kind: str = "image/webp") -> str:
        """Returns the name of the picture."""
        headers = {"Content-Type": kind}
        answer = self._client.put("/api/me/picture", content=data, headers=headers)
        assert answer.is_success, answer.text
        return str(answer.json()["picture"])

    def writes(self, to: "Person", *texts: str) -> str:
        """Sends these one after the other; returns the uuid of the conversation."""
        for text in texts:
            sent = self.ask("POST", "/api/messages", {"handle": to.handle, "message": text})
        return str(sent["message_group_uuid"])

    def writes_in(self, group: str, *texts: str) -> None:
        for text in texts:
            self.ask("POST", "/api/messages", {"message_group_uuid": group, "message": text})

    def edits(self, group: str, seq: int, text: str) -> None:
        self.ask("PATCH", f"/api/messages/{group}/{seq}", {"message": text})

    def deletes(self, group: str, seq: int) -> None:
        self.ask("DELETE", f"/api/messages/{group}/{seq}")

    def reads(self, group: str, seq: int) -> None:
        self.ask("POST", f"/api/message_groups/{group}/read", {"seq": seq})

    def starts_group(self, title: str, *others: "Person") -> str:
        handles = [other.handle for other in others]
        started = self.ask("POST", "/api/message_groups", {"handles": handles, "title": title})
        return str(started["uuid"])

    def awaits_rows(self) -> None:
        """Until the projector has brought every inbox row up to date."""
        tries = (_AT_REST in self._client.get("/metrics").text for _ in range(10_000))
        assert any(tries)

    def stored(self, group: str) -> list[tuple[int, str]]:
        """Number and text of every message that the server has, in its order."""
        found: list[tuple[int, str]] = []
        while True:
            after = found[-1][0] if found else 0
            page = self.ask("GET", f"/api/messages/{group}?after={after}&limit=100")
            if not page:
                return found
            found += [(message["seq"], message["message"]) for message in page]

    def close(self) -> None:
        self._client.close()


People = Callable[[str], Person]
"""Makes an account with this display name."""
