"""Connections that go where they may, and no longer than they may.

The name of a host is looked up once for each connection, and what it stands for is looked at and
connected to: a name that means another machine the next moment (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore
from httpcore import SOCKET_OPTION, NetworkStream

from searchkit.evidence.addresses import Address
from searchkit.evidence.pages import FetchError

#: Host and port to addresses.
Resolve = Callable[[str, int], Sequence[str]]


class Deadline:
    """The moment by which all must be done.

    Args:
        seconds: from now.
    """

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds

    def left(self, most: float | None) -> float:
        """Seconds that a step may take.

        Raises:
            FetchError: none are left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise FetchError("slow", "the server took too long in all")
        return left if most is None else min(most, left)


def resolve(host: str, port: int) -> Sequence[str]:
    """What a host's name stands for, as the machine's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to addresses that are allowed only.

    Args:
        allowed: which addresses are.
        deadline: for everything on these connections.
        look_up: what a host's name stands for.
    """

    def __init__(self, allowed: Callable[[Address], bool], deadline: Deadline, look_up: Resolve):
        self._allowed = allowed
        self._deadline = deadline
        self._look_up = look_up
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Connect to the first address of a host that answers.

        Raises:
            FetchError: the host is unknown, or one of its addresses is not allowed.
        """
        problem: Exception | None = None
        for address in self._addresses(host, port):
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._deadline.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return _Timed(stream, self._deadline)
        raise problem or FetchError("unreachable", "the host has no address")

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            found = self._look_up(host, port)
        except (OSError, UnicodeError):
            raise FetchError("unreachable", "there is no host of that name") from None
        for written in found:
            if not self._allowed(ipaddress.ip_address(written.partition("%")[0])):
                message = f"{written} is an address of a private network"
                raise FetchError("forbidden", message if host == written else f"{host}: {message}")
        return found

    def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the deadline."""
        time.sleep(self._deadline.left(seconds))


class _Timed(NetworkStream):
    """A connection with a deadline, however often a few bytes come."""

    def __init__(self, stream: NetworkStream, deadline: Deadline):
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        left = self._deadline.left(timeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
