"""Debian's redis-server, or valkey-server, on a free port of its own, for tests.

Where neither is installed the tests that ask for it are skipped, and say why; with `CI` they fail.
"""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pytest
from tests.ports import free_port

_STARTS_WITHIN_SECONDS = 10


class ValkeyServer:
    """One server with a temporary folder. It keeps its port when it is killed and started again."""

    def __init__(self, *options: str, password: str = "") -> None:
        self._executable = executable()
        self.port = free_port()
        self._password = password
        self._options = options
        self._folder = tempfile.TemporaryDirectory(prefix="valkey-")
        self._process = self._start()
        atexit.register(self.stop)

    @property
    def url(self) -> str:
        return f"valkey://:{self._password}@127.0.0.1:{self.port}/0"

    def kill(self) -> None:
        """As a crash would: without a word."""
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        self._process = self._start()

    def stall(self) -> None:
        """It keeps its connections, and answers nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def command(self, *words: str) -> str:
        """One command, past all clients; its answer as it came."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            if self._password:
                connection.sendall(f"AUTH {self._password}\r\n".encode())
                assert connection.recv(65536) == b"+OK\r\n"
            connection.sendall((" ".join(words) + "\r\n").encode())
            return connection.recv(65536).decode()

    def limit_memory(self, count: int) -> None:
        """To so many bytes, 0 for no limit."""
        self.command("CONFIG", "SET", "maxmemory", str(count))

    def change_password(self, password: str) -> None:
        """It knows no connection any more that was made with the old one."""
        self.command("CONFIG", "SET", "requirepass", password)
        self._password = password
        self.command("CLIENT", "KILL", "TYPE", "normal")

    def stop(self) -> None:
        self.kill()
        self._folder.cleanup()
        atexit.unregister(self.stop)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [self._executable, "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--dir", self._folder.name, *(self._options or ("--save", ""))]
        command += ["--requirepass", self._password] if self._password else []
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_for(process, self.port)
        return process


def executable() -> str:
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return found
    message = "neither valkey-server nor redis-server is installed (Debian: redis-server)"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    process.kill()
    raise TimeoutError("the server did not start")
