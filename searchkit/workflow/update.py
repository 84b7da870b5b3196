"""One run over part of the corpus: what changed is read, identified, and stored."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from attrs import evolve, frozen

from searchkit import analysis, readers
from searchkit.catalog import Catalog, Entry, FileRecord
from searchkit.claims import claims_of
from searchkit.engine.base import Batch
from searchkit.errors import ReadError, SidecarError
from searchkit.identity import canonical_link, content_hash, identity_of, match, mint
from searchkit.model import Article, Claim, Identity, Origin, Parsed
from searchkit.workflow.assemble import assemble
from searchkit.workflow.walk import CorpusFile, Skipped, Walked, walk
from searchkit.workflow.workspace import Workspace

#: Bytes of changed files that are read before they are written to the index together.
CHUNK = 32 << 20
#: A larger file is no news article, and would not fit in memory several times over.
LARGEST = 256 << 20
#: Younger files may change again within the clock tick that their time was stamped with.
_RACY_NS = 2_000_000_000

Confirm = Callable[[int, int], bool]
Progress = Callable[[int, int, str], None]


@frozen
class _Read:
    """A corpus file as this run found it."""

    shown: str
    #: Its place in the walk, counted from 1.
    position: int
    record: FileRecord
    #: None when its bytes are what they were.
    parsed: Parsed | None


@frozen
class _Named:
    """An article of a file, and what it was recognised as."""

    article: Article
    identity: Identity
    #: It got its id in this chunk, and the catalog knows the identity already.
    minted: bool


class _Taken:
    """The ids that a new article must not get."""

    def __init__(self, catalog: Catalog):
        self._catalog = catalog

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._catalog.knows(id)


def _share_link(known: Identity, article: Article) -> bool:
    links = {canonical_link(link) for link in article.links}
    return any(s.link and canonical_link(s.link) in links for s in known.sources)


def _fingerprint(article: Article, claims: Sequence[Claim]) -> str:
    """What tells a stored article from another.

    Args:
        claims: those that do not follow from its text alone.
    """
    return hashlib.sha256(repr((article, claims)).encode("utf-8", "surrogatepass")).hexdigest()


def _member(article: Article, read: _Read) -> str:
    """What comes after the file's path where the article stands in an archive, else nothing."""
    return article.origins[0].path.removeprefix(read.shown) if article.origins else ""


class Update:
    """One run of indexing over a scope of the corpus."""

    def __init__(
        self,
        ws: Workspace,
        roots: Sequence[Path],
        scope: Sequence[Path],
        *,
        prune: bool,
        confirm: Confirm | None,
        progress: Progress | None,
    ):
        self.ws = ws
        self.roots = roots
        self.scope = scope
        self.prune = prune
        self.confirm = confirm
        self._progress = progress
        self.added = self.changed = self.unchanged = self.removed = 0
        self.skipped: list[Skipped] = []
        self.notices: list[str] = []
        self.review_stamps = ws.review_stamps()
        self.reader = f"{readers.version()}/{analysis.VERSION}/{ws.outlets.version}"

    def go(self) -> None:
        """Read what changed, drop what vanished, and clear the mark that work is under way."""
        self.ws.create_cache()
        catalog = self.ws.catalog
        doubtful = self._reconcile(catalog)
        with catalog.transaction():
            catalog.set_meta("dirty", "1")
            catalog.begin_run()
            self._adopt_reviewed(catalog)
        found = walk(self.ws, self.roots, self.scope)
        self.skipped += found.skipped
        known = catalog.files()
        vanished = self._vanished(found, known)
        touched = self._drop(catalog, vanished)
        total = len(found.files)
        done = 0
        for chunk in self._chunks(found.files, known, doubtful):
            touched |= self._write(catalog, chunk)
            done = chunk[-1].position
            self._tell(done, total, chunk[-1].shown)
        self._tell(total, total, "")
        touched |= self._newly_reviewed(catalog)
        self._settle(catalog, touched)
        with catalog.transaction():
            catalog.set_meta("dirty", "")

    def _tell(self, done: int, total: int, path: str) -> None:
        if self._progress:
            self._progress(done, total, path)

    def _reconcile(self, catalog: Catalog) -> set[str]:
        """After a run that was cut off: remove what no file holds, re-read what is missing."""
        if not catalog.meta("dirty"):
            return set()
        held = set(self.ws.engine.ids("articles"))
        expected = catalog.stored_ids()
        placed = {id for id in held | expected if catalog.entries_of_article(id)}
        with self.ws.engine.batch() as batch:
            for id in held - placed:
                batch.delete(id)
        doubtful = {entry.path for id in placed - held for entry in catalog.entries_of_article(id)}
        with catalog.transaction():
            for id in (expected | placed) - (held & placed):
                catalog.set_stored(id, "", 0)
        return doubtful

    def _adopt_reviewed(self, catalog: Catalog) -> None:
        """Reviewed articles are recognised even when the catalog was lost."""
        for id in self.ws.reviews.ids():
            if catalog.knows(id):
                continue
            try:
                sidecar = self.ws.reviews.load(id)
            except SidecarError as error:
                self.notices.append(str(error))
                continue
            if sidecar:
                catalog.put_identity(sidecar.identity)

    def _newly_reviewed(self, catalog: Catalog) -> set[str]:
        """Articles whose sidecar changed: it may hold claims that a reviewer marked out."""
        seen = catalog.review_stamps()
        return {id for id, stamp in seen.items() if self.review_stamps.get(id, "") != stamp}

    def _vanished(self, found: Walked, known: dict[str, FileRecord]) -> list[str]:
        there = {file.shown for file in found.files}
        forgotten = [path for path in known if not found.remembered(path)]
        under = [path for path in known if found.remembered(path) and found.covers(path)]
        gone = [path for path in under if path not in there and not found.hidden(path)]
        held = [path for path in gone if known[path].problem is None]
        much = len(held) > max(10, len(under) // 5) or (held and not there)
        if much and not self.prune and not (self.confirm and self.confirm(len(held), len(under))):
            self.notices.append(
                f"{len(held)} of {len(under)} files vanished; their articles were kept"
                " (drop them with --prune)"
            )
            return forgotten
        return forgotten + gone

    def _drop(self, catalog: Catalog, gone: Sequence[str]) -> set[str]:
        touched: set[str] = set()
        with catalog.transaction():
            for path in gone:
                touched |= {entry.article for entry in catalog.entries_of_file(path)}
                catalog.drop_file(path)
        self.removed = len(gone)
        return touched

    def _chunks(
        self, files: Sequence[CorpusFile], known: dict[str, FileRecord], doubtful: set[str]
    ) -> Iterator[list[_Read]]:
        chunk: list[_Read] = []
        size = 0
        for position, file in enumerate(files, 1):
            before = known.get(file.shown)
            read = self._read(file, position, None if file.shown in doubtful else before)
            if read is None:
                self.unchanged += 1
                if position % 256 == 0:
                    self._tell(position, len(files), file.shown)
                continue
            if before is None:
                self.added += 1
            elif read.parsed is None and read.record.digest == before.digest:
                self.unchanged += 1
            else:
                self.changed += 1
            chunk.append(read)
            size += file.size
            self._tell(position, len(files), file.shown)
            if size >= CHUNK:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk

    def _read(self, file: CorpusFile, position: int, before: FileRecord | None) -> _Read | None:
        """None when the file is recognised as unchanged without opening it."""
        if before and before.stamp == file.stamp and before.reader == self.reader:
            return None
        record = FileRecord(file.shown, file.stamp, "", self.reader)
        if file.size > LARGEST:
            problem = f"larger than {LARGEST >> 20} MB; split it"
            return _Read(file.shown, position, evolve(record, problem=problem), Parsed(()))
        try:
            data = file.path.read_bytes()
        except OSError as error:
            problem = f"cannot be read ({error.strerror})"
            # Without a stamp it is tried again next time.
            record = evolve(record, stamp="", problem=problem)
            return _Read(file.shown, position, record, Parsed(()))
        if time.time_ns() - file.changed_ns < _RACY_NS:
            record = evolve(record, stamp="")
        record = evolve(record, digest=hashlib.sha256(data).hexdigest())
        if before and before.digest == record.digest and before.reader == self.reader:
            return _Read(file.shown, position, evolve(record, problem=before.problem), None)
        try:
            parsed = self._parsed(data, file.shown)
        except ReadError as error:
            told = f"{error.message}; {error.remedy}" if error.remedy else error.message
            if error.place and error.place != file.shown:
                told = f"{error.place.removeprefix(file.shown).lstrip(':, ')}: {told}"
            return _Read(file.shown, position, evolve(record, problem=told), Parsed(()))
        return _Read(file.shown, position, record, parsed)

    def _parsed(self, data: bytes, shown: str) -> Parsed:
        """What a file holds, with one name for each outlet."""
        parsed = readers.read(data, shown)
        return evolve(parsed, articles=tuple(map(self.ws.outlets.settled, parsed.articles)))

    def _write(self, catalog: Catalog, chunk: Sequence[_Read]) -> set[str]:
        """Put a chunk of files into engine and catalog; return articles left for `_settle`."""
        texts: dict[tuple[str, int], _Named] = {}
        touched: set[str] = set()
        with catalog.transaction(), self.ws.engine.batch() as batch:
            for read in chunk:
                if read.parsed is None:
                    catalog.touch_file(read.shown, read.record.stamp)
                    continue
                touched |= {entry.article for entry in catalog.entries_of_file(read.shown)}
                entries = []
                for number, article in enumerate(read.parsed.articles):
                    named = texts[read.shown, number] = self._identify(catalog, article)
                    line = article.origins[0].line if article.origins else 1
                    same = named.identity
                    entries.append(
                        Entry(
                            read.shown, number, same.id, line, same.content, _member(article, read)
                        )
                    )
                touched |= {entry.article for entry in entries}
                catalog.put_file(read.record, entries, read.parsed.left_out)
            later = set()
            for id in sorted(touched):
                if not self._store(catalog, batch, id, texts):
                    later.add(id)
        return later

    def _identify(self, catalog: Catalog, article: Article) -> _Named:
        """The article under the id that it has or gets."""
        identity = identity_of(article)
        candidates = catalog.candidates(identity)
        same = match(identity, candidates)
        if same:
            return _Named(article, evolve(identity, id=same.id), minted=False)
        id = mint(article, _Taken(catalog))
        if article.links and candidates:
            shared = sorted(c.id for c in candidates if _share_link(c, article))
            if shared:
                self.notices.append(
                    f"{article.origins[0].path}: {article.title[:60]!r} has the link of article"
                    f" {shared[0]} but another text; it was taken as an article of its own ({id})"
                )
        identity = evolve(identity, id=id)
        # The articles that follow in this chunk may be versions of it.
        catalog.put_identity(identity)
        return _Named(article, identity, minted=True)

    def _store(
        self,
        catalog: Catalog,
        batch: Batch,
        id: str,
        texts: dict[tuple[str, int], _Named],
    ) -> bool:
        """Bring the engine's copy of one article up to date; False when it has to wait."""
        entries = catalog.entries_of_article(id)
        if not entries:
            return False
        first = entries[0]
        read = texts.get((first.path, first.number))
        article = read.article if read else self._text_of(id, first)
        if article is None:
            return False
        article = evolve(
            article, id=id, origins=tuple(Origin(e.path + e.member, e.line) for e in entries)
        )
        claims, own = self._claims(article)
        fingerprint = _fingerprint(article, claims if own else ())
        if catalog.stored(id) != fingerprint:
            batch.put(article, claims)
            if not (read and read.minted):
                catalog.put_identity(read.identity if read else identity_of(article))
        catalog.set_stored(id, fingerprint, len(claims), self.review_stamps.get(id, ""))
        return True

    def _text_of(self, id: str, entry: Entry) -> Article | None:
        """The article as the engine holds it, or else as its file does."""
        for article in self.ws.engine.articles([id]):
            if content_hash(article.title, article.text) == entry.content:
                return article
        try:
            parsed = self._parsed(self.ws.full(entry.path).read_bytes(), entry.path)
            return parsed.articles[entry.number]
        except (OSError, ReadError, IndexError):
            return None

    def _claims(self, article: Article) -> tuple[tuple[Claim, ...], bool]:
        """The claims of an article, and whether a sidecar has a say in them."""
        try:
            sidecar = self.ws.reviews.load(article.id)
        except SidecarError:
            sidecar = None
        if sidecar is None:
            return claims_of(article), False
        return assemble(article, sidecar).present, True

    def _settle(self, catalog: Catalog, touched: Iterable[str]) -> None:
        """Articles whose files changed under them: stored anew from elsewhere, or dropped."""
        if not touched:
            return
        reviewed = set(self.ws.reviews.ids())
        with catalog.transaction(), self.ws.engine.batch() as batch:
            for id in sorted(touched):
                if catalog.entries_of_article(id):
                    self._store(catalog, batch, id, {})
                    continue
                batch.delete(id)
                if id in reviewed:
                    catalog.set_stored(id, "", 0)
                    self.notices.append(f"article {id} left the corpus; its reviews are kept")
                else:
                    catalog.drop_article(id)
