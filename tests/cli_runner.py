"""Runs the command line: within the test, which is fast, or as a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from projects import make

from searchkit.cli.main import main

_ROOT = Path(__file__).resolve().parents[1]


@frozen
class Ran:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of stdout."""
        return self.out.splitlines()


@frozen
class Cli:
    """A project whose folder is the current one."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *args: str) -> Ran:
        """Run a command line in this process."""
        self.capsys.readouterr()
        code = main(args)
        out, err = self.capsys.readouterr()
        return Ran(code, out, err)

    def ok(self, *args: str) -> str:
        """The stdout of a command line that must succeed."""
        ran = self(*args)
        assert ran.code == 0, ran.err
        return ran.out

    def json(self, *args: str) -> Any:
        """What a command line prints with ``--json``."""
        return json.loads(self.ok(args[0], "--json", *args[1:]))

    def handle(self, words: str) -> str:
        """The id of the one claim that says so."""
        items = self.json("claims", f'"{words}"')["items"]
        assert len(items) == 1
        return str(items[0]["id"])

    def sidecars(self) -> dict[str, bytes]:
        """Every sidecar by its name."""
        found = sorted((self.folder / "index" / "reviews").glob("*.json"))
        return {path.name: path.read_bytes() for path in found}


def started(
    folder: Path,
    patch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    files: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Cli:
    """An indexed project for one test, out of reach of the user's own settings.

    Args:
        environ: what the environment holds instead of them.
    """
    for name, value in surroundings(folder).items():
        patch.setenv(name, value)
    for name in [name for name in os.environ if name.startswith("SEARCHKIT_")]:
        patch.delenv(name)
    for name, value in (environ or {}).items():
        patch.setenv(name, value)
    project = folder / "project"
    project.mkdir()
    make(project, dict(files) if files is not None else None)
    patch.chdir(project)
    cli = Cli(project, capsys)
    cli.ok("index")
    return cli


def surroundings(folder: Path) -> dict[str, str]:
    """Environment in which git knows no user."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(folder),
    }


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a process of its own, which finds the code under test."""
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    return {"SEARCHKIT_PAGER": "cat", **os.environ, "PYTHONPATH": path, **(more or {})}


def command(args: Sequence[str]) -> list[str]:
    """The command line of a process of its own."""
    return [sys.executable, "-m", "searchkit", *args]


def process(
    folder: Path, *args: str, environ: Mapping[str, str] | None = None, wrapper: str = ""
) -> Ran:
    """Run a command line as a process of its own.

    Args:
        folder: where it runs.
        environ: on top of this process's environment.
        wrapper: Python that runs first, in the same process.
    """
    line = command(args)
    if wrapper:
        code = f"{wrapper}\nfrom searchkit.__main__ import main\nmain()"
        line = [sys.executable, "-c", code, *args]
    done = subprocess.run(
        line,
        cwd=folder,
        env=environment(environ),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def on_terminal(line: Sequence[str], folder: Path) -> str:
    """What a command line shows on a terminal, stdout and stderr as they come."""
    import pty  # only where there are pseudo-terminals

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        line, cwd=folder, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        # A program that waits for keys would otherwise hold up the tests for ever.
        patience = threading.Timer(60, running.kill)
        patience.start()
        shown = b""
        # At the end of the other side Linux raises and others give nothing.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 65536):
                shown += part
        patience.cancel()
    os.close(ours)
    return shown.decode()
