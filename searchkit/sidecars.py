"""Where sidecars lie, and what tells that one was written to; what stands in them is not read."""

from __future__ import annotations

import os
import re
from pathlib import Path

from searchkit.errors import SearchkitError, SidecarError

SUFFIX = ".json"
#: Article ids become file names: nothing but these can reach the file system.
ARTICLE_ID = re.compile(r"[a-z][a-z0-9-]{0,63}")

#: Inode, size, time of last change of content and of the entry: what changes with every write.
Fingerprint = tuple[int, int, int, int]


class Sidecars:
    """The folder of sidecars, one for each article that somebody reviewed.

    Args:
        folder: need not be there.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, article_id: str) -> Path:
        """The file of an article's sidecar, whether it is there or not.

        Raises:
            SidecarError: this is no article id and must not become a file name.
        """
        if not ARTICLE_ID.fullmatch(article_id):
            remedy = "take a letter first, then letters and digits"
            raise SidecarError("not an article id", place=ascii(article_id), remedy=remedy)
        return self.folder / f"{article_id}{SUFFIX}"

    def ids(self) -> list[str]:
        """The articles that have a sidecar, sorted; other files in the folder are passed over.

        Raises:
            SearchkitError: the folder cannot be read.
        """
        return list(self.fingerprints())

    def fingerprints(self) -> dict[str, Fingerprint]:
        """The fingerprint of every sidecar, by article id, sorted, in one look at the folder.

        Raises:
            SearchkitError: the folder cannot be read.
        """
        found: dict[str, Fingerprint] = {}
        try:
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    id = entry.name.removesuffix(SUFFIX)
                    if id != entry.name and ARTICLE_ID.fullmatch(id):
                        found[id] = _fingerprint(entry.stat(follow_symlinks=False))
        except FileNotFoundError:
            return {}
        except OSError as error:
            message = f"the reviews cannot be read ({error.strerror})"
            raise SearchkitError(message, place=str(self.folder)) from error
        return dict(sorted(found.items()))

    def fingerprint(self, article_id: str) -> Fingerprint | None:
        """What changes whenever the sidecar does; None when there is none.

        Raises:
            SidecarError: this is no article id, or it cannot be told whether there is one.
        """
        path = self.path(article_id)
        try:
            return _fingerprint(path.lstat())
        except FileNotFoundError:
            return None
        except OSError as error:
            message, remedy = f"cannot be read ({error.strerror})", "check the file and the disk"
            raise SidecarError(message, place=str(path), remedy=remedy) from error


def _fingerprint(found: os.stat_result) -> Fingerprint:
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
