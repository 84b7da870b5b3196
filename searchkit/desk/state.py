"""What a desk keeps between requests: open workspaces, queues under way, the last check."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import cast

from attrs import define, frozen
from flask import current_app

from searchkit.desk.settings import Settings
from searchkit.desk.workspaces import Workspaces
from searchkit.errors import SearchkitError
from searchkit.workflow.activity import Activity
from searchkit.workflow.queue import Waiting
from searchkit.workflow.reporting import doctor

_NAME = "searchkit.desk"
_MOST_QUEUES = 64


class Queues:
    """The order of each queue under way, so that going on does not rank all claims anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Waiting] = OrderedDict()

    def get(self, key: Hashable) -> Waiting | None:
        """The order of a queue; None when it was not used for long."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: Hashable, waiting: Waiting) -> None:
        """Keep the order of a queue."""
        with self._lock:
            self._known[key] = waiting
            self._known.move_to_end(key)
            while len(self._known) > _MOST_QUEUES:
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
    _running: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether a check is under way."""
        return self._running is not None and self._running.is_alive()

    def start(self) -> None:
        """Begin a check, unless one is under way."""
        if not self.running:
            self.done = self.total = 0
            self._running = threading.Thread(target=self._check, name="doctor", daemon=True)
            self._running.start()

    def _check(self) -> None:
        def progress(done: int, total: int) -> None:
            self.done, self.total = done, total

        try:
            with self._workspaces.lent() as ws:
                problems = doctor(ws, progress)
        except (SearchkitError, OSError) as error:
            problems = [str(error)]
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        self.last = Finding(now, tuple(problems))


@frozen
class Desk:
    """What a desk keeps between requests."""

    settings: Settings
    workspaces: Workspaces
    queues: Queues
    activity: Activity
    health: Health

    @classmethod
    def of(cls, settings: Settings) -> Desk:
        """A desk that nobody has used yet."""
        workspaces = Workspaces(settings)
        return cls(settings, workspaces, Queues(), Activity(), Health(workspaces))

    def install(self) -> None:
        """Let the current application find it."""
        current_app.extensions[_NAME] = self


def desk() -> Desk:
    """The desk of the current application."""
    return cast(Desk, current_app.extensions[_NAME])
