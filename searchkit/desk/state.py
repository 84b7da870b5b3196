"""What a desk keeps between requests: open workspaces, queues under way, the last check."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar, cast

from attrs import define, field, frozen
from flask import current_app

from searchkit.desk.settings import Settings
from searchkit.desk.workspaces import Workspaces
from searchkit.errors import SearchkitError
from searchkit.reports import Report
from searchkit.workflow.activity import Activity
from searchkit.workflow.queue import Waiting
from searchkit.workflow.reporting import doctor

_NAME = "searchkit.desk"
_MOST_QUEUES, _MOST_REPORTS = 64, 4

T = TypeVar("T")


class Kept(Generic[T]):
    """What was computed lately, to be used again by any request.

    Args:
        most: what was not used for longest is let go of beyond these.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        """What was kept under a key; None when it is no more."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: Hashable, value: T) -> None:
        """Keep something."""
        with self._lock:
            self._known[key] = value
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)


@frozen
class Finding:
    """What `doctor` said."""

    #: UTC, ISO 8601.
    time: str
    problems: tuple[str, ...]


@define
class Health:
    """The check of the whole index, made beside the requests, one at a time."""

    _workspaces: Workspaces
    #: Of what was found last, and how far the check under way has come.
    last: Finding | None = None
    done: int = 0
    total: int = 0
    running: bool = False
    _lock: threading.Lock = field(factory=threading.Lock)

    def start(self) -> None:
        """Begin a check, unless one is under way."""
        with self._lock:
            if self.running:
                return
            self.running, self.done, self.total = True, 0, 0
        threading.Thread(target=self._check, name="doctor", daemon=True).start()

    def _check(self) -> None:
        def progress(done: int, total: int) -> None:
            self.done, self.total = done, total

        problems = ["the check broke off; the terminal says more"]
        try:
            with self._workspaces.lent() as ws:
                problems = doctor(ws, progress)
        except (SearchkitError, OSError) as error:
            problems = [str(error)]
        finally:
            now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            self.last = Finding(now, tuple(problems))
            self.running = False


@frozen
class Desk:
    """What a desk keeps between requests."""

    settings: Settings
    workspaces: Workspaces
    #: The order of each queue under way: going on does not rank all claims anew.
    queues: Kept[Waiting]
    reports: Kept[Report]
    activity: Activity
    health: Health

    @classmethod
    def of(cls, settings: Settings) -> Desk:
        """A desk that nobody has used yet."""
        workspaces = Workspaces(settings)
        return cls(
            settings,
            workspaces,
            Kept(_MOST_QUEUES),
            Kept(_MOST_REPORTS),
            Activity(),
            Health(workspaces),
        )

    def install(self) -> None:
        """Let the current application find it."""
        current_app.extensions[_NAME] = self


def desk() -> Desk:
    """The desk of the current application."""
    return cast(Desk, current_app.extensions[_NAME])
