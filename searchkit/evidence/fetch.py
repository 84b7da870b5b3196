"""A page from the web: no more than asked for, from nowhere else, and in bounded time and memory.

No cookies are kept or sent, no credentials, no referrer; redirects are followed one by one, and
each address is looked at like the first.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterator
from functools import cached_property
from urllib.parse import quote, urljoin, urlsplit

import httpcore
from attrs import evolve, frozen

from searchkit import __version__
from searchkit.evidence.addresses import Address, is_public
from searchkit.evidence.network import Deadline, GuardedBackend, Resolve, resolve
from searchkit.evidence.pages import Fetched, FetchError, Hop

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAFE = "/%:=&?~+!$,;'@()*[]|"
_HEADERS = (
    ("User-Agent", f"searchkit/{__version__} (checks links that people cite)"),
    ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Connection", "close"),
)


@frozen
class Limits:
    """What a fetch may cost."""

    #: Bytes of a page as sent, and as they come out of compression.
    sent: int = 20 << 20
    unpacked: int = 50 << 20
    #: Seconds for everything, redirects included, and of silence.
    seconds: float = 60.0
    silence: float = 15.0
    redirects: int = 8


class Fetcher:
    """Fetches pages; can be used by several threads at once.

    Args:
        allowed: which addresses may be connected to.
        limits: what one fetch may cost.
        look_up: what a host's name stands for.
    """

    def __init__(
        self,
        *,
        allowed: Callable[[Address], bool] = is_public,
        limits: Limits | None = None,
        look_up: Resolve = resolve,
    ):
        self._allowed = allowed
        self.limits = limits or Limits()
        self._look_up = look_up

    def limited(self, limits: Limits) -> Fetcher:
        """One that goes to the same places within other limits."""
        return Fetcher(allowed=self._allowed, limits=limits, look_up=self._look_up)

    @cached_property
    def _tls(self) -> object:
        return httpcore.default_ssl_context()

    def get(self, url: str) -> Fetched:
        """The page behind a link, whatever its status.

        Raises:
            FetchError: it could not be fetched, or must not be.
        """
        return self._follow("GET", url, body=True)

    def head(self, url: str) -> Fetched:
        """What the server says of a page, without the page.

        Raises:
            FetchError: as `get`.
        """
        return self._follow("HEAD", url, body=False)

    def peek(self, url: str) -> Fetched:
        """What the server answers when asked for a page, which is then not read.

        Raises:
            FetchError: as `get`.
        """
        return self._follow("GET", url, body=False)

    def _follow(self, method: str, url: str, *, body: bool) -> Fetched:
        deadline = Deadline(self.limits.seconds)
        backend = GuardedBackend(self._allowed, deadline, self._look_up)
        hops: list[Hop] = []
        for _ in range(self.limits.redirects + 1):
            try:
                hop = self._ask(method, url, backend, body=body)
            except FetchError as error:
                error.place = error.place or url
                raise
            except (httpcore.TimeoutException, TimeoutError):
                raise FetchError("slow", "the server does not answer", place=url) from None
            except httpcore.ProtocolError as error:
                message = f"the answer breaks off or is no HTTP ({error})"
                raise FetchError("broken", message, place=url) from None
            except (httpcore.NetworkError, httpcore.UnsupportedProtocol, OSError) as error:
                message = f"no connection ({error})"
                raise FetchError("unreachable", message, place=url) from None
            hops.append(hop)
            location = hop.header("location")
            if hop.status not in _REDIRECTS or not location:
                page = self._unpacked(hop) if body else b""
                return Fetched(dt.datetime.now(dt.UTC), tuple(hops), page)
            try:
                url = urljoin(hop.url, location)
            except ValueError:
                raise FetchError("broken", "it redirects to no address", place=url) from None
        message = f"more than {self.limits.redirects} redirects"
        raise FetchError("broken", message, place=hops[0].url)

    def _ask(self, method: str, url: str, backend: GuardedBackend, *, body: bool) -> Hop:
        address, authority = _address(url)
        headers = (("Host", authority), *_HEADERS)
        silence = self.limits.silence
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), silence)
        with (
            httpcore.ConnectionPool(
                ssl_context=self._tls,  # type: ignore[arg-type]
                max_connections=1,
                network_backend=backend,
            ) as pool,
            pool.stream(
                method, address, headers=list(headers), extensions={"timeout": timeouts}
            ) as response,
        ):
            found = Hop(
                url=f"{address.scheme.decode()}://{authority}{address.target.decode()}",
                status=response.status,
                reason=response.extensions.get("reason_phrase", b"").decode("latin-1"),
                headers=tuple((_text(name), _text(value)) for name, value in response.headers),
                request=((f"{method} {address.target.decode('ascii')}", "HTTP/1.1"), *headers),
            )
            if not body:
                return found
            return evolve(found, sent=self._read(response.iter_stream()))

    def _read(self, chunks: Iterator[bytes]) -> bytes:
        parts: list[bytes] = []
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > self.limits.sent:
                raise FetchError("large", f"more than {self.limits.sent >> 20} MB")
            parts.append(chunk)
        return b"".join(parts)

    def _unpacked(self, hop: Hop) -> bytes:
        """A body out of its compression, or nothing where that goes too far."""
        data = hop.sent
        for coding in reversed((hop.header("content-encoding") or "").lower().split(",")):
            name = coding.strip()
            if name in ("", "identity"):
                continue
            if name not in ("gzip", "x-gzip", "deflate"):
                message = f"it is sent as {name[:20]!a}, which was not asked for"
                raise FetchError("broken", message, place=hop.url)
            data = self._inflated(data, hop.url) if data else data
        return data

    def _inflated(self, data: bytes, url: str) -> bytes:
        # 32: gzip or zlib by their heads; raw deflate is what some servers send as "deflate".
        for window in (32 + zlib.MAX_WBITS, -zlib.MAX_WBITS):
            machine = zlib.decompressobj(window)
            try:
                out = machine.decompress(data, self.limits.unpacked + 1)
            except zlib.error:
                continue
            if len(out) > self.limits.unpacked:
                message = f"more than {self.limits.unpacked >> 20} MB come out of its compression"
                raise FetchError("large", message, place=url)
            return out
        raise FetchError("broken", "its compression is damaged", place=url)


def _address(url: str) -> tuple[httpcore.URL, str]:
    """A link as it goes over the wire, and the host as its header names it.

    User name, password and fragment are left out.

    Raises:
        FetchError: it is no http or https link to a host.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        name = host if ":" in host else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise FetchError("forbidden", "not a link", place=url) from None
    if parts.scheme not in ("http", "https"):
        message = f"{parts.scheme or 'such'}: links are not followed"
        raise FetchError("forbidden", message, place=url)
    if not name or any(not 32 < ord(char) < 127 for char in name):
        raise FetchError("forbidden", "the link names no host", place=url)
    target = quote(parts.path or "/", safe=_SAFE)
    if parts.query:
        target += f"?{quote(parts.query, safe=_SAFE)}"
    shown = f"[{name}]" if ":" in name else name
    authority = shown if port is None else f"{shown}:{port}"
    address = httpcore.URL(
        scheme=parts.scheme.encode(),
        host=name.encode(),
        port=port,
        target=target.encode(),
    )
    return address, authority


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
