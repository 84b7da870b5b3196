"""Texts and lists of them in the cells of a table, out and in again.

Several values are separated by a semicolon that stands alone, ` ; `, and each keeps its place, an
empty one too. In a value such a semicolon is doubled: `a ;; b` is one value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from searchkit.reports.escape import plain

_COMPUTED = ("=", "+", "-", "@")
_ALONE = re.compile(r"(?<!\S);(?!\S)")
_SEMICOLONS = re.compile(r"(?<!\S);+(?!\S)")
_DOUBLED = re.compile(r"(?<!\S);;+(?!\S)")


def cell(text: str) -> str:
    """A text on one line, as a spreadsheet shows it and does not compute it."""
    shown = plain(text)
    return f"'{shown}" if _guarded(shown) else shown


def text_in(written: str) -> str:
    """The text of a cell: what keeps a spreadsheet from computing it is no part of it."""
    shown = written.strip()
    return shown[1:] if shown.startswith("'") and _guarded(shown[1:]) else shown


def joined(values: Iterable[str | None]) -> str:
    """Several values as one text."""
    return " ; ".join(_SEMICOLONS.sub(r"\g<0>;", plain(value or "")) for value in values)


def values_in(text: str) -> list[str]:
    """The values of such a text, each in its place; one empty value of an empty text."""
    return [_DOUBLED.sub(lambda found: found[0][1:], value.strip()) for value in _ALONE.split(text)]


def _guarded(shown: str) -> bool:
    """Whether an apostrophe goes first: of what would be computed, or has one of its own."""
    # Full-width signs are computed too by spreadsheets in Chinese and Japanese, and what cannot
    # be seen may be dropped before them.
    seen = (char for char in shown if unicodedata.category(char) != "Cf" and not char.isspace())
    first = unicodedata.normalize("NFKC", next(seen, ""))
    return first.startswith(_COMPUTED) or shown.startswith("'")
