"""The folder of preserved copies, each under the SHA-256 of its WARC file."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from searchkit.errors import SearchkitError
from searchkit.evidence import warcfile
from searchkit.files import fsync_dir, locked, sweep, write_atomic

_HASH = re.compile(r"[0-9a-f]{64}")
WARC, VIEW = ".warc.gz", ".html"
#: A copy is a page and its pictures.
_LARGEST = 200 << 20


class Copies:
    """Preserved copies in a folder.

    Args:
        folder: made with the first copy.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, copy: str, ending: str) -> Path:
        """A file of a copy, whether it is there or not.

        Raises:
            SearchkitError: this is no SHA-256 and must not become a file name.
        """
        if not _HASH.fullmatch(copy):
            remedy = "it stands in the sidecar; `searchkit doctor` proves that"
            raise SearchkitError("not the hash of a copy", place=ascii(copy), remedy=remedy)
        return self.folder / f"{copy}{ending}"

    def has(self, copy: str) -> bool:
        """Whether the HTML file of a copy is there."""
        return bool(_HASH.fullmatch(copy)) and self.path(copy, VIEW).is_file()

    def add(self, warc: bytes, view: bytes) -> tuple[str, str]:
        """Keep a copy, durably.

        Args:
            warc: its WARC file.
            view: the HTML file to look at it.

        Returns:
            The SHA-256 of both.

        Raises:
            SearchkitError: it cannot be written.
        """
        copy, seen = digest(warc), digest(view)
        try:
            if not self.folder.is_dir():
                self.folder.mkdir(parents=True, exist_ok=True)
                fsync_dir(self.folder.parent)
        except OSError as error:
            message = f"the folder of copies cannot be made ({error.strerror})"
            raise SearchkitError(message, place=str(self.folder)) from error
        with locked(self.folder / ".lock", timeout=20, what="preserving a page"):
            sweep(self.folder)
            write_atomic(self.path(copy, VIEW), view)
            # Last, so that a copy that can be named is whole.
            write_atomic(self.path(copy, WARC), warc)
        return copy, seen

    def names(self) -> list[str]:
        """The copies whose WARC file is there, sorted."""
        found = self.folder.glob(f"*{WARC}") if self.folder.is_dir() else ()
        return sorted(path.name.removesuffix(WARC) for path in found)

    def read(self, copy: str, ending: str = WARC) -> bytes:
        """A file of a copy.

        Raises:
            SearchkitError: it is missing, or no file of ours.
        """
        path = self.path(copy, ending)
        try:
            if path.stat().st_size > _LARGEST:
                raise SearchkitError("larger than any copy", place=str(path))
            return path.read_bytes()
        except FileNotFoundError:
            remedy = "get it from a backup, or preserve the page anew"
            raise SearchkitError("the copy is missing", place=str(path), remedy=remedy) from None
        except OSError as error:
            message = f"the copy cannot be read ({error.strerror})"
            raise SearchkitError(message, place=str(path)) from error

    def problems(self, copy: str, view: str | None, *, replay: bool = False) -> list[str]:
        """What is wrong with a copy, one line each; nothing when it is what it was.

        Args:
            view: SHA-256 of its HTML file; None where nobody wrote it down.
            replay: go through the records of its WARC file too.
        """
        found: list[str] = []
        remedy = "get it from a backup"
        for ending, expected in ((WARC, copy), (VIEW, view)):
            try:
                data = self.read(copy, ending)
                if expected and digest(data) != expected:
                    place = str(self.path(copy, ending))
                    raise SearchkitError("the copy was changed", place=place, remedy=remedy)
                if ending == WARC and replay:
                    warcfile.proved(data, str(self.path(copy, ending)))
            except SearchkitError as error:
                found.append(str(error))
        return found


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
