"""Single keys and pasted text from a terminal, which is left as it was found."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import select
import shutil
import sys
from collections.abc import Iterator
from typing import Any, Literal

from attrs import frozen

from searchkit.errors import UsageError

_PASTE, _PASTE_ENDS = "\x1b[200~", "\x1b[201~"
_ENTER = "\x1b[?1049h\x1b[?2004h"
_LEAVE = "\r\n\x1b[?2004l\x1b[?1049l\x1b[?25h"
#: Arrows, function keys and the like.
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?", re.DOTALL)
#: Without bracketed paste, what comes in one piece and looks like this was pasted.
_LINK = re.compile(r"(?:https?://|doi:)\S+")
_TICK = 0.25


@frozen
class Press:
    """What the user did."""

    kind: Literal["key", "paste", "resize", "end"]
    #: The character, or the pasted text.
    text: str = ""


class Keyboard:
    """The keys of the terminal on stdin, on a screen of their own; use it with ``with``.

    Raises:
        UsageError: stdin or stdout is no terminal, or the platform has none that can be used so.
    """

    def __init__(self) -> None:
        try:
            import termios  # noqa: PLC0415 - not on Windows
        except ImportError:
            raise UsageError(
                "the queue needs a terminal of Linux or macOS",
                remedy="mark claims with `searchkit mark`",
            ) from None
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            remedy = "run it in one, or mark claims with `searchkit mark`"
            raise UsageError("the queue needs a terminal", remedy=remedy)
        self._termios: Any = termios
        self._fd = sys.stdin.fileno()
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._waiting = ""
        self._size = shutil.get_terminal_size()

    def __enter__(self) -> Keyboard:
        self._found = self._termios.tcgetattr(self._fd)
        sys.stdout.write(_ENTER)
        self._unbuffered()
        return self

    def __exit__(self, *_: object) -> None:
        self._termios.tcsetattr(self._fd, self._termios.TCSADRAIN, self._found)
        sys.stdout.write(_LEAVE)
        sys.stdout.flush()

    def _unbuffered(self) -> None:
        import tty  # noqa: PLC0415 - not on Windows

        tty.setcbreak(self._fd, self._termios.TCSADRAIN)

    @contextlib.contextmanager
    def line_editing(self) -> Iterator[None]:
        """The terminal as it was, for a line that is typed and edited."""
        self._termios.tcsetattr(self._fd, self._termios.TCSADRAIN, self._found)
        sys.stdout.write("\x1b[?25h")
        sys.stdout.flush()
        try:
            yield
        finally:
            self._unbuffered()

    def read(self) -> Press:
        """Wait for the next key, paste, or change of the terminal's size."""
        while True:
            if self._waiting:
                if press := self._next():
                    return press
                continue
            ready, _, _ = select.select([self._fd], [], [], _TICK)
            if ready:
                data = os.read(self._fd, 65_536)
                if not data:
                    return Press("end")
                self._waiting += self._decoder.decode(data)
            elif (size := shutil.get_terminal_size()) != self._size:
                self._size = size
                return Press("resize")

    def forget(self) -> None:
        """Drop what was typed so far: it was meant for what the screen showed then."""
        self._termios.tcflush(self._fd, self._termios.TCIFLUSH)
        self._waiting = ""

    def _next(self) -> Press | None:
        """What stands first in the input; None for keys that mean nothing here."""
        text = self._waiting
        if text.startswith(_PASTE):
            while _PASTE_ENDS not in self._waiting:
                data = os.read(self._fd, 65_536)
                if not data:
                    break
                self._waiting += self._decoder.decode(data)
            pasted, _, self._waiting = self._waiting[len(_PASTE) :].partition(_PASTE_ENDS)
            return Press("paste", pasted)
        if sequence := _SEQUENCE.match(text):
            self._waiting = text[sequence.end() :]
            return None
        if link := _LINK.match(text):
            self._waiting = text[link.end() :].lstrip("\r\n")
            return Press("paste", link[0])
        self._waiting = text[1:]
        return Press("end") if text[0] == "\x04" else Press("key", text[0])
