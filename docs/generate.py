"""What cog writes into the docs: the command reference, the settings, the README's tour."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from searchkit.cli.main import cli
from searchkit.config import SETTINGS

ROOT = Path(__file__).parent.parent


def reference() -> str:
    """The help of every command."""
    parts = [_help(cli, ["searchkit"])]
    for name in sorted(cli.commands):
        parts.append(f"## {name}\n\n{_help(cli.commands[name], ['searchkit', name])}")
        if name == "claims":
            group = cli.commands[name]
            assert isinstance(group, click.Group)
            parts[-1] = f"## {name}\n\n{_help(group.commands['list'], ['searchkit', name])}"
            added = _help(group.commands["add"], ["searchkit", name, "add"])
            parts.append(f"## claims add\n\n{added}")
    return "\n".join(parts)


def _help(command: click.Command, path: list[str]) -> str:
    name = " ".join(path)
    with click.Context(
        command, info_name=name, max_content_width=100, terminal_width=100
    ) as context:
        return f"```\n{command.get_help(context)}\n```\n"


def settings() -> str:
    """The table of settings."""
    rows = ["| setting | environment | flag | default | meaning |", "|---|---|---|---|---|"]
    for one in SETTINGS:
        flag = f"`{one.flag}`" if one.flag else ""
        rows.append(
            f"| `{one.key}` | `{one.environment}` | {flag} | {one.default or ''} | {one.meaning} |"
        )
    return "\n".join(rows) + "\n"


class Tour:
    """A copy of the sample corpus in which commands are run and their output printed."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(ROOT / "corpus", self.folder / "corpus")
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "SEARCHKIT_REVIEWER": "Anna Berg",
            "LANG": "C.UTF-8",
        }

    def run(self, *commands: str, head: int | None = None) -> str:
        """Commands and what they print, as a console block.

        Args:
            head: lines of output to keep of each command.
        """
        shown = []
        for command in commands:
            assert command.startswith("searchkit ")
            arguments = shlex.split(command)[1:]
            done = subprocess.run(
                [sys.executable, "-m", "searchkit", *arguments],
                cwd=self.folder,
                env=self._environment,
                capture_output=True,
                text=True,
                check=True,
            )
            lines = done.stdout.rstrip("\n").split("\n")
            if head is not None and len(lines) > head:
                lines = [*lines[:head], "…"]
            shown += [f"$ {command}", *(line.rstrip() for line in lines if done.stdout)]
        return "```console\n" + "\n".join(shown) + "\n```\n"

    def close(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self.folder)
