"""Accounts made beside the running service. All have one password, which is hashed only once: that
takes a good part of a second of two processors, and there are a hundred people here.
"""

import asyncio
import uuid
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from cruddur.bootstrap import Application, open_application
from cruddur.config import Settings
from cruddur.domain.model import User
from cruddur.identity.context import LOCAL_ISSUER
from cruddur.identity.make_reset_token import make_reset_token
from cruddur.identity.open_session import open_session
from cruddur.identity.passwords import hash_password
from cruddur.identity.tokens import issue_token
from cruddur.ports.table import Put, Update
from cruddur.schema import items, keys

PASSWORD = "lake-weekend"

T = TypeVar("T")


class Elsewhere:
    """A thread with an event loop of its own: in the test's, Playwright's is running."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._runner = asyncio.Runner()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._thread.submit(self._runner.run, work).result()

    def close(self) -> None:
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()


class Accounts:
    """Makes accounts in the service's data folder."""

    def __init__(self, application: Application, elsewhere: Elsewhere) -> None:
        self._application = application
        self._run = elsewhere.run

    @classmethod
    @contextmanager
    def beside(cls, data: Path) -> Iterator["Accounts"]:
        """Opens the folder once for all accounts: each time costs as much as a request of a page."""
        elsewhere = Elsewhere()
        opened = open_application(Settings(data=data))
        yield cls(elsewhere.run(opened.__aenter__()), elsewhere)
        elsewhere.run(opened.__aexit__(None, None, None))
        elsewhere.close()

    def make(self, display_name: str) -> tuple[User, str]:
        """A new user, and a token of theirs."""
        return self._run(self._make(display_name, _password_hash()))

    def token_of(self, user_uuid: str) -> str:
        """Another token of theirs."""
        return issue_token(self._application.identity, user_uuid)

    def session_of(self, user_uuid: str) -> str:
        """The token of a session that is listed among their devices."""
        _, token = self._run(open_session(self._application.identity, user_uuid))
        return token

    def reset_token(self, handle: str) -> str:
        """What stands behind the `#` of a link for another password."""
        return self._run(make_reset_token(self._application.identity, handle)).token

    def rewrite(self, group: str, seq: int, text: str) -> None:
        """Stores a message's text as an earlier version did, which had other rules."""
        change = Update(keys.message_key(group, seq), {"message": text})
        self._run(self._application.messaging.table.update(change))

    async def _make(self, display_name: str, password_hash: str) -> tuple[User, str]:
        user = User(
            user_uuid=str(uuid.uuid4()),
            handle=f"p{uuid.uuid4().hex[:12]}",
            display_name=display_name,
            created_at=self._application.messaging.now(),
        )
        login = items.login_item(LOCAL_ISSUER, user.handle, user.user_uuid, password_hash)
        new = [*items.person_items(user), login]
        await self._application.messaging.table.transact([Put(item) for item in new])
        return user, issue_token(self._application.identity, user.user_uuid)


@cache
def _password_hash() -> str:
    elsewhere = Elsewhere()
    hashed = elsewhere.run(hash_password(PASSWORD))
    elsewhere.close()
    return hashed
