"""People with browsers, a push service on loopback that verifies and decrypts, and what sends to it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any, NamedTuple

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from tests.push_receiver import Browser
from tests.receiver import Received, Receiver, answer, receiving
from tests.stage import Stream

from cruddur.domain.base64url import from_base64url
from cruddur.domain.model import User
from cruddur.domain.push import PushDevice
from cruddur.engines.outbound.client import GuardedOutbound
from cruddur.identity.context import IdentityContext
from cruddur.identity.open_session import open_session
from cruddur.identity.secret import derivations
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.project import project
from cruddur.messaging.push.context import PushContext
from cruddur.messaging.push.find_push_key import find_push_key
from cruddur.messaging.push.push_messages import push_messages
from cruddur.messaging.push.put_push_device import put_push_device
from cruddur.messaging.push.sender import PushSender
from cruddur.messaging.push.waiting_pushes import WaitingPushes
from cruddur.ports.change_feed import Change

SECRET = bytes(range(32))


class Told(NamedTuple):
    """What a browser was pushed."""

    path: str
    payload: dict[str, Any]
    headers: dict[str, str]


class Scene:
    """One process that sends, and the browsers by the path of their endpoint."""

    def __init__(
        self, messaging: MessagingContext, stream: Stream, receiver: Receiver, sender: PushSender
    ) -> None:
        self.messaging = messaging
        self.stream = stream
        self.receiver = receiver
        self.sender = sender
        self.browsers: dict[str, Browser] = {}
        self.identity = IdentityContext(messaging.table, SECRET, messaging.clock)
        self._seen = 0

    async def signs_in(
        self, user: User, path: str | None = None, time_zone: str = "UTC"
    ) -> PushDevice:
        """Signs a person in on a browser, which is notified of messages from now on."""
        path = path or f"/{user.handle}"
        session_id, _ = await open_session(self.identity, user.user_uuid)
        browser = self.browsers[path] = Browser()
        key = (await find_push_key(self.sender.push)).public
        wanted = browser.subscription(key, self.receiver.url + path, time_zone)
        self.sender.without.clear()
        return await put_push_device(self.sender.push, user.user_uuid, session_id, wanted)

    async def writes(self, user: User, other: User, text: str = "Hello") -> str:
        """Sends a message to a person, and returns the conversation."""
        message = await start_direct_group(self.messaging, user, other, text)
        return message.message_group_uuid

    async def changes(self) -> Sequence[Change]:
        """The new changes, after the projector had them."""
        taken = await self.stream.take()
        assert not await project(self.messaging, taken)
        return taken

    async def pushes(self, sender: PushSender | None = None) -> list[Told]:
        """Lets the consumer have what is new, and returns what reached browsers since the last time."""
        await self.handle(await self.changes(), sender)
        return self.told()

    async def handle(self, changes: Sequence[Change], sender: PushSender | None = None) -> None:
        sender = sender or self.sender
        await push_messages(sender, changes)
        await asyncio.gather(*sender.running)

    def told(self) -> list[Told]:
        new, self._seen = self.receiver.received[self._seen :], len(self.receiver.received)
        return [self._read(one) for one in new]

    def _read(self, received: Received) -> Told:
        _verify(received.headers["authorization"], self.receiver.url)
        text = self.browsers[received.path].decrypt(received.body)
        return Told(received.path, msgspec.json.decode(text), dict(received.headers))


def _verify(authorization: str, origin: str) -> None:
    """As a push service does: RFC 8292, 4.2."""
    token, _, public = authorization.removeprefix("vapid t=").partition(", k=")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(public))
    jwt.decode(token, key, ["ES256"], audience=origin, options={"verify_exp": False})


def sender_of(messaging: MessagingContext, outbound: GuardedOutbound) -> PushSender:
    """What sends in another process: it remembers nothing of this one."""
    push = PushContext(messaging, derivations(SECRET), contact="mailto:ops@example.com")
    return PushSender(push, outbound, settle_seconds=0, waiting=WaitingPushes(first_rest=0.01))


@asynccontextmanager
async def scene_of(messaging: MessagingContext, stream: Stream) -> AsyncIterator[Scene]:
    """Opens the push service, which takes everything unless a test tells it otherwise."""
    outbound = GuardedOutbound([ip_network("127.0.0.0/8")])
    async with receiving(lambda _: answer(201)) as receiver:
        yield Scene(messaging, stream, receiver, sender_of(messaging, outbound))
    await outbound.close()
