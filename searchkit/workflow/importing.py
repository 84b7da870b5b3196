"""Reviews from outside formats into sidecars."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from searchkit.anchor import anchor, describe
from searchkit.claims import custom_id
from searchkit.errors import AmbiguousError, NotFoundError, ReadError, SearchkitError, SidecarError
from searchkit.identity import keys
from searchkit.interchange import ClaimRecord, JudgedRecord, parse
from searchkit.model import (
    Action,
    Anchor,
    Claim,
    ClaimState,
    Evidence,
    Identity,
    ReviewedArticle,
    ReviewedClaim,
    Selector,
    Source,
    Span,
)
from searchkit.reviews import Act, Timed, chained, evidence_data, selector_data
from searchkit.text import same_words
from searchkit.workflow.links import parse_link
from searchkit.workflow.reading import claim_by_words, read_article
from searchkit.workflow.workspace import Workspace
from searchkit.workflow.writing import identity_now, make_searchable

_LARGEST = 200_000_000
_CLAIM_ID = re.compile("[a-z][a-z0-9-]{2,63}")


@frozen
class ImportReport:
    """What came in."""

    #: Article id -> number of new events, for articles with any.
    new: dict[str, int]
    #: Claims of the file that were looked at.
    claims: int
    #: What could not be used, one line each.
    dropped: tuple[str, ...]
    #: What the reviewer should know.
    note: str | None = None


def import_reviews(ws: Workspace, path: Path, *, importer: str) -> ImportReport:
    """Take over what a file says of claims in the corpus.

    Verdicts, links and remarks keep their reviewers and times; each event says who imported it,
    and from which file. What stands already is not written again.

    Args:
        path: a report of ours as JSON or CSV, Web Annotations, or ClaimReview.
        importer: who imports it; also the reviewer where the file names none.

    Raises:
        SearchkitError: the file cannot be read, or is of no known format; or sidecars cannot be
            written.
    """
    now = dt.datetime.now(dt.UTC)
    stamp = now.isoformat(timespec="microseconds").replace("+00:00", "Z")
    records = parse(_read(path), str(path), ws.scale, now)
    dropped = list(records.dropped)
    acts: dict[str, list[Timed]] = {}
    marked: set[str] = set()
    for record in records.claims:
        try:
            article = _article_of(ws, record)
            claim, selector, added = _place_of(article, record)
        except SearchkitError as error:
            dropped.append(f"{record.place}: {error}")
            continue
        one = _Import(ws, record, claim, selector, importer, path.name, stamp)
        wanted = acts.setdefault(article.article.id, [])
        if added and claim not in marked:
            marked.add(claim)
            wanted.append(one.marking())
        wanted += one.acts(article.claim(claim), dropped)
    new: dict[str, int] = {}
    for id, wanted in acts.items():
        if events := _write(ws, id, wanted):
            new[id] = events
    return ImportReport(new, len(records.claims), tuple(dropped), make_searchable(ws, new))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise ReadError(f"larger than {_LARGEST:,} bytes", place=str(path))
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be read ({error.strerror})", place=str(path)) from error


def _article_of(ws: Workspace, record: ClaimRecord) -> ReviewedArticle:
    """The article that a record is about: by its id, a link or its title, else by the words."""
    words = record.selector.exact
    if record.article and _is_known(ws, record.article):
        return read_article(ws, record.article)
    sources = tuple(Source(link=link) for link in record.links)
    asked = Identity(id="", title=record.title or "", sources=sources, content="")
    candidates = chain.from_iterable(ws.catalog.candidates(keys(asked)).values())
    found = [read_article(ws, id) for id in sorted({known.id for known in candidates})]
    if len(found) > 1:
        found = [one for one in found if words in one.article.text]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFoundError("several articles could be meant")
    if record.article or record.title:
        raise NotFoundError("its article is not in the corpus")
    try:
        return read_article(ws, claim_by_words(ws, words)[0])
    except NotFoundError as error:
        raise NotFoundError("its words are in no article; the text may have changed") from error
    except AmbiguousError as error:
        raise NotFoundError("its words are in several claims, and it names no article") from error


def _is_known(ws: Workspace, article: str) -> bool:
    if ws.engine.articles([article]):
        return True
    try:
        return ws.reviews.fingerprint(article) is not None
    except SidecarError:
        return False


def _place_of(article: ReviewedArticle, record: ClaimRecord) -> tuple[str, Selector, bool]:
    """The claim's id, the words as they were judged, and whether the claim has to be marked out."""
    selector, id = record.selector, record.claim
    if record.article == article.article.id and id and _CLAIM_ID.fullmatch(id):
        # Our own export: minted once, wherever its words stand by now.
        return id, selector, selector.kind == "custom" and article.claim(id) is None
    title, text = article.article.title, article.article.text
    standing = [c.claim for c in article.claims if c.anchor is None or c.anchor.span]
    segments = [claim.span for claim in standing if claim.kind != "title"]
    found = anchor([selector], title, text, segments)[0]
    known = _standing(standing, found, selector)
    placed = found.span and (known or selector.prefix or selector.suffix)
    if not placed and selector.kind != "title" and same_words(selector.exact, title):
        # Words alone that are the title, and no claim of the text: part of a sentence, or nothing.
        selector = describe(title, Span(0, len(title)), "title")
        found = Anchor("unchanged", Span(0, len(title)))
        known = _standing(standing, found, selector)
    if found.span is None:
        raise NotFoundError(f"its words are not in article {article.article.id}")
    is_title = selector.kind == "title"
    if found.state != "changed":
        kind = known.kind if known else "custom"
        selector = describe(title if is_title else text, found.span, kind)
    if known:
        return known.id, selector, False
    if found.state == "changed":
        raise NotFoundError(f"its words are no claim of article {article.article.id}")
    taken = {claim.claim.id for claim in article.claims}
    return custom_id(article.article.id, text, selector, taken), selector, True


def _standing(claims: Sequence[Claim], found: Anchor, selector: Selector) -> Claim | None:
    """The claim that has the place already."""
    is_title = selector.kind == "title"
    return next((c for c in claims if (c.span, c.kind == "title") == (found.span, is_title)), None)


@frozen
class _Import:
    """One record on its way to events."""

    ws: Workspace
    record: ClaimRecord
    claim: str
    selector: Selector
    importer: str
    #: Name of the file.
    file: str
    #: For what has no time of its own.
    now: str

    def timed(
        self, action: Action, data: Mapping[str, Any], reviewer: str | None, time: str | None
    ) -> Timed:
        imported = {"by": self.importer, "from": self.file}
        whole = {**data, "selector": selector_data(self.selector), "imported": imported}
        return Timed(Act(action, self.claim, whole), reviewer or self.importer, time or self.now)

    def marking(self) -> Timed:
        """Let the words be a claim, before anything else is said of it."""
        said = [*(j.time for j in self.record.judgements), *(n.time for n in self.record.notes)]
        return self.timed("add-claim", {}, None, min(filter(None, said), default=None))

    def acts(self, known: ReviewedClaim | None, dropped: list[str]) -> Iterator[Timed]:
        """What is not there yet."""
        state = known.state if known else None
        links = self._links(state, dropped)
        for judged in self.record.judgements:
            if judged.status not in self.ws.scale.verdicts:
                dropped.append(f"{self.record.place}: status {judged.status!r} is not in the scale")
                continue
            reviewer = judged.reviewer or self.importer
            if state and _given(state, reviewer, judged):
                continue
            own = [link for link in links if link.reviewer == reviewer]
            links = [link for link in links if link not in own]
            data: dict[str, Any] = {"status": judged.status}
            for key, value in (
                ("note", judged.note),
                ("wording", self.record.wording),
                ("said_by", self.record.said_by),
                ("evidence", [evidence_data(link) for link in own]),
            ):
                if value:
                    data[key] = value
            yield self.timed("judge", data, reviewer, judged.time)
        latest = max((j.time for j in self.record.judgements if j.time), default=None)
        for link in links:
            yield self.timed("link", {"evidence": [evidence_data(link)]}, link.reviewer, latest)
        for note in self.record.notes:
            reviewer = note.reviewer or self.importer
            there = state.notes if state else ()
            if not any((n.reviewer, n.text) == (reviewer, note.text) for n in there):
                yield self.timed("note", {"text": note.text}, reviewer, note.time)

    def _links(self, state: ClaimState | None, dropped: list[str]) -> list[Evidence]:
        there = {evolve(link, event="") for link in state.evidence} if state else set()
        links = []
        for link in self.record.evidence:
            try:
                url = link.url if link.copy else parse_link(self.ws, link.url)
            except SearchkitError as error:
                dropped.append(f"{self.record.place}: {error}")
                continue
            found = evolve(link, url=url, reviewer=link.reviewer or self.importer)
            if found not in there:
                links.append(found)
        return links


def _given(state: ClaimState, reviewer: str, judged: JudgedRecord) -> bool:
    """Whether the reviewer gave the verdict already: it stands, or gave way to something since."""
    own = [j for j in state.judgements if j.reviewer == reviewer]
    if any((j.status, j.note) == (judged.status, judged.note) for j in own):
        return True
    if judged.time is None:
        return False
    second = judged.time[: len("2024-08-01T12:00:00")]
    return any(
        event.time.startswith(second) or any(j.time > judged.time for j in own)
        for event in state.history
        if (event.action, event.reviewer) == ("judge", reviewer)
        and (event.data.get("status"), event.data.get("note")) == (judged.status, judged.note)
    )


def _write(ws: Workspace, id: str, acts: list[Timed]) -> int:
    article = read_article(ws, id)
    return len(ws.reviews.absorb(chained(identity_now(ws, article), acts)))
