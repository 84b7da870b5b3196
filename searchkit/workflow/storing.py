"""Prepared articles into engine and catalog, under the ids that they have or get."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from searchkit.catalog import Catalog, Entry, Stored
from searchkit.claims import claims_at, claims_of
from searchkit.engine.base import Batch
from searchkit.errors import ReadError, SidecarError
from searchkit.identity import canonical_link, content_hash, identity_of, keys, match, mint
from searchkit.model import Article, Claim, Identity, Origin
from searchkit.workflow.intake import Intake, Part
from searchkit.workflow.prepared import Prepared
from searchkit.workflow.workspace import Workspace


@frozen
class _Named:
    """An article of a file, and what it was recognised as."""

    article: Article
    #: What the article alone tells, its id aside.
    prepared: Prepared
    id: str
    #: It got its id in this chunk, and the catalog knows the identity already.
    minted: bool


class _Known:
    """The articles that those of a part may be: asked for once, and the part's own as they come.

    Args:
        prepared: the part's articles.
    """

    def __init__(self, catalog: Catalog, prepared: Sequence[Prepared]):
        self._catalog = catalog
        self._by_key = catalog.candidates(key for alone in prepared for key in alone.keys)
        self._taken = set(catalog.known(alone.identity.id for alone in prepared))
        self._added: list[tuple[Identity, Sequence[int]]] = []

    def taken(self, alone: Prepared) -> bool:
        """Whether another article has the id that an article of the part gets when it is new."""
        return alone.identity.id in self._taken

    def __contains__(self, id: object) -> bool:
        """Whether a new article must not get the id."""
        return isinstance(id, str) and (id in self._taken or self._catalog.knows(id))

    def candidates(self, keys: Iterable[int]) -> list[Identity]:
        """Articles that have a key in common, by id."""
        found = {known.id: known for key in keys for known in self._by_key.get(key, ())}
        return [found[id] for id in sorted(found)]

    def add(self, alone: Prepared, id: str) -> None:
        """The articles that follow may be versions of a new one."""
        identity = alone.identity if alone.identity.id == id else evolve(alone.identity, id=id)
        for key in alone.keys:
            self._by_key.setdefault(key, []).append(identity)
        self._taken.add(id)
        self._added.append((identity, alone.keys))

    def save(self) -> None:
        """Let the catalog know the new ones."""
        self._catalog.add_identities(self._added)


class Chunk:
    """Articles that go into engine and catalog together.

    Args:
        intake: reads a file again when nothing else has the text of an article any more.
        review_stamps: for each reviewed article, what its sidecar is like.
        notices: takes what somebody should know.
    """

    def __init__(
        self,
        ws: Workspace,
        batch: Batch,
        intake: Intake,
        review_stamps: dict[str, str],
        notices: list[str],
    ):
        self._ws = ws
        self._catalog = ws.catalog
        self._batch = batch
        self._intake = intake
        self._review_stamps = review_stamps
        self._notices = notices
        #: Ids of the articles of its files, as they were and as they are.
        self.touched: set[str] = set()
        #: Code points of text.
        self.size = 0
        self._texts: dict[tuple[str, int], _Named] = {}

    def add(self, part: Part, prepared: Sequence[Prepared]) -> None:
        """Put part of a file into the catalog, each article under its id."""
        read = part.read
        if read.parsed is None:
            self._catalog.touch_file(read.record)
            return
        if not part.first:
            self.touched.update(self._catalog.articles_of_file(read.shown))
            # A file of which more follows is read again when the run is cut off before that.
            record = read.record if part.last else evolve(read.record, stamp="", digest="")
            self._catalog.put_file(record, read.parsed.left_out)
        elif part.last:
            self._catalog.touch_file(read.record)
        known = _Known(self._catalog, prepared)
        entries = []
        for number, (article, alone) in enumerate(
            zip(part.articles, prepared, strict=True), part.first
        ):
            named = self._texts[read.shown, number] = self._identify(article, alone, known)
            line = article.origins[0].line if article.origins else 1
            member = _member(article, read.shown)
            entries.append(
                Entry(read.shown, number, named.id, line, alone.identity.content, member)
            )
            self.touched.add(named.id)
            self.size += len(article.text)
        known.save()
        self._catalog.add_entries(entries)

    def _identify(self, article: Article, alone: Prepared, known: _Known) -> _Named:
        """The article under the id that it has or gets."""
        candidates = known.candidates(alone.keys)
        if same := match(alone.identity, candidates):
            return _Named(article, alone, same.id, minted=False)
        id = alone.identity.id
        if known.taken(alone):
            id = mint(article, known)
        if article.links and candidates:
            shared = sorted(c.id for c in candidates if _share_link(c, article))
            if shared:
                self._notices.append(
                    f"{article.origins[0].path}: {article.title[:60]!r} has the link of article"
                    f" {shared[0]} but another text; it was taken as an article of its own ({id})"
                )
        known.add(alone, id)
        return _Named(article, alone, id, minted=True)

    def store(self, ids: Iterable[str]) -> set[str]:
        """Bring the engine's copies of articles up to date; return those that have to wait.

        These stand in no file, or nothing has their text any more.
        """
        ids = sorted(ids)
        places = self._catalog.places(ids)
        before = self._catalog.fingerprints(ids)
        stored = []
        for id in ids:
            if id in places and (now := self._store(id, places[id], before.get(id, ""))):
                stored.append(now)
        self._catalog.set_stored(stored)
        return set(ids).difference(now.article for now in stored)

    def _store(self, id: str, entries: Sequence[Entry], before: str) -> Stored | None:
        named = self._texts.get((entries[0].path, entries[0].number))
        found = named.article if named else self._text_of(id, entries[0])
        if found is None:
            return None
        origins = tuple(Origin(e.path + e.member, e.line) for e in entries)
        article = Article(found.title, found.text, found.sources, origins, id)
        claims: Sequence[Claim]
        custom = self._reviewed_claims(article)
        if custom is not None:
            claims = custom
        elif named and named.prepared.identity.id == id:
            claims = claims_at(article, named.prepared.passages)
        else:
            claims = claims_of(article)
        fingerprint = _fingerprint(article, custom or ())
        if fingerprint != before:
            self._batch.put(article, claims)
            if not (named and named.minted):
                identity = evolve(named.prepared.identity, id=id) if named else identity_of(article)
                self._catalog.put_identity(
                    identity, named.prepared.keys if named else keys(identity)
                )
        return Stored(id, fingerprint, len(claims), self._review_stamps.get(id, ""))

    def _text_of(self, id: str, entry: Entry) -> Article | None:
        """The article as the engine holds it, or else as its file does."""
        for article in self._ws.engine.articles([id]):
            if content_hash(article.title, article.text) == entry.content:
                return article
        try:
            parsed = self._intake.parsed(self._ws.full(entry.path).read_bytes(), entry.path)
            return parsed.articles[entry.number]
        except (OSError, ReadError, IndexError):
            return None

    def _reviewed_claims(self, article: Article) -> tuple[Claim, ...] | None:
        """The claims of an article where a sidecar has a say in them."""
        if article.id not in self._review_stamps:
            return None
        from searchkit.workflow.assemble import (  # noqa: PLC0415 - heavy, and few are reviewed
            assemble,
        )

        try:
            sidecar = self._ws.reviews.load(article.id)
        except SidecarError:
            return None
        return assemble(article, sidecar).present if sidecar else None


def _share_link(known: Identity, article: Article) -> bool:
    links = {canonical_link(link) for link in article.links}
    return any(s.link and canonical_link(s.link) in links for s in known.sources)


def _fingerprint(article: Article, claims: Sequence[Claim]) -> str:
    """What tells a stored article from another.

    Args:
        claims: those that do not follow from its text alone.
    """
    about = repr((article.id, article.title, article.sources, article.origins, claims))
    # The text by itself: most of all, and `repr` looks at each of its characters.
    said = f"{about}\n{article.text}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _member(article: Article, shown: str) -> str:
    """What comes after the file's path where the article stands in an archive, else nothing."""
    return article.origins[0].path.removeprefix(shown) if article.origins else ""
