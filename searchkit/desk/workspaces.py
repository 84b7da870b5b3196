"""Open workspaces, handed to one request at a time and kept for the next."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from attrs import define

from searchkit.desk.settings import Settings
from searchkit.errors import EngineError
from searchkit.workflow.workspace import Workspace

T = TypeVar("T")
#: Inode and time of the last change of every folder of the caches.
_Stamp = tuple[tuple[str, int, int], ...]


@define
class _Opened:
    workspace: Workspace
    stamp: _Stamp


class Workspaces:
    """Lends out workspaces that see what the terminal and other desks have done.

    Sidecars are read anew for every page anyway. An engine stays open, and looks at the index
    again when a folder of it has changed.
    """

    def __init__(self, settings: Settings):
        self._settings = settings
        self._lock = threading.Lock()
        #: The one that was used last comes first: it has the most in memory.
        self._idle: list[_Opened] = []

    def read(self, look: Callable[[Workspace], T]) -> T:
        """What a function finds in a workspace.

        It is tried twice: somebody may have exchanged the index while it was being read.
        """
        try:
            with self.lent() as ws:
                return look(ws)
        except (EngineError, FileNotFoundError):
            self.close()
            with self.lent() as ws:
                return look(ws)

    @contextmanager
    def lent(self) -> Iterator[Workspace]:
        """A workspace for one request."""
        with self._lock:
            opened = self._idle.pop() if self._idle else None
        if opened is None:
            fresh = Workspace.open(
                self._settings.index,
                engine=self._settings.engine,
                scale=self._settings.scale,
                cluster=self._settings.cluster,
            )
            opened = _Opened(fresh, _stamp(fresh.cache))
        ws = opened.workspace
        ws.damaged.clear()
        ws.forget_checks()
        now = _stamp(ws.cache)
        if now != opened.stamp:
            ws.close()
            opened.stamp = now
        try:
            yield ws
        except EngineError:
            ws.close()
            raise
        finally:
            with self._lock:
                self._idle.append(opened)

    def stamp(self) -> _Stamp:
        """What changes whenever an index does."""
        return _stamp(Workspace(self._settings.index, engine=self._settings.engine).cache)

    def close(self) -> None:
        """Let go of the files of all workspaces that are not lent."""
        with self._lock:
            idle, self._idle = self._idle, []
        for opened in idle:
            opened.workspace.close()


def _stamp(cache: Path) -> _Stamp:
    """A new folder, or one in which a file was made, exchanged or removed, has another stamp.

    Of the outermost folder only the inode counts: catalogs and listings come and go in it.
    """
    found = []
    try:
        found.append(("", cache.stat().st_ino, 0))
        for folder, folders, _ in os.walk(cache):
            for name in sorted(folders):
                state = Path(folder, name).stat()
                found.append((name, state.st_ino, state.st_mtime_ns))
    except OSError:
        pass
    return tuple(found)
