"""One sidecar file: read without following links, and proved before it is believed."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from searchkit.errors import SidecarError
from searchkit.files import write_atomic
from searchkit.model import Event
from searchkit.reviews.codec import RESTORE, decode, encode
from searchkit.reviews.events import Sidecar, event_id, merge, ordered
from searchkit.sidecars import SUFFIX

_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def read(path: Path) -> bytes | None:
    """The bytes of a sidecar; None when there is none.

    Raises:
        SidecarError: it is no regular file, or cannot be read.
    """
    try:
        handle = os.open(path, _READ)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise SidecarError("not a regular file", place=str(path), remedy="move it away")
            with os.fdopen(handle, "rb", closefd=False) as file:
                return file.read()
        finally:
            os.close(handle)
    except FileNotFoundError:
        return None
    except OSError as error:
        if path.is_symlink():
            message, remedy = "a symbolic link is no sidecar", "put the file itself in its place"
        else:
            message, remedy = f"cannot be read ({error.strerror})", "check the file and the disk"
        raise SidecarError(message, place=str(path), remedy=remedy) from error


def proved(data: bytes, place: str, article_id: str | None = None) -> Sidecar:
    """The sidecar in these bytes, with every id proved.

    Args:
        place: the file, for error messages.
        article_id: whose reviews it must hold; None takes anybody's.

    Raises:
        SidecarError: it is damaged, of another version, of another article, or was tampered with.
    """
    identity, links, events = decode(data, place)
    if article_id is not None and identity.id != article_id:
        message = f"holds the reviews of article {identity.id}"
        remedy = f"name it {identity.id}{SUFFIX}, or restore what was here"
        raise SidecarError(message, place=place, remedy=remedy)
    for event in events:
        if not is_proved(event):
            message = f"event {event.id[:12]} does not match its id; it was changed"
            raise SidecarError(message, place=place, remedy=RESTORE)
    try:
        return Sidecar(identity, ordered(events), links)
    except SidecarError as error:
        raise SidecarError(error.message, place=place, remedy=RESTORE) from None


def is_proved(event: Event) -> bool:
    """Whether an event is what its id says."""
    try:
        return event_id(event) == event.id
    except UnicodeEncodeError:
        return False


def merge_files(into: Path, others: Sequence[Path]) -> int:
    """Unite sidecars of one article, whatever their files are called; for git's merge driver.

    Args:
        into: takes all events; it may be empty or missing.
        others: are only read.

    Returns:
        The number of events that were new there.

    Raises:
        SidecarError: one of them is missing, damaged, or about another article; nothing is
            written.
    """
    own = read(into)
    united = proved(own, str(into)) if own and own.strip() else None
    before = len(united.events) if united else 0
    for path in others:
        data = read(path)
        if data is None:
            raise SidecarError("there is no such file", place=str(path))
        other = proved(data, str(path))
        united = merge(united, other) if united else other
    if united is None or len(united.events) == before:
        return 0
    write_atomic(into, encode(united))
    return len(united.events) - before
