"""A pseudo-terminal with a screen, in which a command line is driven by keys."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

_PATIENCE = 20
#: Ctrl-C reaches only the owner of a terminal.
_OWNED = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from searchkit.__main__ import main
main()
"""


class Terminal:
    """A command line on a terminal of its own."""

    def __init__(
        self,
        args: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        *,
        columns: int = 80,
        lines: int = 24,
    ):
        self._ours, self._theirs = pty.openpty()
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.resize(columns, lines)
        self.before = termios.tcgetattr(self._theirs)
        self.running = subprocess.Popen(
            [sys.executable, "-c", _OWNED, *args],
            cwd=folder,
            env={**environment, "TERM": "xterm", "COLUMNS": "", "LINES": ""},
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            start_new_session=True,
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the screen."""
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._ours, text.encode())

    def paste(self, text: str) -> None:
        """Paste as a terminal does that marks what is pasted."""
        self.type(f"\x1b[200~{text}\x1b[201~")

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self, holds: str | Callable[[str], bool]) -> str:
        """Read until the screen holds something."""
        fits = (lambda text: holds in text) if isinstance(holds, str) else holds
        end = time.monotonic() + _PATIENCE
        while not fits(self.text):
            assert time.monotonic() < end, f"never shown: {holds}\n{self.text}"
            ready, _, _ = select.select([self._ours], [], [], 0.1)
            if ready:
                self._stream.feed(os.read(self._ours, 65_536))
        return self.text

    def closed(self) -> int:
        """Wait for the end; the terminal must be as it was found."""
        code = None
        end = time.monotonic() + _PATIENCE
        while code is None and time.monotonic() < end:
            ready, _, _ = select.select([self._ours], [], [], 0.1)
            if ready:
                self._stream.feed(os.read(self._ours, 65_536))
            code = self.running.poll()
        assert code is not None
        assert termios.tcgetattr(self._theirs) == self.before
        return code

    def close(self) -> None:
        """End what still runs."""
        if self.running.poll() is None:
            self.running.kill()
            self.running.wait()
        os.close(self._ours)
        os.close(self._theirs)
