"""What an index consists of: the one file whose replacement is a commit."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any, NamedTuple

from searchkit.engine.columnar.pages import Written
from searchkit.engine.damage import DamageError
from searchkit.files import write_atomic

FILE = "manifest.json"


class Part(NamedTuple):
    """A segment as the manifest names it."""

    name: str
    written: Written
    articles: int
    #: The file of its deleted articles, and how many these are; None with none.
    deletions: tuple[str, Written, int] | None = None

    @property
    def live(self) -> int:
        """Articles that are not deleted."""
        return self.articles - (self.deletions[2] if self.deletions else 0)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that belong to it."""
        return (self.name, self.deletions[0]) if self.deletions else (self.name,)


class Manifest(NamedTuple):
    """One committed state of an index."""

    #: Counted up by every commit.
    generation: int
    parts: tuple[Part, ...]

    def write(self, folder: Path, versions: dict[str, str]) -> None:
        """Commit.

        Args:
            versions: of everything that the stored form depends on.

        Raises:
            SearchkitError: it cannot be written; what was committed before stands.
        """
        content: dict[str, Any] = {
            **versions,
            "generation": self.generation,
            "segments": [
                [
                    part.name,
                    [part.written.size, part.written.checksum],
                    part.articles,
                    part.deletions
                    and [
                        part.deletions[0],
                        [part.deletions[1].size, part.deletions[1].checksum],
                        part.deletions[2],
                    ],
                ]
                for part in self.parts
            ],
        }
        content["checksum"] = _checksum(content)
        write_atomic(folder / FILE, (json.dumps(content) + "\n").encode(), mode=0o600)


class Read(NamedTuple):
    """A manifest that was read, and the versions that it names."""

    manifest: Manifest
    versions: dict[str, Any]


def read(folder: Path) -> Read:
    """The committed state.

    Raises:
        FileNotFoundError: there is none.
        OSError: it cannot be read.
        DamageError: it is not as it was written.
    """
    try:
        content = json.loads((folder / FILE).read_bytes())
        checksum = content.pop("checksum")
        if checksum != _checksum(content):
            raise DamageError(f"{FILE}: not as it was written")
        parts = tuple(_part(*entry) for entry in content.pop("segments"))
        manifest = Manifest(int(content.pop("generation")), parts)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise DamageError(f"{FILE}: not as it was written") from error
    return Read(manifest, content)


def _part(name: Any, written: Any, articles: Any, deletions: Any) -> Part:
    gone = deletions and (_name(deletions[0]), Written(*map(int, deletions[1])), int(deletions[2]))
    return Part(_name(name), Written(*map(int, written)), int(articles), gone or None)


def _name(name: Any) -> str:
    if not isinstance(name, str) or Path(name).name != name:
        raise ValueError(name)
    return name


def _checksum(content: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())
