"""An answer is written in one piece, and no part of it is delayed for long."""

import asyncio

from cruddur.web.http.one_write import HoldingTransport

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class Wire:
    """What a socket's transport was given, piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.pieces.append(data)

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


def held(wire: Wire) -> HoldingTransport:
    return HoldingTransport(wire, asyncio.get_running_loop())


async def test_a_head_leaves_with_its_body() -> None:
    wire = Wire()
    transport = held(wire)
    for _ in range(2):  # as over a connection that is kept
        transport.write(HEAD)
        transport.write(b"body")
    await asyncio.sleep(0)
    assert wire.pieces == [HEAD + b"body"] * 2


async def test_a_head_whose_body_comes_later_leaves_without_it() -> None:
    wire = Wire()
    transport = held(wire)
    transport.write(HEAD)
    await asyncio.sleep(0)
    assert wire.pieces == [HEAD]
    transport.write(b"event: ready\n\n")
    transport.write(b"event: message\n\n")
    assert wire.pieces[1:] == [b"event: ready\n\n", b"event: message\n\n"]


async def test_a_head_without_a_body_leaves_before_the_end() -> None:
    wire = Wire()
    transport = held(wire)
    transport.write(HEAD)
    transport.close()
    assert (wire.pieces, wire.is_closed) == ([HEAD], True)
