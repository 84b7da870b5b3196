"""Reports: one view model, and one renderer for each format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from searchkit.errors import UsageError
from searchkit.reports import csvreport, jsonreport, markdown
from searchkit.reports.compose import build, claim_view
from searchkit.reports.strict import unfit
from searchkit.reports.view import Report, ReportSettings


def _html(report: Report) -> str:
    from searchkit.reports import html  # noqa: PLC0415 - brings the template engine

    return html.render(report)


#: Every format that a report can have, by name.
RENDERERS: Mapping[str, Callable[[Report], str]] = {
    "markdown": markdown.render,
    "html": _html,
    "csv": csvreport.render,
    "json": jsonreport.render,
}
_ENDINGS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".csv": "csv",
    ".json": "json",
}

__all__ = [
    "RENDERERS",
    "Report",
    "ReportSettings",
    "build",
    "claim_view",
    "format_for",
    "unfit",
]


def format_for(path: str | Path) -> str:
    """The format that a file name asks for by its ending.

    Raises:
        UsageError: the ending is not known.
    """
    ending = Path(path).suffix
    try:
        return _ENDINGS[ending.lower()]
    except KeyError:
        raise UsageError(
            f"no report format has the ending {ending!r}" if ending else "it has no ending",
            place=str(path),
            remedy=f"use one of {', '.join(_ENDINGS)}, or name the format",
        ) from None
