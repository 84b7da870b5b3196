"""What says that an engine folder was made here: opening one runs what its pickles hold.

A folder that came with a download or a shared project must never be opened. Each folder therefore
carries a seal over its own inode, made with a key that only this user's account holds.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
from pathlib import Path
from typing import Any

from searchkit.errors import EngineError
from searchkit.files import write_atomic

FILE = "engine.json"
_REBUILD = "run `searchkit index --rebuild`"


def write(folder: Path, versions: dict[str, str]) -> None:
    """Seal a folder that was just made here.

    Args:
        versions: of everything that the stored form depends on.

    Raises:
        EngineError: the key of this account cannot be kept.
    """
    content = {**versions, "seal": _seal(folder, _key(create=True))}
    write_atomic(folder / FILE, (json.dumps(content) + "\n").encode(), mode=0o600)


def check(folder: Path, versions: dict[str, str]) -> None:
    """Make sure that a folder may be opened.

    Raises:
        EngineError: it was made elsewhere, by somebody else, or by another version.
    """
    try:
        status = folder.stat()
        content: Any = json.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        raise EngineError(
            "nothing is indexed here yet", place=str(folder), remedy="run `searchkit index`"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        message = "the index cannot be read"
        raise EngineError(message, place=str(folder / FILE), remedy=_REBUILD) from error
    seal = content.get("seal") if isinstance(content, dict) else None
    owned = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    if not owned or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        message = "others can write to the index, so it is not opened"
        raise EngineError(message, place=str(folder), remedy=_REBUILD)
    key = _key(create=False)
    if key is None or not isinstance(seal, str) or not _same(seal, _seal(folder, key)):
        message = "the index was made elsewhere, so it is not opened"
        raise EngineError(message, place=str(folder), remedy=_REBUILD)
    if {name: content.get(name) for name in versions} != versions:
        message = "the index was made by another version of searchkit"
        raise EngineError(message, place=str(folder), remedy=_REBUILD)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _seal(folder: Path, key: bytes | None) -> str:
    return hmac.new(key or b"", str(folder.stat().st_ino).encode(), hashlib.sha256).hexdigest()


def _key(*, create: bool) -> bytes | None:
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    path = Path(state).expanduser() / "searchkit" / "key"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if not create:
            return None
    except OSError as error:
        raise _no_key(path, error) from error
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}-{secrets.token_hex(8)}")
        write_atomic(fresh, secrets.token_bytes(32), mode=0o600)
        try:
            # Unlike a rename, a link fails when another process was faster.
            path.hardlink_to(fresh)
        finally:
            fresh.unlink()
        return path.read_bytes()
    except FileExistsError:
        return path.read_bytes()
    except (OSError, RuntimeError) as error:
        raise _no_key(path, error) from error


def _no_key(path: Path, error: Exception) -> EngineError:
    reason = getattr(error, "strerror", None) or str(error)
    return EngineError(
        f"the key of this account cannot be kept ({reason})",
        place=str(path),
        remedy="set XDG_STATE_HOME to a folder that you can write to",
    )
