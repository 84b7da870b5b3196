"""Libraries that not every installation has, loaded when a file needs them."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

from searchkit.errors import ReadError

#: Library -> the extra that brings it.
_EXTRAS = {"trafilatura": "html", "feedparser": "feeds", "warcio": "evidence"}


def needed(library: str, what: str, path: str) -> ModuleType:
    """A library of an extra.

    Args:
        library: its import name.
        what: what it reads, for the error.
        path: the file that needs it.

    Raises:
        ReadError: it is not installed; the remedy says how to.
    """
    try:
        return importlib.import_module(library)
    except ImportError:
        extra = _EXTRAS[library.partition(".")[0]]
        remedy = f"pip install 'searchkit-claims[{extra}]'"
        message = f"{what} need {library.partition('.')[0]}, which is not installed"
        raise ReadError(message, place=path, remedy=remedy) from None


def present() -> str:
    """Which of the extras are installed; a file that waited for one is read when it is there."""
    return "".join(
        f"+{extra}" for library, extra in _EXTRAS.items() if importlib.util.find_spec(library)
    )
