"""What every command has at hand, and the options that several of them share."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from searchkit.cli import offers, screen
from searchkit.errors import UsageError

if TYPE_CHECKING:
    from searchkit.config import Config
    from searchkit.workflow.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])

_LONGEST_NAME = 200


class App:
    """The settings of this call, and what they lead to.

    Args:
        flags: the options before the command, by setting; None where not given.
        file: the configuration file, when it was named.
    """

    def __init__(self, flags: Mapping[str, str | None], file: Path | None):
        self._flags = flags
        self._file = file
        self._config: Config | None = None
        #: What a listing had to go on without, one line each.
        self.missing: list[str] = []

    @property
    def config(self) -> Config:
        """The settings."""
        if self._config is None:
            from searchkit.config import load  # noqa: PLC0415 - not for -h and --version

            self._config = load(self._flags, file=self._file)
        return self._config

    def workspace(self, *, create: bool = False) -> Workspace:
        """The index that the call is about; close it with ``with``."""
        from searchkit.workflow.workspace import Workspace  # noqa: PLC0415 - not for -h

        engine = self.config.values["engine"] or ""
        cluster = self.config.cluster
        if cluster and cluster.readable:
            screen.note("the cluster is reached over plain http: others on the way can read along")
        return Workspace.open(
            self.config.index,
            create=create,
            engine=engine,
            scale=self.config.scale,
            outlets=self.config.outlets,
            cluster=cluster,
        )

    def reviewer(self, ws: Workspace, by: str | None) -> str:
        """Who marks; somebody whom only git names is told so before it first counts.

        Raises:
            UsageError: nobody is named.
        """
        from searchkit.config import git_name  # noqa: PLC0415
        from searchkit.workflow.summaries import load  # noqa: PLC0415

        name = by if by is not None else self.config.values["reviewer"]
        if name is None:
            name = git_name()
            if name and not any(name in last for last in load(ws).latest.values()):
                screen.note(f"Marking as {name}; change with --by")
        if name is None or not name.strip():
            remedy = 'say --by "Your Name", or set SEARCHKIT_REVIEWER'
            raise UsageError("nobody is named as the reviewer", remedy=remedy)
        name = name.strip()
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise UsageError("that is no reviewer's name", remedy="give one printable line")
        return name


pass_app = click.make_pass_decorator(App)


class Words(click.Command):
    """A command whose words are taken as they come, leading dashes included."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = {
            name: not (option.is_flag or option.count)
            for option in self.get_params(ctx)
            if isinstance(option, click.Option)
            for name in (*option.opts, *option.secondary_opts)
        }
        options: list[str] = []
        words: list[str] = []
        waiting = list(args)
        while waiting:
            arg = waiting.pop(0)
            name, equals, _ = arg.partition("=")
            if arg == "--":
                words += waiting
                break
            if arg in takes_value:
                options.append(arg)
                if takes_value[arg]:
                    if not waiting and ctx.resilient_parsing:
                        # The shell is to complete the value.
                        break
                    if not waiting:
                        raise click.BadOptionUsage(arg, f"Option '{arg}' requires an argument.")
                    options.append(waiting.pop(0))
            elif (equals and name.startswith("--") and name in takes_value) or re.fullmatch(
                r"-n[0-9]+", arg
            ):
                options.append(arg)
            else:
                _hint(arg, takes_value, ctx)
                words.append(arg)
        return super().parse_args(ctx, [*options, "--", *words])


def _hint(word: str, options: Mapping[str, bool], ctx: click.Context) -> None:
    """Say that what looks like an option was taken as a word."""
    name = word.partition("=")[0]
    if not name.startswith("--"):
        return
    import difflib  # noqa: PLC0415 - for what looks like an option

    if any(name in param.opts for param in ctx.find_root().command.params):
        remedy = f"the option goes before the command: searchkit {name} …"
    elif near := difflib.get_close_matches(name, options, 1, 0.75):
        remedy = f"did you mean {near[0]}?"
    else:
        remedy = "-h lists the options"
    screen.note(f"{word} was taken as a word; {remedy}")


class Day(click.ParamType[dt.date]):
    """A day, or the first or last day of a month or year.

    Args:
        last: of a month or year take the last day.
    """

    name = "date"

    def __init__(self, *, last: bool = False):
        self._last = last

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        from searchkit.errors import QueryError  # noqa: PLC0415
        from searchkit.query import parse  # noqa: PLC0415
        from searchkit.query.tree import DateRange  # noqa: PLC0415

        if isinstance(value, dt.date):
            return value
        try:
            range_ = parse(f'date:"{value}"')
        except QueryError:
            range_ = None
        day = None
        if isinstance(range_, DateRange):
            day = range_.end if self._last else range_.start
        if day is None:
            self.fail(
                f"{value!r} is no date; write 2024-08-05, 2024-08, 2024 or last-week", param, ctx
            )
        return day


def _one_name(ctx: click.Context, _: click.Parameter, names: Sequence[str]) -> tuple[str, ...]:
    """Outlets by the names that the index knows them by."""
    app = ctx.find_object(App)
    if not names or app is None or ctx.resilient_parsing:
        return tuple(names)
    from searchkit.outlets import outlets  # noqa: PLC0415

    return tuple(map(outlets(app.config.outlets).name, names))


def _stacked(*decorators: Callable[[Any], Any]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
by_option = click.option("--by", metavar="NAME", help="Who marks.")
when_options = _stacked(
    click.option("--since", type=Day(), metavar="DATE", help="Articles of this day or later."),
    click.option(
        "--until", type=Day(last=True), metavar="DATE", help="Articles of this day or earlier."
    ),
    click.option(
        "--outlet",
        "outlets",
        multiple=True,
        metavar="NAME",
        help="From this outlet.",
        callback=_one_name,
        shell_complete=offers.outlets,
    ),
)
status_option = click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="STATUS",
    help="With a claim of this status.",
    shell_complete=offers.statuses,
)
page_options = _stacked(
    click.option(
        "-n",
        "limit",
        type=click.IntRange(1, 1000),
        metavar="N",
        default=10,
        show_default=True,
        help="How many.",
    ),
    click.option(
        "--page", type=click.IntRange(1, 1_000_000), metavar="N", default=1, help="Which page."
    ),
)
sort_option = click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
    help="What comes first.",
)
_filter_options = _stacked(
    click.argument("words", nargs=-1),
    click.option(
        "--article", metavar="ID", help="Of this article.", shell_complete=offers.articles
    ),
    click.option(
        "--status",
        "statuses",
        multiple=True,
        metavar="STATUS",
        help="Of this status.",
        shell_complete=offers.statuses,
    ),
    click.option("--flag", "flags", multiple=True, metavar="FLAG", help="With this flag."),
    click.option("--reviewer", "reviewers", multiple=True, metavar="NAME", help="Judged by them."),
    when_options,
)


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Words and options that choose claims; the command gets them as one filter, `wanted`."""

    @functools.wraps(function)
    def packed(*args: Any, words: Sequence[str], **given: Any) -> Any:
        from searchkit.workflow.selection import ClaimFilter  # noqa: PLC0415 - not for -h

        names = ("article", "statuses", "flags", "reviewers", "since", "until", "outlets")
        wanted = ClaimFilter(" ".join(words), **{name: given.pop(name) for name in names})
        return function(*args, wanted=wanted, **given)

    return _filter_options(packed)


def pages_left(total: int, page: int, limit: int) -> str | None:
    """What to say below a page that is not the last."""
    if page * limit >= total:
        return None
    return f"page {page} of {-(-total // limit)}; next: --page {page + 1}"
