"""The one family of errors that a user may see: what went wrong, where, and the remedy."""

from __future__ import annotations

from typing import ClassVar


class SearchkitError(Exception):
    """A problem with the data or the request, told in one line.

    Args:
        message: what is wrong, without a full stop.
        place: file, file and line, or part of the query where it is wrong.
        remedy: what the user can do about it, as an imperative.
    """

    exit_code: ClassVar[int] = 1
    #: With the same input it may go well next time.
    transient: bool = False

    def __init__(self, message: str, *, place: str | None = None, remedy: str | None = None):
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        line = f"{self.place}: {self.message}" if self.place else self.message
        if self.remedy:
            line = f"{line}; {self.remedy}"
        return " ".join(line.split())


class UsageError(SearchkitError):
    """The command line was used wrongly."""

    exit_code: ClassVar[int] = 2


class ReadError(SearchkitError):
    """A corpus file cannot be read as what it claims to be."""


class QueryError(SearchkitError):
    """A query cannot be understood.

    Args:
        position: offset into the query text, in code points, where the problem starts.
    """

    def __init__(
        self,
        message: str,
        *,
        position: int = 0,
        place: str | None = None,
        remedy: str | None = None,
    ):
        super().__init__(message, place=place, remedy=remedy)
        self.position = position


class EngineError(SearchkitError):
    """The index cannot be opened, read or written."""


class UnwritableError(EngineError):
    """The catalog can be read and not written: it is read-only, in use, or the disk is full."""


class LockedError(SearchkitError):
    """Somebody else is writing and did not finish in time."""


class SidecarError(SearchkitError):
    """A review sidecar is damaged, of another version, or was tampered with."""


class UnseenError(SearchkitError):
    """Somebody gave or changed a verdict that the reviewer had not seen; nothing was written.

    Args:
        events: ids of what was not seen.
    """

    def __init__(
        self,
        message: str,
        *,
        events: tuple[str, ...] = (),
        place: str | None = None,
        remedy: str | None = None,
    ):
        super().__init__(message, place=place, remedy=remedy)
        self.events = events


class NotFoundError(SearchkitError):
    """No article or claim goes by that name."""


class AmbiguousError(SearchkitError):
    """Several articles or claims go by that name.

    Args:
        candidates: one line for each thing that was possibly meant.
    """

    def __init__(
        self,
        message: str,
        *,
        candidates: tuple[str, ...] = (),
        place: str | None = None,
        remedy: str | None = None,
    ):
        super().__init__(message, place=place, remedy=remedy)
        self.candidates = candidates
