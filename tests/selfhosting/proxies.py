"""The proxies of `deploy/`, as their files stand there but for names, ports and certificates."""

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from tests.house.source import ROOT
from tests.ports import free_port

DEPLOY = ROOT / "deploy"
PATIENCE_SECONDS = 30


class Certificate(NamedTuple):
    """For `localhost`, signed by itself."""

    pem: Path
    key: Path

    @classmethod
    def make(cls, folder: Path) -> "Certificate":
        made = cls(folder / "cert.pem", folder / "key.pem")
        command = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ]
        command += ["-nodes", "-days", "2", "-subj", "/CN=localhost"]
        command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(made.key)]
        subprocess.run([*command, "-out", str(made.pem)], check=True, capture_output=True)
        return made

    def trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.pem))


class Site(NamedTuple):
    """A proxy of `deploy/`, and under which path it has the service."""

    proxy: str
    base_path: str

    @property
    def file(self) -> Path:
        names = {
            ("nginx", ""): "nginx.conf",
            ("nginx", "/chat"): "nginx-under-a-path.conf",
            ("caddy", ""): "Caddyfile",
            ("caddy", "/chat"): "Caddyfile-under-a-path",
        }
        return DEPLOY / names[self]


SITES = [Site(proxy, path) for proxy in ("nginx", "caddy") for path in ("", "/chat")]


def program(name: str) -> str:
    """Where it is; the test is skipped where it is not, but never where all is checked."""
    found = shutil.which(name)
    if found is not None:
        return found
    reason = f"{name} is missing: apt-get install {name}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def running(site: Site, service: str, certificate: Certificate, folder: Path) -> Iterator[str]:
    """The proxy in front of the service; the address of its site."""
    port = free_port()
    # A socket's path has 107 characters at most, and the folder of a test is long.
    with tempfile.TemporaryDirectory() as run:
        start = {"nginx": _nginx, "caddy": _caddy}[site.proxy]
        command = start(site, urlsplit(service).netloc, certificate, folder, port)
        environment = {**os.environ, "HOME": run, "XDG_DATA_HOME": run, "XDG_CONFIG_HOME": run}
        with (folder / "proxy.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            _await_port(process, port, folder / "proxy.log")
            yield f"https://localhost:{port}{site.base_path}"
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def _nginx(
    site: Site, upstream: str, certificate: Certificate, folder: Path, port: int
) -> list[str]:
    configuration = _changed(site, {"127.0.0.1:8080": upstream})
    listens = f"listen 127.0.0.1:{port} ssl http2;"
    tls = f"ssl_certificate {certificate.pem}; ssl_certificate_key {certificate.key};"
    if site.base_path:
        configuration = f"server {{ {listens} {tls}\n{configuration}\n}}"
    else:
        domain = "/etc/letsencrypt/live/chat.example.org"
        for old, new in {
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ssl http2;": listens,
            "chat.example.org;": "localhost;",
            f"{domain}/fullchain.pem": str(certificate.pem),
            f"{domain}/privkey.pem": str(certificate.key),
        }.items():
            assert old in configuration
            configuration = configuration.replace(old, new)
    whole = folder / "nginx.conf"
    whole.write_text(_NGINX % (folder, configuration))
    return [program("nginx"), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(whole)]


_NGINX = """
daemon off; master_process off; pid %s/pid; events {}
http { client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u;
scgi_temp_path s; access_log off;
%s
}
"""


def _caddy(
    site: Site, upstream: str, certificate: Certificate, folder: Path, port: int
) -> list[str]:
    domain = "www.example.org {" if site.base_path else "chat.example.org {"
    tls = f"https://localhost:{port} {{\n\ttls {certificate.pem} {certificate.key}"
    ours = "\n{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n\tgrace_period"
    changes = {"127.0.0.1:8080": upstream, domain: tls, "\n{\n\tgrace_period": ours}
    whole = folder / "Caddyfile"
    whole.write_text(_changed(site, changes))
    return [program("caddy"), "run", "--adapter", "caddyfile", "--config", str(whole)]


def _changed(site: Site, changes: Mapping[str, str]) -> str:
    text = site.file.read_text("utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def _await_port(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    raise AssertionError(log.read_text("utf-8"))
