"""What cog writes into the docs: the command reference, the settings, the README's tour."""

from __future__ import annotations

import datetime as dt
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
    with click.Context(
        cli, info_name="searchkit", terminal_width=100, **cli.context_settings
    ) as top:
        parts = [_block(cli.get_help(top))]
        for name in cli.list_commands(top):
            command = cli.get_command(top, name)
            assert command
            parts += _helps(command, name, top)
    return "\n".join(parts)


def _helps(command: click.Command, name: str, parent: click.Context) -> list[str]:
    with command.context_class(command, info_name=name, parent=parent) as context:
        title = context.command_path.partition(" ")[2]
        if not isinstance(command, click.Group):
            return [f"## {title}\n\n{_block(command.get_help(context))}"]
        inner = dict(command.commands)
        # A group that lists by itself: its listing goes by the group's own name.
        if "list" in inner:
            shown = _helps(inner.pop("list"), "list", context)
        else:
            shown = [f"## {title}\n\n{_block(command.get_help(context))}"]
        return [*shown, *(one for sub in sorted(inner) for one in _helps(inner[sub], sub, context))]


def _block(text: str) -> str:
    return f"```\n{text}\n```\n"


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

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace words of a corpus file that stand in it once, as an outlet would."""
        path = self.folder / "corpus" / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), "utf-8")

    def screen(self, command: str, keys: str, shows: str) -> str:
        """The screen of a command after keys were typed, as soon as it shows certain words."""
        sys.path.insert(0, str(ROOT / "tests"))
        from terminal import Terminal  # noqa: PLC0415 - on this page only

        with Terminal(shlex.split(command)[1:], self.folder, self._environment) as terminal:
            terminal.type(keys)
            # The page is to be the same tomorrow.
            today = dt.datetime.now(dt.UTC).date().isoformat()
            shown = terminal.wait(shows).replace(today, "YYYY-MM-DD")
            return f"```text\n{shown.rstrip()}\n```\n"

    def close(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self.folder)
