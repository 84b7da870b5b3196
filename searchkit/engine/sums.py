"""Checksums of the files that commits wrote. Whoosh has none, and a flipped number is no error."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from searchkit.files import write_atomic

FILE = "sums.json"
_BLOCK = 1 << 20


def write(folder: Path, names: Iterable[str]) -> None:
    """Note the checksums of a folder's files, those of new ones added, of others dropped.

    Args:
        names: of the files; none of them changes once it is written.

    Raises:
        OSError: the folder cannot be read.
        SearchkitError: the folder cannot be written.
    """
    known = _read(folder) or {}
    sums = {}
    for name in names:
        # Another process may have committed since, and removed it.
        with suppress(FileNotFoundError):
            sums[name] = known[name] if name in known else _sum(folder / name)
    write_atomic(folder / FILE, (json.dumps(sums) + "\n").encode(), mode=0o600)


def changed(folder: Path) -> list[str]:
    """The names of the files that are not as they were written; those that are gone are none.

    Raises:
        OSError: a file cannot be read.
    """
    known = _read(folder)
    if known is None:
        return [FILE]
    found = []
    for path in sorted(folder.iterdir()):
        # A commit of another process may remove it meanwhile.
        with suppress(FileNotFoundError):
            if path.name in known and _sum(path) != known[path.name]:
                found.append(path.name)
    return found


def _read(folder: Path) -> dict[str, int] | None:
    """What was noted; None when that cannot be told."""
    try:
        content = json.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _sum(path: Path) -> int:
    total = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            total = zlib.crc32(block, total)
    return total
