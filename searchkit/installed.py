"""What is installed: extras, compiled loops, and distributions in each other's way."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from types import ModuleType

from searchkit.errors import SearchkitError

#: Library -> the extra that brings it.
_EXTRAS = {
    "trafilatura": "html",
    "feedparser": "feeds",
    "warcio": "evidence",
    "httpcore": "evidence",
    "nh3": "evidence",
    "opensearchpy": "opensearch",
}
#: Characters of what a library says that cannot be loaded.
_LONGEST_REASON = 200


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


def needed(
    library: str,
    what: str,
    *,
    place: str | None = None,
    error: type[SearchkitError] = SearchkitError,
) -> ModuleType:
    """A library that comes with an extra, imported.

    Args:
        library: its import name.
        what: what needs it, in the plural.
        place: the file that needs it.
        error: what to raise.

    Raises:
        SearchkitError: it is not installed, or cannot be loaded, which is transient; the remedy
            says how to get it.
    """
    found = _loaded(library)
    if isinstance(found, ModuleType):
        return found
    extra = f"'searchkit-claims[{_EXTRAS[library]}]'"
    if isinstance(found, ModuleNotFoundError) and found.name == library:
        message, remedy = f"{what} need {library}, which is not installed", f"pip install {extra}"
        raise error(message, place=place, remedy=remedy) from found
    told = " ".join(str(found).split()).rstrip(".")[:_LONGEST_REASON] or type(found).__name__
    raised = error(
        f"{what} need {library}, which is installed but cannot be loaded ({told})",
        place=place,
        remedy=f"install what it lacks, or all anew: pip install --force-reinstall {extra}",
    )
    raised.transient = True
    raise raised from found


@cache
def _loaded(library: str) -> ModuleType | Exception:
    """A library, or what came of importing it; that can take long, and files come in thousands."""
    try:
        return importlib.import_module(library)
    except Exception as problem:  # a broken library raises what it likes
        return problem


def extras() -> str:
    """Names the extras whose libraries are there, each with a plus before it."""
    return "".join(
        f"+{extra}" for library, extra in _EXTRAS.items() if importlib.util.find_spec(library)
    )


def compiled() -> bool:
    """Whether the inner loops of the index were compiled when searchkit was installed."""
    return importlib.util.find_spec("searchkit.engine.columnar._lookup") is not None
