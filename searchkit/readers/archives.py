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
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, NamedTuple

from searchkit.errors import ReadError
from searchkit.model import Article, Parsed
from searchkit.readers.pieces import Leftovers
from searchkit.readers.unpacking import MOST_PIECES, Allowance, Counted

ZIP = (".zip",)
TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
COMPRESSED = (".gz", ".bz2", ".xz")

#: What the standard library raises for archives that are damaged, or made to do damage.
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)

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
    left = Leftovers(path)
    articles: list[Article] = []
    foreign: Counter[str] = Counter()
    number = 0
    try:
        for number, member in enumerate(_members(data, path, allowance), 1):
            name = _contained(member.name)
            if name is None:
                left.add(number, f"{_shown(member.name)}: its name leads out of the archive")
            elif any(part.startswith((".", "__MACOSX")) for part in name.split("/")):
                continue
            elif member.open is None:
                left.add(number, f"{name}: {member.reason}")
            elif not knows(name):
                foreign[PurePosixPath(name).suffix.lower() or "files without an ending"] += 1
            else:
                _take(member, f"{path}/{name}", number, articles, left, allowance, read)
            if number >= MOST_PIECES:
                left.add(number, f"more than {MOST_PIECES:,} files; the rest was not read")
                break
    except ReadError as error:
        # The allowance is used up; what was read before stays.
        left.add(number + 1, f"{error.message}; the rest was not read")
    except DAMAGE as error:
        left.add(number + 1, f"damaged ({_why(error)}); the rest was not read")
    finally:
        allowance.depth += 1
    for kind, count in sorted(foreign.items()):
        left.add(number + 1, f"no reader for {kind} ({count:,} in this archive)")
    pieces = left.all()
    if not articles:
        told = f"no article could be read: {pieces[0].reason}" if pieces else "it holds no article"
        raise ReadError(told, place=path, remedy="take it out of the corpus, or repair it")
    return Parsed(tuple(articles), pieces)


def unpack(data: bytes, path: str, allowance: Allowance) -> bytes:
    """The one file that a compressed file holds.

    Raises:
        ReadError: it is damaged, or too much comes out of it.
    """
    try:
        return allowance.read(_decompressed(data, path), path)
    except DAMAGE as error:
        message = f"damaged ({_why(error)})"
        raise ReadError(message, place=path, remedy="get it anew") from None


def inner(path: str) -> str:
    """The name of the file within a compressed file."""
    return path[: path.rindex(".")]


def _take(
    member: _Member,
    shown: str,
    number: int,
    articles: list[Article],
    left: Leftovers,
    allowance: Allowance,
    read: ReadMember,
) -> None:
    name = shown.rpartition("/")[2]
    assert member.open
    try:
        with member.open() as stream:
            data = allowance.read(stream, shown)
        parsed = read(data, shown, allowance)
    except ReadError as error:
        if allowance.left < 0:
            raise
        told = f"{error.message}; {error.remedy}" if error.remedy else error.message
        left.add(number, f"{name}: {told}")
        return
    except DAMAGE as error:
        left.add(number, f"{name}: damaged ({_why(error)})")
        return
    articles += parsed.articles
    for piece in parsed.left_out:
        left.add(number, f"{name}, line {piece.line}: {piece.reason}", piece.excerpt)


def _members(data: bytes, path: str, allowance: Allowance) -> Iterator[_Member]:
    if path.lower().endswith(ZIP):
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
                yield _Member(info.filename, lambda info=info: archive.open(info))  # type: ignore[misc]


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
                yield _Member(info.name, lambda info=info: archive.extractfile(info))  # type: ignore[misc,return-value]


def _decompressed(data: bytes, path: str) -> IO[bytes]:
    name = path.lower()
    if name.endswith((".bz2", ".tbz2")):
        return bz2.open(io.BytesIO(data))
    if name.endswith((".xz", ".txz")):
        return lzma.open(io.BytesIO(data))
    return gzip.open(io.BytesIO(data))


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


def _why(error: BaseException) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__
