"""The wire over Momento Topics: one topic that all processes hear.

A topic for each person would be a stream of its own for each, of which a connection carries a
hundred. So all goes over one, several packets at a time, and each process takes what is its own.
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

from cruddur.bus.frames import framed, unframed
from cruddur.bus.outbox import EVERYBODY, LOST_BODY
from cruddur.bus.wire import BusUnavailable, Packet

CALL_SECONDS = 0.5
"""The deadline of one publish, for which no request waits. The SDK's own is 5 s."""

_STREAM_LASTS = timedelta(days=30)
"""The SDK gives a subscription the deadline of a call; ours is to last."""

_AT_ONCE = 16


class MomentoWire:
    """Implements wire.Wire."""

    def __init__(
        self,
        credentials: CredentialProvider,
        *,
        cache_name: str = "cruddur",
        topic: str = "cruddur-bus",
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        self._credentials = credentials
        self._cache = cache_name
        self._topic = topic
        self._call = timedelta(seconds=call_seconds)
        self._clients: list[TopicClientAsync] = []
        self._stream: Any = None

    async def connect(self) -> None:
        # New clients each time: gRPC's own would pause up to two minutes between attempts.
        self._clients = [self._client(self._call), self._client(_STREAM_LASTS)]
        answer = await self._clients[1].subscribe(self._cache, self._topic)
        if not isinstance(answer, TopicSubscribe.SubscriptionAsync):
            raise _unavailable(answer)
        self._subscription = answer
        # Its own iterator reads a broken stream again and again, and never lets go of the loop.
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
        return unframed(item.item.value.binary)

    async def listen(self, channels: Sequence[str]) -> Sequence[str]:
        return channels

    async def leave(self, channels: Sequence[str]) -> None:
        """They are still heard, and nobody listens."""

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
        answer = await self._clients[0].publish(self._cache, self._topic, frame)
        if not isinstance(answer, TopicPublish.Success):
            raise _unavailable(answer)


def _unavailable(answer: object) -> BusUnavailable:
    return BusUnavailable(f"Momento: {getattr(answer, 'message', answer)}")
