"""Ports of this machine for servers under test."""

import os
import random
import socket

_FIRST, _OF_A_PROCESS, _PROCESSES = 20_000, 1_500, 8
_order = random.SystemRandom()


def free_port() -> int:
    """Returns a port of 127.0.0.1 on which nothing listens.

    A port that the system chooses may be taken by somebody else's connection before the server listens
    on it. So it comes from below the system's own range, and each of the processes that run the tests
    has a part of its own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _PROCESSES
    first = _FIRST + worker * _OF_A_PROCESS
    for port in _order.sample(range(first, first + _OF_A_PROCESS), _OF_A_PROCESS):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise RuntimeError("no port is free")
