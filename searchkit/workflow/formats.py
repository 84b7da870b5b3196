"""Every format that a report leaves the house in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from attrs import frozen

from searchkit.interchange import claimreview, webannotation
from searchkit.reports import RENDERERS, Report


@frozen
class Format:
    """What a browser should know of a format."""

    ending: str
    media_type: str


FORMATS: Mapping[str, Format] = {
    "html": Format("html", "text/html"),
    "markdown": Format("md", "text/markdown"),
    "csv": Format("csv", "text/csv"),
    "json": Format("json", "application/json"),
    "claimreview": Format("claimreview.json", "application/ld+json"),
    "annotations": Format("annotations.json", "application/ld+json"),
}


def renderers(
    *, base_url: str | None = None, utf16: bool = False
) -> Mapping[str, Callable[[Report], str]]:
    """What makes the text of a report, by the name of the format.

    Args:
        base_url: where the report will stand; `claimreview` cannot do without.
        utf16: count positions in annotations as JavaScript does.
    """
    return {
        **RENDERERS,
        "claimreview": partial(claimreview.render, base_url=base_url),
        "annotations": partial(webannotation.render, utf16=utf16),
    }
