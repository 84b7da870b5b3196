"""Zip and tar archives and compressed files: whatever readable files they hold.

Nothing is written to disk; names within an archive only ever show where an article came from.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO, NamedTuple, cast

from searchkit.errors import ReadError
from searchkit.model import Parsed
from searchkit.readers.pieces import Leftovers
from searchkit.readers.unpacking import DAMAGE, MOST_PIECES, Allowance, Counted, Harvest, why

#: Reads a file of an archive; None where no reader takes such names.
ReadMember = Callable[[bytes, str, Allowance], Parsed]
Knows = Callable[[str], bool]


class _Member(NamedTuple):
    """A file in an archive."""

    name: str
    #: Gives its bytes; None where it is none to be read, with the reason.
    open: Callable[[], IO[bytes]] | None
    reason: str = ""


def parse(
    data: bytes, path: str, allowance: Allowance, *, knows: Knows, read: ReadMember
) -> Parsed:
    """The articles of all readable files in an archive.

    Args:
        data: a zip or tar archive.
        path: its name; an article's origin is this with the file's name behind it.
        allowance: what may come out of it.
        knows: whether some reader takes files of a name.
        read: reads such a file.

    Raises:
        ReadError: it is no archive, or nothing in it could be read.
    """
    if allowance.depth <= 0:
        message = "archives within archives within archives"
        raise ReadError(message, place=path, remedy="unpack it, and index the folder")
    allowance.depth -= 1
    found = Harvest(path, allowance, Leftovers(path))
    with found.to_the_end():
        for found.number, member in enumerate(_members(data, path, allowance), 1):
            if found.number > MOST_PIECES:
                found.leave(f"more than {MOST_PIECES:,} files; the rest was not read")
                break
            _take(member, found, knows, read)
    allowance.depth += 1
    return found.parsed()


def unpack(data: bytes, path: str, allowance: Allowance) -> bytes:
    """The one file that a compressed file holds.

    Raises:
        ReadError: it is damaged, or too much comes out of it.
    """
    try:
        return allowance.read(_decompressed(data, path), path)
    except DAMAGE as error:
        message = f"damaged ({why(error)})"
        raise ReadError(message, place=path, remedy="get it anew") from None


def _take(member: _Member, found: Harvest, knows: Knows, read: ReadMember) -> None:
    name = _contained(member.name)
    if name is None:
        found.leave(f"{_shown(member.name)}: its name leads out of the archive")
    elif any(part.startswith((".", "__MACOSX")) for part in name.split("/")):
        return
    elif member.open is None:
        found.leave(f"{name}: {member.reason}")
    elif not knows(name):
        kind = PurePosixPath(name).suffix.lower() or "files without an ending"
        found.passed[f"no reader for {kind}"] += 1
    else:
        shown = f"{found.path}/{name}"
        with found.one(name):
            with member.open() as stream:
                data = found.allowance.read(stream, shown)
            parsed = read(data, shown, found.allowance)
            found.articles += parsed.articles
            found.transient |= parsed.transient
            for piece in parsed.left_out:
                found.leave(f"{name}, line {piece.line}: {piece.reason}", piece.excerpt)


def _members(data: bytes, path: str, allowance: Allowance) -> Iterator[_Member]:
    if path.lower().endswith(".zip"):
        yield from _zipped(data)
    else:
        yield from _tarred(data, path, allowance)


def _zipped(data: bytes) -> Iterator[_Member]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            if info.flag_bits & 1:
                yield _Member(info.filename, None, "it is locked with a password")
            elif stat.S_ISLNK(info.external_attr >> 16):
                yield _Member(info.filename, None, "it is a link")
            else:
                yield _Member(info.filename, partial(archive.open, info))


def _tarred(data: bytes, path: str, allowance: Allowance) -> Iterator[_Member]:
    packed = not path.lower().endswith(".tar")
    # What is passed over comes out of the compression all the same.
    stream = (
        Counted(_decompressed(data, path), Allowance(allowance.left), path)
        if packed
        else io.BytesIO(data)
    )
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for info in archive:
            if info.isdir():
                continue
            if not info.isreg():
                yield _Member(info.name, None, "it is a link or a device")
            else:
                yield _Member(info.name, partial(_extracted, archive, info))


def _extracted(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = archive.extractfile(info)
    assert stream, "it is a regular file"
    return stream


def _decompressed(data: bytes, path: str) -> IO[bytes]:
    name = path.lower()
    if name.endswith((".bz2", ".tbz2")):
        return bz2.open(io.BytesIO(data))
    if name.endswith((".xz", ".txz")):
        return lzma.open(io.BytesIO(data))
    return cast("IO[bytes]", gzip.open(io.BytesIO(data)))


def _contained(name: str) -> str | None:
    """A file's name within the archive; None where it leads out of it."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    rooted = name.startswith(("/", "\\")) or (parts and parts[0].endswith(":"))
    if rooted or ".." in parts or not parts:
        return None
    shown = "/".join(parts)
    return shown if shown.isprintable() and len(shown) <= 1_000 else _shown(shown)


def _shown(name: str) -> str:
    return ascii(name[:200])[1:-1]
