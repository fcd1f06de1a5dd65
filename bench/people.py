"""People with tokens, made before the service starts: hashing their passwords is not measured here."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

from bench.client import Connection

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.domain.model import User, timestamp
from cruddur.identity.tokens import issue_token
from cruddur.ports.table import Put
from cruddur.schema import items


class Person(NamedTuple):
    """Somebody who is signed in."""

    user: User
    token: str


class Pair(NamedTuple):
    """Two people and their conversation."""

    people: tuple[Person, Person]
    message_group_uuid: str


def people_of(pairs: Sequence[Pair]) -> Sequence[Person]:
    """Everybody who is in a conversation, once."""
    return list({person.token: person for pair in pairs for person in pair.people}.values())


async def make_people(
    data: Path, count: int, *, prefix: str = "person", settings: Settings | None = None
) -> list[Person]:
    """Accounts without a login; the tokens are of the service's own secret."""
    people = []
    async with open_application(settings or Settings(data=data)) as application:
        identity = application.identity
        for number in range(count):
            user = _user(f"{prefix}{number}", timestamp(identity.clock()))
            await identity.table.transact([Put(item) for item in items.person_items(user)])
            people.append(Person(user, issue_token(identity, user.user_uuid)))
    return people


async def make_pairs(url: str, people: list[Person]) -> list[Pair]:
    """Each two begin a conversation, over HTTP."""
    pairs = []
    for one, other in zip(people[::2], people[1::2], strict=True):
        connection = await Connection.open(url, one.token)
        hello = {"message": "Hello!", "handle": other.user.handle}
        message = await connection.json("POST", "/api/messages", hello)
        assert isinstance(message, dict)
        pairs.append(Pair((one, other), message["message_group_uuid"]))
        connection.close()
    return pairs


def _user(handle: str, at: str) -> User:
    # Named after its handle, so that a second run over the same data meets the same person.
    uuid = str(uuid5(NAMESPACE_URL, handle))
    return User(user_uuid=uuid, handle=handle, display_name=handle.title(), created_at=at)
