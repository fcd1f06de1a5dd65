"""Accounts made beside the running service. All have one password, which is hashed only once: that
takes a good part of a second of two processors, and there are a hundred people here.
"""

import asyncio
import uuid
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.domain.model import User
from cruddur.identity.context import LOCAL_ISSUER
from cruddur.identity.make_reset_token import make_reset_token
from cruddur.identity.passwords import hash_password
from cruddur.identity.tokens import issue_token
from cruddur.ports.table import Put, Update
from cruddur.schema import items, keys

PASSWORD = "lake-weekend"

T = TypeVar("T")


@dataclass(frozen=True)
class Accounts:
    """Makes accounts in the service's data folder."""

    data: Path
    password_hash: str

    @classmethod
    def beside(cls, data: Path) -> "Accounts":
        return cls(data, _elsewhere(hash_password(PASSWORD)))

    def make(self, display_name: str) -> tuple[User, str]:
        """A new user, and a token of theirs."""
        return _elsewhere(self._make(display_name))

    def token_of(self, user_uuid: str) -> str:
        """Another token of theirs."""
        return _elsewhere(self._token_of(user_uuid))

    async def _token_of(self, user_uuid: str) -> str:
        async with open_application(Settings(data=self.data)) as application:
            return issue_token(application.identity, user_uuid)

    def reset_token(self, handle: str) -> str:
        """What stands behind the `#` of a link for another password."""
        return _elsewhere(self._reset_token(handle))

    async def _reset_token(self, handle: str) -> str:
        async with open_application(Settings(data=self.data)) as application:
            return (await make_reset_token(application.identity, handle)).token

    def rewrite(self, group: str, seq: int, text: str) -> None:
        """Stores a message's text as an earlier version did, which had other rules."""
        _elsewhere(self._rewrite(group, seq, text))

    async def _rewrite(self, group: str, seq: int, text: str) -> None:
        async with open_application(Settings(data=self.data)) as application:
            change = Update(keys.message_key(group, seq), {"message": text})
            await application.messaging.table.update(change)

    async def _make(self, display_name: str) -> tuple[User, str]:
        async with open_application(Settings(data=self.data)) as application:
            user = User(
                user_uuid=str(uuid.uuid4()),
                handle=f"p{uuid.uuid4().hex[:12]}",
                display_name=display_name,
                created_at=application.messaging.now(),
            )
            login = items.login_item(LOCAL_ISSUER, user.handle, user.user_uuid, self.password_hash)
            new = [*items.person_items(user), login]
            await application.messaging.table.transact([Put(item) for item in new])
            return user, issue_token(application.identity, user.user_uuid)


def _elsewhere(work: Coroutine[Any, Any, T]) -> T:
    """Runs it in a thread of its own: in this one, Playwright's event loop is running."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()
