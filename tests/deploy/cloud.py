"""AWS on 127.0.0.1: ministack, as a process, where roles are enforced."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.deploy.tools import BIN, HERE, install, run
from tests.engines import REGION
from tests.ports import free_port

_STARTS_WITHIN_SECONDS = 60
ADMIN = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""ministack's own credentials, which may do anything."""

Call = tuple[str, str, Mapping[str, Any]]
"""A service, one of its operations (or "wait:" and a waiter's name), and what it takes."""


class Cloud:
    """Functions run in it as processes; they inherit its environment, and so find its endpoint.

    With TLS, since endpoints.py takes the credentials of the environment to no other place.
    """

    def __init__(self, folder: Path, *, tls: bool) -> None:
        install()
        self.port = free_port()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.trust = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
        secured = self._secure(folder) if tls else {}
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [BIN / "ministack"],
            stdout=self._log,
            stderr=self._log,
            cwd=folder,
            env={
                **self.trust,
                **ADMIN,
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "TMPDIR": str(folder),
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": str(self.port),
                "IOT_MTLS_ENABLED": "0",
                **secured,
                "AUTH": "true",
                "CRUDDUR_ENDPOINT_URL": self.url,
            },
        )
        self._wait()

    def call(self, *calls: Call) -> list[Any]:
        """One process for all of them, since it takes a second to start."""
        answers: list[Any] = json.loads(
            run("python", HERE / "aws.py", given=json.dumps(calls), environment=self.environment)
        )
        return answers

    @property
    def environment(self) -> dict[str, str]:
        """For AWS's own tools."""
        return {**self.trust, **ADMIN, "AWS_ENDPOINT_URL": self.url}

    def log(self) -> str:
        return Path(self._log.name).read_text()

    def stop(self) -> None:
        self._process.kill()  # it would wait half a minute for connections that are kept alive
        self._process.wait()
        self._log.close()

    def _secure(self, folder: Path) -> dict[str, str]:
        certificate = str(folder / "certificate.pem")
        key = str(folder / "key.pem")
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        command += ["-keyout", key, "-out", certificate, "-subj", "/CN=127.0.0.1"]
        command += ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
        subprocess.run(command, check=True, capture_output=True)
        self.trust |= {"SSL_CERT_FILE": certificate, "AWS_CA_BUNDLE": certificate}
        return {"USE_SSL": "1", "MINISTACK_SSL_CERT": certificate, "MINISTACK_SSL_KEY": key}

    def _wait(self) -> None:
        ends = time.monotonic() + _STARTS_WITHIN_SECONDS
        while time.monotonic() < ends and self._process.poll() is None:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        raise TimeoutError(f"ministack did not start: {self.log()}")
