"""A desk in a process of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from cli_runner import command, environment


@contextmanager
def served(folder: Path, *args: str) -> Iterator[tuple[str, int, subprocess.Popen[str]]]:
    """A desk in a process of its own: host, port, process."""
    with subprocess.Popen(
        command(["serve", "--port", "0", *args]),
        cwd=folder,
        env=environment({"SEARCHKIT_DESK_TOKEN": ""}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            assert running.stdout
            line = running.stdout.readline()
            parts = urlsplit(line.split()[-1]) if line else None
            assert parts
            assert parts.hostname
            assert parts.port
            yield parts.hostname, parts.port, running
        finally:
            running.terminate()
            running.wait(20)
