"""The files of the corpus: which there are, and which are passed over and why."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import define, field, frozen

from searchkit import readers
from searchkit.workflow.workspace import Workspace

_PAGES = (".html", ".htm", ".xhtml")


@frozen
class Skipped:
    """A file or folder that was not read."""

    path: str
    reason: str
    #: Nothing is wrong with it: no reader claims to read such files.
    foreign: bool = False


@frozen
class CorpusFile:
    """A file that a reader may take."""

    path: str
    #: As shown and stored.
    shown: str
    size: int
    #: Equal as long as nobody wrote to the file.
    stamp: str
    #: When it was last written or renamed, in nanoseconds since 1970.
    changed_ns: int


class Folders:
    """Folders and files, and what lies in them, by their names as shown."""

    def __init__(self, names: Iterable[str]):
        self._names = frozenset(names)
        self._prefixes = tuple(f"{name}/" for name in self._names)

    def hold(self, shown: str) -> bool:
        """Whether a file is one of them or lies in one."""
        return shown.startswith(self._prefixes) or shown in self._names or "." in self._names


@define
class Walked:
    """What a walk over part of the corpus found."""

    #: Folders and files that the walk was to cover.
    scope: Folders
    #: Every remembered folder and file.
    roots: Folders
    files: list[CorpusFile] = field(factory=list)
    skipped: list[Skipped] = field(factory=list)
    #: Folders that could not be looked into, as shown: what is in them did not vanish.
    unseen: list[str] = field(factory=list)

    def covers(self, shown: str) -> bool:
        """Whether a known file would have been found, were it still there."""
        return self.scope.hold(shown)

    def remembered(self, shown: str) -> bool:
        """Whether a known file lies under a folder that is not forgotten."""
        return self.roots.hold(shown)

    def hidden(self, shown: str) -> bool:
        """Whether a file may be there although it was not seen."""
        return Folders(self.unseen).hold(shown)


def walk(ws: Workspace, roots: Sequence[Path], scope: Sequence[Path]) -> Walked:
    """Look through the scope in a stable order.

    Hidden files and the index itself are no corpus. A link is followed only where it stays
    within the root that it stands under.

    Args:
        roots: every remembered folder and file.
        scope: the folders and files to look through.
    """
    found = Walked(Folders(map(ws.display, scope)), Folders(map(ws.display, roots)))
    seen: set[str] = set()
    for path in sorted(scope):
        if path.is_dir():
            _walk_folder(ws, path, found, seen)
        elif os.path.lexists(path):
            _take(str(path), ws.display(path), path.parent, found, seen, named=True)
        else:
            found.skipped.append(Skipped(ws.display(path), "it is not there any more"))
    found.files.sort(key=lambda file: file.shown)
    found.skipped.sort(key=lambda skipped: skipped.path)
    return found


def _walk_folder(ws: Workspace, root: Path, found: Walked, seen: set[str]) -> None:
    def unreadable(error: OSError) -> None:
        shown = ws.display(Path(error.filename))
        found.unseen.append(shown)
        found.skipped.append(Skipped(shown, f"the folder cannot be read ({error.strerror})"))

    for folder, folders, files in os.walk(root, onerror=unreadable):
        here = Path(folder)
        for name in sorted(folders):
            if (here / name).is_symlink() and not name.startswith("."):
                shown = ws.display(here / name)
                found.skipped.append(Skipped(shown, "a link to a folder is not followed"))
        # A browser puts the pictures and frames of PAGE.html that it saves into PAGE_files.
        parts = {f"{Path(name).stem}_files" for name in files if name.lower().endswith(_PAGES)}
        for name in sorted(parts.intersection(folders)):
            reason = "it belongs to the web page beside it"
            found.skipped.append(Skipped(ws.display(here / name), reason, foreign=True))
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in parts and not _is_index(ws, here / name)
        )
        # Glued as text: objects for so many paths take longer than asking for their stamps.
        within = ws.display(here / "x")[:-1]
        for name in sorted(files):
            if not name.startswith("."):
                _take(os.path.join(folder, name), within + name, root, found, seen)  # noqa: PTH118


def _take(
    path: str, shown: str, root: Path, found: Walked, seen: set[str], *, named: bool = False
) -> None:
    if shown in seen:
        return
    seen.add(shown)
    try:
        shown.encode()
    except UnicodeEncodeError:
        printable = shown.encode(errors="backslashreplace").decode()
        found.skipped.append(Skipped(printable, "its name is not UTF-8; rename it"))
        return
    if not readers.supported(path):
        kind = Path(path).suffix or "files without an ending"
        found.skipped.append(Skipped(shown, f"no reader for {kind}", foreign=True))
        return
    try:
        info = os.lstat(path)
        if stat.S_ISLNK(info.st_mode):
            if not named and not Path(path).resolve().is_relative_to(root.resolve()):
                found.skipped.append(Skipped(shown, "a link that leads out of the corpus"))
                return
            info = os.stat(path)  # noqa: PTH116
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "a link in a circle"
        found.skipped.append(Skipped(shown, f"cannot be read ({reason})"))
        return
    if not stat.S_ISREG(info.st_mode):
        found.skipped.append(Skipped(shown, "not a regular file"))
        return
    stamp = f"{info.st_ino}-{info.st_size}-{info.st_mtime_ns}-{info.st_ctime_ns}"
    changed = max(info.st_mtime_ns, info.st_ctime_ns)
    found.files.append(CorpusFile(path, shown, info.st_size, stamp, changed))


def _is_index(ws: Workspace, folder: Path) -> bool:
    return folder.absolute() == ws.index
