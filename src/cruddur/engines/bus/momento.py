"""The transport over Momento Topics: one topic, to which all processes subscribe.

A topic for each user would need a stream for each, and a connection carries only a hundred streams. So
one topic carries all packets, several in a message, and each process picks those of its users.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import grpc
from momento import CredentialProvider, TopicClientAsync
from momento.config.topic_configuration import TopicConfiguration
from momento.config.transport.topic_transport_strategy import (
    StaticTopicGrpcConfiguration,
    StaticTopicTransportStrategy,
)
from momento.errors import SdkException
from momento.responses import TopicPublish, TopicSubscribe

from cruddur.engines.bus.frames import framed, unframed
from cruddur.engines.bus.sealed import Sealing
from cruddur.engines.bus.send_queue import EVERYBODY, LOST_BODY
from cruddur.engines.bus.transport import BusUnavailable, Packet
from cruddur.engines.seal import Seal

CALL_SECONDS = 0.5
"""The deadline of one publish. No request waits for it. The SDK's default is 5 s."""

_STREAM_LASTS = timedelta(days=30)
"""The deadline of a subscription. The SDK would give it that of a call."""

_AT_ONCE = 16


class MomentoTransport:
    """The transport over one topic of a Momento cache."""

    def __init__(
        self,
        credentials: CredentialProvider,
        *,
        seal: Seal,
        cache_name: str = "cruddur",
        topic: str = "cruddur-bus",
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        self._credentials = credentials
        self._sealing = Sealing(seal)
        self._cache = cache_name
        self._topic = topic
        self._call = timedelta(seconds=call_seconds)
        self._clients: list[TopicClientAsync] = []
        self._stream: Any = None

    @property
    def refused(self) -> int:
        return self._sealing.refused

    async def connect(self) -> None:
        # New clients are made each time, since gRPC waits up to two minutes between attempts to connect.
        self._clients = [self._client(self._call), self._client(_STREAM_LASTS)]
        answer = await self._clients[1].subscribe(self._cache, self._topic)
        if not isinstance(answer, TopicSubscribe.SubscriptionAsync):
            raise _unavailable(answer)
        self._subscription = answer
        # The SDK's iterator reads a broken stream in an endless loop and blocks the event loop.
        self._stream = answer._client_stream  # noqa: SLF001

    async def send(self, packets: Sequence[Packet]) -> None:
        frames = list(framed(packets))
        for at in range(0, len(frames), _AT_ONCE):
            await asyncio.gather(*map(self._publish, frames[at : at + _AT_ONCE]))

    async def receive(self) -> Sequence[Packet]:
        try:
            item = await self._stream.read()
        except (grpc.RpcError, asyncio.InvalidStateError) as error:
            raise BusUnavailable(f"Momento: {error!r}") from error
        if item is grpc.aio.EOF:
            raise BusUnavailable("Momento ended the subscription")
        if item.WhichOneof("kind") == "discontinuity":
            return (Packet((EVERYBODY,), LOST_BODY),)
        frame = self._sealing.open(self._topic, item.item.value.binary)
        return () if frame is None else unframed(frame)

    async def listen(self, channels: Sequence[str]) -> Sequence[str]:
        return channels

    async def leave(self, channels: Sequence[str]) -> None:
        """Does nothing: events of these channels still arrive and have no listeners."""

    async def close(self) -> None:
        await self.disconnect()

    async def disconnect(self) -> None:
        clients, self._clients = self._clients, []
        if self._stream is not None:
            self._stream.cancel()
            self._stream = None
        for client in clients:
            with suppress(SdkException, grpc.RpcError):
                await client.close()

    def _client(self, deadline: timedelta) -> TopicClientAsync:
        transport = StaticTopicTransportStrategy(StaticTopicGrpcConfiguration(deadline))
        return TopicClientAsync(TopicConfiguration(transport), self._credentials)

    async def _publish(self, frame: bytes) -> None:
        ((topic, message),) = self._sealing.close([self._topic], frame)
        answer = await self._clients[0].publish(self._cache, topic, message)
        if not isinstance(answer, TopicPublish.Success):
            raise _unavailable(answer)


def _unavailable(answer: object) -> BusUnavailable:
    return BusUnavailable(f"Momento: {getattr(answer, 'message', answer)}")
