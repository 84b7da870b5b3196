"""The command group, and the one place where errors become a line on stderr."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from searchkit import __version__
from searchkit.cli.app import App
from searchkit.cli.pager import paged
from searchkit.cli.screen import clean
from searchkit.errors import AmbiguousError, SearchkitError
from searchkit.installed import alone

_STOPPED = 130
#: Their output may be longer than the screen.
_PAGED = frozenset(
    {
        "search",
        "claims",
        "show",
        "history",
        "report",
        "new",
        "saved",
        "stats",
        "similar",
        "conflicts",
    }
)


#: The commands, by the module of `searchkit.cli` that holds each; its own name is the command's
#: where no other is given.
_COMMANDS = {
    "assign": "evidence",
    "claims": "claims",
    "completion": "completion",
    "confirm": "settle",
    "conflicts": "conflicts",
    "dispute": "mark",
    "doctor": "doctor",
    "history": "show",
    "import": "importing.import_",
    "index": "index",
    "link": "evidence",
    "links": "links",
    "mark": "mark",
    "merge": "merge",
    "new": "new",
    "note": "evidence",
    "open": "show.open_source",
    "reattach": "settle",
    "report": "report",
    "review": "review",
    "saved": "saved",
    "search": "search",
    "serve": "serve",
    "show": "show",
    "similar": "similar",
    "stats": "stats",
    "undo": "evidence",
    "unlink": "evidence",
    "verify": "mark",
}


class Commands(click.Group):
    """Loads the module of a command when the command is asked for, and no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all commands, sorted."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(".")
        held = importlib.import_module(f"searchkit.cli.{module}")
        found: click.Command = getattr(held, name or cmd_name)
        return found


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 a problem with the data or the request, 2 usage.",
)
@click.option(
    "--index", "folder", metavar="DIR", help="The index folder.  [default: the nearest upwards]"
)
@click.option("--config", metavar="FILE", help="The settings.  [default: the nearest upwards]")
@click.option("--engine", metavar="NAME", help="What stores and searches.  [default: whoosh]")
@click.option("--url", metavar="URL", help="The cluster, for --engine opensearch.")
@click.version_option(__version__, "--version", prog_name="searchkit")
@click.pass_context
def cli(
    ctx: click.Context,
    *,
    folder: str | None,
    config: str | None,
    engine: str | None,
    url: str | None,
) -> None:
    """Search a folder of news articles, and verify their claims."""
    alone("searchkit-claims", ("searchkit",))
    if ctx.invoked_subcommand in _PAGED and ctx.with_resource(paged()):
        ctx.color = True
    flags = {"index": folder, "engine": engine, "opensearch.url": url}
    ctx.obj = App(flags, Path(config) if config else None)


@cli.result_callback()
@click.pass_context
def _end(ctx: click.Context, /, _: object, **__: object) -> None:
    """Name what a listing had to go on without, below it."""
    for line in ctx.obj.missing:
        _complain(line)
    if ctx.obj.missing:
        ctx.exit(1)


def main(args: Sequence[str] | None = None) -> int:
    """Run a command line.

    Args:
        args: without the program's name; by default those of the process.

    Returns:
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    debug = bool(os.environ.get("SEARCHKIT_DEBUG"))
    try:
        return _run(args)
    except BrokenPipeError:
        # The reader of our output has seen enough. Python would complain on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, click.Abort):
        click.echo("stopped; what was finished is kept", err=True)
        return _STOPPED
    except SearchkitError as error:
        if debug:
            raise
        return _told(error)
    except OSError as error:
        if debug:
            raise
        place = f"{error.filename}: " if error.filename else ""
        _complain(f"{place}{error.strerror or error}")
    except (RecursionError, MemoryError) as error:
        if debug:
            raise
        _complain(f"the input is too much for this machine ({type(error).__name__})")
    except Exception as error:
        if debug:
            raise
        _complain(
            f"a mistake of searchkit's own ({type(error).__name__}: {error});"
            " set SEARCHKIT_DEBUG=1 to see where, and report it"
        )
    return 1


def _run(args: Sequence[str] | None) -> int:
    try:
        result = cli.main(args, prog_name="searchkit", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        # Click quotes back what was typed or pasted as it is.
        shown = io.StringIO()
        error.show(shown)
        for line in shown.getvalue().splitlines():
            click.echo(clean(line), err=True)
        return error.exit_code


def _told(error: SearchkitError) -> int:
    _complain(str(error))
    if isinstance(error, AmbiguousError):
        for candidate in error.candidates:
            click.echo(f"  {clean(candidate)}", err=True)
    return error.exit_code


def _complain(line: str) -> None:
    click.echo(f"{click.style('searchkit:', fg='red')} {clean(line)}", err=True)
