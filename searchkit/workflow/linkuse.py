"""Which links stand where: as evidence of claims, and as sources of articles."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from searchkit.errors import SidecarError
from searchkit.model import Evidence
from searchkit.workflow.reading import read_article
from searchkit.workflow.workspace import Workspace


@frozen
class Use:
    """A place where a link stands."""

    url: str
    article: str
    #: None for a source of the article.
    claim: str | None = None
    evidence: Evidence | None = None


def evidence_uses(ws: Workspace) -> Iterator[Use]:
    """Every web link that stands as evidence; damaged sidecars are noted in ``ws.damaged``."""
    for id in ws.reviews.ids():
        try:
            article = read_article(ws, id)
        except SidecarError as error:
            ws.damaged[id] = str(error)
            continue
        for claim in article.claims:
            for evidence in claim.state.evidence if claim.state else ():
                if _is_web(evidence.url):
                    yield Use(evidence.url, id, claim.claim.id, evidence)


def source_uses(ws: Workspace) -> Iterator[Use]:
    """Every web link that stands as a source of an article, of reviewed ones that left too."""
    for article, link in ws.catalog.source_links():
        if _is_web(link):
            yield Use(link, article)
    gone = set(ws.reviews.ids()) - ws.catalog.stored_ids() - set(ws.damaged)
    for id in sorted(gone):
        yield from (Use(url, id) for url in read_article(ws, id).article.links if _is_web(url))


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))
