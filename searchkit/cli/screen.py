"""What people see: clean text, styles, wrapped lines, tables."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

#: What could steer a terminal, or make text read otherwise than it is.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
_SPACES = re.compile(r"\s+")
_WIDEST = 100

STATUS_COLOURS = {
    "verified": "green",
    "false": "red",
    "disputed": "yellow",
    "misleading": "yellow",
    "mixed": "yellow",
    "unreviewed": "bright_black",
}


def clean(text: str) -> str:
    """One line that is safe to print."""
    return _UNSAFE.sub("", _SPACES.sub(" ", text)).strip()


def shortened(text: str, most: int = 60) -> str:
    """One clean line of at most so many characters."""
    line = clean(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def say(text: str = "", *, err: bool = False) -> None:
    """Print a line."""
    click.echo(text, err=err)


def note(text: str) -> None:
    """Print a remark that is no part of the answer."""
    click.echo(click.style(clean(text), fg="bright_black"), err=True)


def bold(text: str) -> str:
    """A heading."""
    return click.style(text, bold=True)


def dim(text: str) -> str:
    """What matters less."""
    return click.style(text, fg="bright_black")


def highlighted(text: str) -> str:
    """What it is about."""
    return click.style(text, fg="yellow", bold=True)


def status(name: str) -> str:
    """The name of a status in its colour."""
    return click.style(clean(name), fg=STATUS_COLOURS.get(name, "cyan"))


def json_out(value: Any) -> None:
    """Print a value as JSON, with nothing in it that could steer a terminal."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    safe = _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    click.echo(safe.encode(errors="backslashreplace").decode())


def width() -> int:
    """Columns to write in."""
    context = click.get_current_context(silent=True)
    # A pager stands between us and the terminal, and shows colours.
    if not (sys.stdout.isatty() or (context and context.color)):
        return _WIDEST
    import shutil  # noqa: PLC0415 - for terminals only

    return max(30, min(_WIDEST, shutil.get_terminal_size().columns))


def paragraph(
    text: str,
    *,
    indent: int = 0,
    lead: str = "",
    marks: Sequence[tuple[int, int]] = (),
    style: Callable[[str], str] | None = None,
) -> None:
    """Print a text wrapped and indented.

    Args:
        indent: columns.
        lead: stands before the first line, in the indent as far as it fits.
        marks: what to highlight, in code points of the text.
        style: of the whole text.
    """
    for line in wrapped(text, width() - indent, marks):
        before = lead.ljust(indent + len(lead) - len(click.unstyle(lead)))
        click.echo(before + (style(line) if style else line))
        lead = ""


def wrapped(
    text: str,
    columns: int,
    marks: Sequence[tuple[int, int]] = (),
    styles: Sequence[Callable[[str], str]] = (),
) -> list[str]:
    """A text as clean lines of at most so many columns, with its marks highlighted.

    Args:
        styles: how each mark looks; highlighted where none is given.
    """
    shown, places = _collapsed(text, marks)
    looks = [*styles, *[highlighted] * (len(marks) - len(styles))]
    styled = list(zip(places, looks, strict=True))
    return [_styled(shown, start, end, styled) for start, end in _lines(shown, max(2, columns))]


def columns_of(text: str) -> int:
    """How wide a line is on a terminal; styles count nothing."""
    return sum(map(_columns, click.unstyle(text)))


def _collapsed(text: str, marks: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """The text on one line and clean, with its marks moved along."""
    kept: list[str] = []
    places = []
    for character in text:
        places.append(len(kept))
        if character.isspace():
            if kept and kept[-1] != " ":
                kept.append(" ")
        elif character.isprintable() or not _UNSAFE.match(character):
            kept.append(character)
    places.append(len(kept))
    return "".join(kept).rstrip(), [(places[start], places[end]) for start, end in marks]


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _lines(text: str, columns: int) -> Iterable[tuple[int, int]]:
    """Where to break a line: at spaces, and between wide characters."""
    start = used = 0
    breakable = 0
    for at, character in enumerate(text):
        step = _columns(character)
        if character == " " or step == 2:
            breakable = at
        if used + step > columns and at > start:
            end = breakable if breakable > start else at
            yield start, end
            start = end + 1 if text[end] == " " else end
            used = sum(map(_columns, text[start:at]))
        used += step
    if start < len(text):
        yield start, len(text)


def _styled(
    text: str,
    start: int,
    end: int,
    marks: Sequence[tuple[tuple[int, int], Callable[[str], str]]],
) -> str:
    parts = []
    at = start
    for (first, last), style in marks:
        first, last = max(first, at), min(last, end)  # noqa: PLW2901 - cut to the line
        if first < last:
            parts.append(text[at:first])
            parts.append(style(text[first:last]))
            at = last
    parts.append(text[at:end])
    return "".join(parts)


def table(rows: Sequence[Sequence[Any]], headers: Sequence[str] = ()) -> None:
    """Print a plain table."""
    from tabulate import tabulate  # noqa: PLC0415 - few commands need it

    cells = [[clean(c) if isinstance(c, str) else c for c in row] for row in rows]
    click.echo(tabulate(cells, headers=headers, tablefmt="plain", disable_numparse=False))


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 link", "2,000 links"."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int, str], None] | None]:
    """A bar on a terminal, nothing elsewhere; it is told (done, in all, what)."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, file=sys.stderr, show_pos=True, label=label) as bar:

        def tell(done: int, total: int, _: str) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield tell
