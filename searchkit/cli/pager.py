"""Long output through a pager, as git has it."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

#: Quit when it fits one screen, show colours, leave the screen as it is (git's own choice).
_LESS = "FRX"


@contextlib.contextmanager
def paged() -> Iterator[bool]:
    """Send what is printed on a terminal through ``SEARCHKIT_PAGER``, ``PAGER`` or less.

    Yields:
        Whether it does; it does not when stdout is no terminal or there is no pager.
    """
    if not sys.stdout.isatty():
        yield False
        return
    import shutil  # noqa: PLC0415 - for terminals only
    import subprocess  # noqa: PLC0415

    line = shlex.split(os.environ.get("SEARCHKIT_PAGER") or os.environ.get("PAGER") or "less")
    if not line or line == ["cat"] or not shutil.which(line[0]):
        yield False
        return
    size = shutil.get_terminal_size()
    environment = {**os.environ, "LESS": os.environ.get("LESS", _LESS)}
    pager = subprocess.Popen(line, stdin=subprocess.PIPE, env=environment)  # noqa: S603 - the user's own
    assert pager.stdin
    sys.stdout.flush()
    terminal = os.dup(1)
    os.dup2(pager.stdin.fileno(), 1)
    pager.stdin.close()
    before = {name: os.environ.get(name) for name in ("COLUMNS", "LINES")}
    os.environ.update(COLUMNS=str(size.columns), LINES=str(size.lines))
    try:
        yield True
    finally:
        _flush()
        os.dup2(terminal, 1)
        os.close(terminal)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        _wait(pager)


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader quit before the end. What is left must not come out on the terminal.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
        sys.stdout.flush()


def _wait(pager: subprocess.Popen[bytes]) -> None:
    """Until the reader quits; Ctrl-C is the pager's, not ours."""
    while True:
        try:
            pager.wait()
        except KeyboardInterrupt:
            continue
        return
