"""Distributions that stand in each other's way: they write over each other's files."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import metadata

from searchkit.errors import SearchkitError


def alone(distribution: str, others: Iterable[str]) -> None:
    """Make sure that none of the distributions that provide the same module is installed.

    Args:
        distribution: the one that is needed.
        others: the ones that must not be there.

    Raises:
        SearchkitError: one is there; the remedy says how to put it right.
    """
    for other in others:
        try:
            metadata.version(other)
        except metadata.PackageNotFoundError:
            continue
        raise SearchkitError(
            f"the distribution {other} stands in the way of {distribution}",
            remedy=f"run `pip uninstall {other}`, then `pip install --force-reinstall"
            f" {_pinned(distribution)}`",
        )


def _pinned(distribution: str) -> str:
    try:
        return f"{distribution}=={metadata.version(distribution)}"
    except metadata.PackageNotFoundError:
        return distribution
