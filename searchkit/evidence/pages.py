"""A page as it came from the web, and how it was reached."""

from __future__ import annotations

import datetime as dt

from attrs import frozen

from searchkit.errors import SearchkitError
from searchkit.text.mediatype import content_type


class FetchError(SearchkitError):
    """A page could not be fetched.

    Args:
        kind: "forbidden" where searchkit did not want to, "slow", "large", "broken" or
            "unreachable".
    """

    def __init__(self, kind: str, message: str, *, place: str | None = None):
        super().__init__(message, place=place)
        self.kind = kind


@frozen
class Hop:
    """One answer on the way to a page."""

    #: The address that was asked, as it was sent.
    url: str
    status: int
    reason: str
    #: In the order and spelling of the server.
    headers: tuple[tuple[str, str], ...]
    #: What was sent, still compressed where it was; empty where it was not asked for.
    sent: bytes = b""
    #: What was asked: the lines of the request's head.
    request: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str | None:
        """A header's value, whatever the letter case; of several, the first."""
        return next((v for n, v in self.headers if n.lower() == name), None)


@frozen
class Fetched:
    """A page, and how it was reached."""

    #: UTC.
    time: dt.datetime
    hops: tuple[Hop, ...]
    #: The last hop's body, out of its compression.
    body: bytes = b""

    @property
    def last(self) -> Hop:
        """The answer that counts."""
        return self.hops[-1]

    @property
    def url(self) -> str:
        """The final address."""
        return self.last.url

    @property
    def status(self) -> int:
        """The final status code."""
        return self.last.status

    @property
    def kind(self) -> str:
        """The media type, in lower case and without parameters."""
        return content_type(self.last.header("content-type"))[0]

    @property
    def charset(self) -> str | None:
        """What the server said of the encoding."""
        return content_type(self.last.header("content-type"))[1]
