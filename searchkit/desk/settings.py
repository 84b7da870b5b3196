"""What a desk is set up with."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path

from attrs import field, frozen

from searchkit.engine.opensearch.access import Access
from searchkit.errors import UsageError
from searchkit.model import DEFAULT_SCALE, Scale
from searchkit.reports import ReportSettings

LOOPBACK = "127.0.0.1"
#: A shorter token could be found by trying.
SHORTEST_TOKEN = 16


@frozen
class Settings:
    """What a desk is set up with."""

    #: The index folder.
    index: Path
    engine: str = "whoosh"
    scale: Scale = DEFAULT_SCALE
    #: For the engine opensearch.
    cluster: Access | None = None
    report: ReportSettings = field(factory=ReportSettings)
    #: Who marks where the browser has not said it; None where many share the desk.
    reviewer: str | None = None
    #: Where it listens: a name or address, and the port.
    host: str = LOOPBACK
    port: int = 0
    #: What whoever comes in has to know; None on loopback, where it is the user's own machine.
    token: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.token is None and not is_loopback(self.host):
            raise UsageError(
                f"{self.host} can be reached by others, and no token is set",
                remedy="set SEARCHKIT_DESK_TOKEN",
            )
        if self.token is not None and len(self.token) < SHORTEST_TOKEN:
            message = f"the token is shorter than {SHORTEST_TOKEN} characters"
            raise UsageError(message, remedy="take a longer one")

    def answers_to(self, host: str) -> bool:
        """Whether a request's Host header names this desk.

        A web page elsewhere can let its own name lead here (DNS rebinding), but no address.
        """
        name, port = _split(host)
        if port != self.port:
            return False
        if is_loopback(self.host):
            return is_loopback(name)
        return (
            is_loopback(name)
            or _is_address(name)
            or name in {self.host.lower(), socket.gethostname().lower()}
        )


def is_loopback(host: str) -> bool:
    """Whether a name or address is that of the machine itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _split(host: str) -> tuple[str, int]:
    """Name and port of a Host header."""
    name, colon, port = host.rpartition(":")
    if not colon or "]" in port:
        name, port = host, "80"
    name = name.removeprefix("[").removesuffix("]").lower()
    return name, int(port) if port.isascii() and port.isdigit() else -1
