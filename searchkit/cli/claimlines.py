"""A claim in a listing: what stands on it, its words, its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searchkit.cli.screen import bold, dim, paragraph, say, status

if TYPE_CHECKING:
    from searchkit.model import Article, ReviewedClaim

_INDENT = 4


def flag_label(flag: str) -> str:
    """A flag as people read it."""
    return "text changed" if flag == "stale" else flag


def flags(claim: ReviewedClaim) -> str:
    """The flags of a claim, each after two spaces; empty when it has none."""
    return click.style("".join(f"  {flag_label(flag)}" for flag in claim.flags), fg="red")


def standing(claim: ReviewedClaim) -> str:
    """The status of a claim with its flags."""
    return status(claim.status) + flags(claim)


def left_out(number: int) -> str:
    """What follows a count of claims where others are not shown; empty when there are none."""
    return f", {number:,} left out: what was said of them cannot be read" if number else ""


def print_claim(claim: ReviewedClaim, article: Article, handle: str, *, lead: str = "") -> None:
    """Print a claim with what stands on it, and where it is from.

    Args:
        lead: stands before the handle.
    """
    say(f"{lead}{bold(handle)}  {standing(claim)}")
    paragraph(claim.claim.text, indent=_INDENT)
    where = f"{article.title}  {article.id}:{claim.claim.number}"
    paragraph(where, indent=_INDENT, style=dim)
