"""Files that survive: durable replacement, a lock that names its holder, contained paths.

A file is replaced the way borg's ``SaveFile`` and pip-audit's cache do it: a temporary file in the
same folder is written, flushed to disk and renamed over the old one, then the folder is flushed.
Whatever dies at whatever moment, the file is the old or the new one.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from searchkit.errors import LockedError, SearchkitError

#: Temporary files begin like this, so that the next writer knows what a killed one left behind.
TEMPORARY = ".tmp-"

_POLL = 0.01
_HOLDER_LIMIT = 300
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_NOTE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
_REMEDIES = {
    errno.ENOSPC: "free some space and try again; nothing was changed",
    errno.EDQUOT: "free some space and try again; nothing was changed",
    errno.EACCES: "make the folder writable and try again; nothing was changed",
    errno.EPERM: "make the folder writable and try again; nothing was changed",
    errno.EROFS: "work on a copy in a writable place; nothing was changed",
}


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644, durable: bool = True) -> None:
    """Put data in the place of a file, durably: afterwards it is the old one or the new one.

    Args:
        path: the file; its folder must exist. A file that is there keeps its own permissions.
        data: the whole new content.
        mode: permissions of a new file, before the umask.
        durable: wait for the disk. What may get lost when the power fails need not: whoever reads
            it then must take whatever is there.

    Raises:
        SearchkitError: it is no regular file, or a step failed; the temporary file is gone.
    """
    kept = _permissions(path)
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{os.urandom(8).hex()}")
    try:
        try:
            _write(temporary, data, mode, kept, durable=durable)
            # os.replace, not Path.replace: the very call whose failures the tests bring about.
            os.replace(temporary, path)  # noqa: PTH105
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _failed(path, error) from error
    if not durable:
        return
    try:
        fsync_dir(path.parent)
    except OSError as error:
        message = f"written, but its folder could not be flushed to disk ({error.strerror})"
        raise SearchkitError(message, place=str(path), remedy="check the disk") from error


def sweep(folder: Path) -> None:
    """Remove the temporary files of writers that were killed.

    Args:
        folder: where they wrote. The caller holds the lock that every writer there takes, so that
            no temporary file belongs to a living one.
    """
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(TEMPORARY) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    Path(entry.path).unlink()


def fsync_dir(path: Path) -> None:
    """Flush a folder's entries to disk, where the platform can do that.

    Raises:
        OSError: the disk failed.
    """
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network file systems cannot do this to folders, and there is no other way.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path, *, timeout: float, what: str) -> Iterator[None]:
    """Hold the lock that all writers of something take, among threads and processes alike.

    The lock goes with its process, however that ends. It cannot be taken twice, not even by the
    thread that holds it. A text beside it says who holds it.

    Args:
        path: the lock file; it stays when the lock is released.
        timeout: seconds to wait for another holder.
        what: what the holder is doing ("indexing"), to be told to those who wait in vain.

    Raises:
        LockedError: another holder did not finish in time.
        SearchkitError: the lock cannot be taken here at all.
    """
    from filelock import FileLock, SoftFileLock, Timeout  # noqa: PLC0415 - for writers only

    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=timeout, poll_interval=_POLL)
    except Timeout:
        message = f"locked by {_holder(path) or 'another process'}"
        remedy = "try again when it is done"
        raise LockedError(message, place=str(path), remedy=remedy) from None
    except OSError as error:
        raise _failed(path, error) from error
    try:
        if isinstance(lock, SoftFileLock):
            # A lock that is a mere file outlives a killed holder: no lock at all for our purpose.
            raise SearchkitError(
                "locks do not work on this file system",
                place=str(path),
                remedy="work on a copy elsewhere and merge the reviews",
            )
        with _signed(path, what):
            yield
    finally:
        lock.release()


def contained(root: Path, path: Path) -> Path:
    """The real place of a path that must lie inside a folder.

    Args:
        root: the folder.
        path: absolute, or relative to the folder; links are followed.

    Raises:
        SearchkitError: it leads out of the folder, or nowhere.
    """
    try:
        real = (root / path).resolve()
        base = root.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise SearchkitError("this path leads nowhere", place=ascii(str(path))) from error
    if not real.is_relative_to(base):
        message = f"this path leads out of {root}"
        raise SearchkitError(message, place=str(path), remedy="name a file inside the folder")
    return real


def _permissions(path: Path) -> int | None:
    try:
        found = path.lstat()
    except OSError:
        # Whatever is wrong with the folder, creating the temporary file will tell it.
        return None
    if not stat.S_ISREG(found.st_mode):
        raise SearchkitError("not a regular file", place=str(path), remedy="name another file")
    return stat.S_IMODE(found.st_mode)


def _write(temporary: Path, data: bytes, mode: int, kept: int | None, *, durable: bool) -> None:
    handle = os.open(temporary, _CREATE, mode)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if kept is not None and os.name != "nt":
            with suppress(PermissionError):
                os.fchmod(handle, kept)
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)


def _failed(path: Path, error: OSError) -> SearchkitError:
    reason = error.strerror or type(error).__name__
    remedy = _REMEDIES.get(error.errno or 0, "check the folder and the disk; nothing was changed")
    return SearchkitError(f"cannot be written ({reason})", place=str(path), remedy=remedy)


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.holder")


@contextmanager
def _signed(path: Path, what: str) -> Iterator[None]:
    import socket  # noqa: PLC0415 - for writers only

    note = _note(path)
    since = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"process {os.getpid()} on {socket.gethostname()}, {what} since {since}"
    # The note is a courtesy: a full disk must fail on what matters, with its own message.
    with suppress(OSError):
        note.unlink(missing_ok=True)
        handle = os.open(note, _NOTE, 0o644)
        try:
            os.write(handle, text.encode("utf-8", "replace"))
        finally:
            os.close(handle)
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)


def _holder(path: Path) -> str:
    try:
        with _note(path).open("rb") as file:
            text = file.read(_HOLDER_LIMIT).decode("utf-8", "replace")
    except OSError:
        return ""
    return "".join(c for c in text if c.isprintable()).strip()
