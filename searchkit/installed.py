"""Distributions that stand in each other's way: they write over each other's files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache

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
        if other not in _distributions():
            continue
        raise SearchkitError(
            f"the distribution {other} stands in the way of {distribution}",
            remedy=f"run `pip uninstall {other}`, then `pip install --force-reinstall"
            f" {_pinned(distribution)}`",
        )


@cache
def _distributions() -> frozenset[str]:
    """The normalised names of what is installed.

    `importlib.metadata` knows too, but importing it takes longer than a search does.
    """
    found: set[str] = set()
    for folder in sys.path:
        with suppress(OSError):
            found.update(
                name.partition("-")[0].replace("_", "-").lower()
                for name in os.listdir(folder or ".")  # noqa: PTH208 - many names, no paths
                if name.endswith((".dist-info", ".egg-info"))
            )
    return frozenset(found)


def _pinned(distribution: str) -> str:
    from importlib import metadata  # noqa: PLC0415

    try:
        return f"{distribution}=={metadata.version(distribution)}"
    except metadata.PackageNotFoundError:
        return distribution
