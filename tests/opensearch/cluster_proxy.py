"""A proxy before a node: TLS, a password, and the answers of overloaded or foreign servers."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from attrs import field, frozen

PASSWORD = "open sesame"


@frozen
class Request:
    """What the client asked."""

    method: str
    #: With the query.
    path: str
    headers: dict[str, str]
    body: bytes


@frozen
class Reply:
    """What it is answered."""

    status: int
    body: bytes
    headers: dict[str, str] = field(factory=lambda: {"Content-Type": "application/json"})


#: Answers a request itself, or passes on what the node replies, changed or not.
Rule = Callable[[Request, Callable[[], Reply]], Reply]


def error(status: int, kind: str, reason: str = "as the test wants it") -> Reply:
    """An error in OpenSearch's form."""
    told = {"error": {"type": kind, "reason": reason, "root_cause": []}, "status": status}
    return Reply(status, json.dumps(told).encode())


class Proxy(ThreadingHTTPServer):
    """Hands requests on to a node, by its rule, which a test may exchange at any time."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, target: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(target).netloc
        self.tls = tls
        self.rule: Rule = lambda _, forward: forward()
        #: What a client must send as user and password, if anything.
        self.password: tuple[str, str] | None = None
        self.requests: list[Request] = []

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://localhost:{self.server_address[1]}"

    def reply(self, request: Request) -> Reply:
        """What the client is answered."""
        self.requests.append(request)
        if self.password:
            expected = base64.b64encode(":".join(self.password).encode()).decode()
            if request.headers.get("authorization") != f"Basic {expected}":
                # The security plugin answers with plain text, too.
                return Reply(401, b"Unauthorized", {"WWW-Authenticate": "Basic"})
        return self.rule(request, lambda: self._forward(request))

    def _forward(self, request: Request) -> Reply:
        connection = http.client.HTTPConnection(self.target, timeout=120)
        kept = ("content-type", "accept")
        headers = {n: v for n, v in request.headers.items() if n in kept}
        try:
            connection.request(request.method, request.path, request.body or None, headers)
            answer = connection.getresponse()
            kind = answer.headers.get("Content-Type", "application/json")
            return Reply(answer.status, answer.read(), {"Content-Type": kind})
        finally:
            connection.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        if self.server.tls:
            # Here and not in the listening socket: a handshake that fails hurts nobody else.
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.request.close()

    def _any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length))
        try:
            reply = self.server.reply(request)
        except (OSError, http.client.HTTPException):
            # The node is gone: so is the connection, as if there were nobody between.
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _any  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def proxied(target: str, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """A proxy on loopback before the node with that URL."""
    with Proxy(target, tls) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
