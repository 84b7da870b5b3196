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

_PATIENCE = 60
#: Bytes that are read at once: few, as when a busy machine is stopped amid a screen.
_PIECE = 16
#: Synchronized output (mode 2026), as pyte keeps private modes.
_PAINTING = 2026 << 5
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
        """Read until the screen holds something; a screen that is half painted is not looked at."""
        fits = (lambda text: holds in text) if isinstance(holds, str) else holds
        end = time.monotonic() + _PATIENCE
        while _PAINTING in self.screen.mode or not fits(self.text):
            assert time.monotonic() < end, f"never shown: {holds}\n{self.text}"
            self._read(0.1)
        return self.text

    def closed(self) -> int:
        """Wait for the end; the terminal must be as it was found."""
        end = time.monotonic() + _PATIENCE
        while self.running.poll() is None:
            assert time.monotonic() < end, f"never ended\n{self.text}"
            self._read(0.1)
        while self._read(0):
            pass
        assert termios.tcgetattr(self._theirs) == self.before
        return self.running.returncode

    def _read(self, patience: float) -> bool:
        """Take what comes within that many seconds; whether anything came."""
        ready, _, _ = select.select([self._ours], [], [], patience)
        if ready:
            self._stream.feed(os.read(self._ours, _PIECE))
        return bool(ready)

    def close(self) -> None:
        """End what still runs."""
        if self.running.poll() is None:
            self.running.kill()
            self.running.wait()
        os.close(self._ours)
        os.close(self._theirs)
