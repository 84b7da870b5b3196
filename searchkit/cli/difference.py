"""What changed since a claim was judged, as lines for a screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from searchkit.cli.screen import wrapped

if TYPE_CHECKING:
    from searchkit.model import ReviewedClaim


def difference(claim: ReviewedClaim, columns: int) -> list[str]:
    """What weighs most, then the words as judged against today's, marked as git marks words.

    Returns:
        No lines where the words are the judged ones, or gone.
    """
    from searchkit.reviews import judged_words  # noqa: PLC0415 - as the caller's imports

    judged = judged_words(claim.state, claim.claim.text)
    if judged is None:
        return []
    from searchkit.worddiff import compare  # noqa: PLC0415 - for claims that changed only

    found = compare(judged, claim.claim.text)
    text = ""
    marks: list[tuple[int, int]] = []
    styles: list[Callable[[str], str]] = []
    for piece in found.pieces:
        before, after, style = {
            "same": ("", "", None),
            "gone": ("[-", "-]", _gone),
            "new": ("{+", "+}", _new),
        }[piece.kind]
        shown = f"{before}{piece.text}{after}"
        if style:
            marks.append((len(text), len(text) + len(shown)))
            styles.append(style)
        text += shown
    told = [line for one in found.alterations for line in wrapped(one.sentence, columns)]
    return [*map(_gone, told), *wrapped(text, columns, marks, styles)]


def _gone(text: str) -> str:
    return click.style(text, fg="red")


def _new(text: str) -> str:
    return click.style(text, fg="green")
