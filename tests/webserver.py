"""A real HTTP server on loopback that behaves as badly as servers do."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pages import page

from searchkit.evidence.addresses import anywhere
from searchkit.evidence.fetch import Fetcher, Limits
from searchkit.evidence.pages import Fetched

#: What a fetch may cost here.
QUICK = Limits(sent=1 << 20, unpacked=4 << 20, seconds=2.5, silence=1.2, redirects=4)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
BOMB = gzip.compress(b"\0" * (80 << 20), 9)


class Site(ThreadingHTTPServer):
    """The server, and what it saw."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lock = threading.Lock()
        #: Method, path and headers of every request.
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.hits: Counter[str] = Counter()
        #: What /page answers with.
        self.page = page().encode()
        #: What else answers, by path.
        self.routes: dict[str, Callable[[_Handler], None]] = {}

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path; every host of 127.0.0.0/8 is this machine."""
        return f"http://{host}:{self.server_address[1]}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._handle()

    def do_HEAD(self) -> None:
        self._handle()

    def _handle(self) -> None:
        site = self.server
        with site.lock:
            site.requests.append((self.command, self.path, dict(self.headers)))
            site.hits[self.path] += 1
        try:
            parts = urlsplit(self.path)
            name = parts.path.strip("/").split("/")[0]
            with suppress(BrokenPipeError, ConnectionResetError):
                route = site.routes.get(parts.path) or getattr(self, f"_{name}", None)
                if route in site.routes.values():
                    route(self)  # type: ignore[misc]
                elif route:
                    route()
                else:
                    self.answer(404, b"<p>no such page</p>")
        finally:
            self.close_connection = True

    def answer(self, status: int, body: bytes = b"", kind: str = "text/html", **more: str) -> None:
        """Send a whole answer."""
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(body))}
        for key, value in (headers | {k.replace("_", "-"): v for k, v in more.items()}).items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    @property
    def _query(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}

    def _page(self) -> None:
        self.answer(200, self.server.page, "text/html; charset=utf-8")

    def _status(self) -> None:
        self.answer(int(urlsplit(self.path).path.split("/")[2]), b"<p>an answer</p>")

    def _nohead(self) -> None:
        self.answer(405 if self.command == "HEAD" else 200, self.server.page)

    def _to(self) -> None:
        """/to/301?u=… redirects."""
        status = int(urlsplit(self.path).path.split("/")[2])
        self.answer(status, Location=unquote(self._query["u"]), Set_Cookie="id=1; Path=/")

    def _loop(self) -> None:
        self.answer(302, Location="/loop")

    def _slow(self) -> None:
        time.sleep(float(self._query.get("s", "1")))
        self._page()

    def _drip(self) -> None:
        """A few bytes now and then, for ever: each of them in time, all of them never."""
        with suppress(OSError):
            for char in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
                self.connection.sendall(bytes([char]))
                time.sleep(0.05)

    def _dripbody(self) -> None:
        self.answer_head()
        with suppress(OSError):
            while True:
                self.connection.sendall(b"x")
                time.sleep(0.05)

    def _endless(self) -> None:
        self.answer_head()
        with suppress(OSError):
            while True:
                self.connection.sendall(b"x" * 65536)

    def answer_head(self) -> None:
        """The head of an answer that says nothing of its length."""
        self.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")

    def _long(self) -> None:
        """Says that more comes than does."""
        self.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<p>half")

    def _short(self) -> None:
        """Says that less comes than does."""
        self.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n<p>and more")

    def _drop(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def _garbage(self) -> None:
        self.connection.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")

    def _bomb(self) -> None:
        self.answer(200, BOMB, Content_Encoding="gzip")

    def _gzip(self) -> None:
        self.answer(200, gzip.compress(self.server.page), Content_Encoding="gzip")

    def _deflate(self) -> None:
        raw = zlib.compressobj(wbits=-15)
        data = raw.compress(self.server.page) + raw.flush()
        self.answer(200, data, Content_Encoding="deflate")

    def _brotli(self) -> None:
        self.answer(200, b"\x0b\x02\x80", Content_Encoding="br")

    def _badgzip(self) -> None:
        self.answer(200, b"\x1f\x8b\x08nonsense", Content_Encoding="gzip")

    def _charset(self) -> None:
        """Says that it is Latin-1, and is Chinese in UTF-8."""
        words = ["北港今年五月处理了四十一万个集装箱，比四月多百分之三点五。"]
        data = page(title="北港", paragraphs=words, head='<meta charset="utf-8">').encode()
        self.answer(200, data, "text/html; charset=iso-8859-1")

    def _busy(self) -> None:
        """Too many requests: the first two times."""
        if self.server.hits[self.path] <= 2:
            self.answer(429, Retry_After="0")
        else:
            self._page()

    def _flaky(self) -> None:
        """Unavailable at first."""
        if self.server.hits[self.path] <= 2:
            self.answer(503)
        else:
            self._page()

    def _picture(self) -> None:
        self.answer(200, PNG, "image/png")

    def _liar(self) -> None:
        self.answer(200, b"<svg onload='alert(1)'/>", "image/png")

    def _file(self) -> None:
        self.answer(200, b"%PDF-1.4 not text at all", "application/pdf")

    def _save(self) -> None:
        """As a public archive: redirects to where it keeps the page."""
        kept = self.path.removeprefix("/save/")
        self.answer(302, Location=f"/web/20240804/{kept}")

    def _web(self) -> None:
        self._page()


class Watched(Fetcher):
    """A fetcher that counts how much it asks of one server at a time.

    On the server's side a request seems to last longer than it does: its thread may be told last
    that the client has gone.
    """

    def __init__(self) -> None:
        super().__init__(allowed=anywhere, look_up=lambda host, port: ["127.0.0.1"])
        self._lock = threading.Lock()
        self._now: Counter[str] = Counter()
        #: Most requests at once, by host.
        self.peak: Counter[str] = Counter()

    def limited(self, limits: Limits) -> Watched:
        self.limits = limits
        return self

    def head(self, url: str) -> Fetched:
        return self._watched(url, super().head)

    def peek(self, url: str) -> Fetched:
        return self._watched(url, super().peek)

    def _watched(self, url: str, ask: Callable[[str], Fetched]) -> Fetched:
        host = urlsplit(url).hostname or ""
        with self._lock:
            self._now[host] += 1
            self.peak[host] = max(self.peak[host], self._now[host])
        try:
            return ask(url)
        finally:
            with self._lock:
                self._now[host] -= 1


@contextmanager
def served() -> Iterator[Site]:
    """A server for the time of a test."""
    site = Site()
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()
