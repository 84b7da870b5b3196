"""Web pages, feeds and archives of our own, for the tests of readers and of evidence."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping, Sequence

PARAGRAPHS = (
    "The harbour of Northport handled 412,000 containers in May, 3.5% more than in April.",
    "The port authority said that the new crane had shortened waiting times by a third since it"
    " was put up in March of the same year.",
    "Exports of timber fell for the third month in a row. Analysts of the county bank expect a"
    " recovery in autumn, when the sawmills upriver open again.",
)
HEADLINE = "Harbour Handles More Containers in May"
ADDRESS = "https://courier.example.org/2024/06/04/harbour"


def page(
    *,
    title: str = HEADLINE,
    paragraphs: Sequence[str] = PARAGRAPHS,
    head: str = "",
    body: str = "",
) -> str:
    """A news page with a menu and a footer around its article."""
    words = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html><head><title>{title} | Northport Courier</title>{head}</head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
        f"<main><article><h1>{title}</h1>\n{words}\n{body}</article></main>"
        "<footer><p>All rights reserved. <a href='/imprint'>Imprint</a></p></footer></body></html>"
    )


def json_ld(**more: object) -> str:
    """NewsArticle as pages carry it."""
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": HEADLINE,
        "datePublished": "2024-06-04T08:00:00+02:00",
        "publisher": {"@type": "Organization", "name": "Northport Courier"},
        "mainEntityOfPage": {"@type": "WebPage", "@id": ADDRESS},
        **more,
    }
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """A zip archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: Mapping[str, bytes | str], mode: str = "w:gz") -> bytes:
    """A tar archive of these files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            raw = data if isinstance(data, bytes) else data.encode()
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            archive.addfile(info, io.BytesIO(raw))
    return out.getvalue()
