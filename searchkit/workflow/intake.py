"""Corpus files into prepared articles: what changed is read, and prepared lot by lot."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from attrs import evolve, frozen

from searchkit import analysis, readers
from searchkit.catalog import FileRecord
from searchkit.errors import ReadError
from searchkit.model import Article, Parsed
from searchkit.outlets import Outlets
from searchkit.workflow.helpers import Hands, Result
from searchkit.workflow.prepared import Prepared
from searchkit.workflow.walk import CorpusFile

#: A larger file is no news article, and would not fit in memory several times over.
LARGEST = 256 << 20
#: Younger files may change again within the clock tick that their time was stamped with.
_RACY_NS = 2_000_000_000
#: Code points of text that are prepared together.
LOT = 1 << 20


@frozen
class FileRead:
    """A corpus file as this run found it."""

    shown: str
    #: Its place in the walk, counted from 1.
    position: int
    record: FileRecord
    #: None when its bytes are what they were.
    parsed: Parsed | None


@frozen
class Part:
    """Some of the articles of a file, in their order."""

    read: FileRead
    #: Number of the first of them in the file.
    first: int
    articles: Sequence[Article]
    #: No more of the file follows.
    last: bool


class Intake:
    """Reads corpus files.

    Args:
        outlets: the names that articles get for their outlets.
    """

    def __init__(self, outlets: Outlets):
        self._outlets = outlets
        #: Changes whenever a file could be read otherwise than before.
        self.version = f"{readers.version()}/{analysis.VERSION}/{outlets.version}"

    def unchanged(self, file: CorpusFile, before: FileRecord | None) -> bool:
        """Whether a file is recognised as unchanged without opening it."""
        return bool(before and before.stamp == file.stamp and before.reader == self.version)

    def read(self, file: CorpusFile, position: int, before: FileRecord | None) -> FileRead:
        """What a file holds now.

        Args:
            position: its place in the walk.
            before: what the catalog knows of it.
        """
        record = FileRecord(file.shown, file.stamp, "", self.version)
        if file.size > LARGEST:
            problem = f"larger than {LARGEST >> 20} MB; split it"
            return FileRead(file.shown, position, evolve(record, problem=problem), Parsed(()))
        try:
            data = Path(file.path).read_bytes()
        except OSError as error:
            problem = f"cannot be read ({error.strerror})"
            # Without a stamp it is tried again next time.
            record = evolve(record, stamp="", problem=problem)
            return FileRead(file.shown, position, record, Parsed(()))
        if time.time_ns() - file.changed_ns < _RACY_NS:
            record = evolve(record, stamp="")
        record = evolve(record, digest=hashlib.sha256(data).hexdigest())
        if before and before.digest == record.digest and before.reader == self.version:
            return FileRead(file.shown, position, evolve(record, problem=before.problem), None)
        try:
            parsed = self.parsed(data, file.shown)
        except ReadError as error:
            told = f"{error.message}; {error.remedy}" if error.remedy else error.message
            if error.place and error.place != file.shown:
                told = f"{error.place.removeprefix(file.shown).lstrip(':, ')}: {told}"
            failed = evolve(record, problem=told, reader="" if error.transient else self.version)
            return FileRead(file.shown, position, failed, Parsed(()))
        if parsed.transient:
            record = evolve(record, reader="")
        return FileRead(file.shown, position, record, parsed)

    def parsed(self, data: bytes, shown: str) -> Parsed:
        """What a file holds, with one name for each outlet.

        Raises:
            ReadError: it cannot be read.
        """
        parsed = readers.read(data, shown)
        return evolve(parsed, articles=tuple(map(self._outlets.settled, parsed.articles)))


def prepared_parts(
    reads: Iterable[FileRead], hands: Hands
) -> Iterator[tuple[Part, list[Prepared]]]:
    """The parts of the files with what follows from each of their articles, in the files' order.

    Args:
        hands: prepare the articles; files are read as far ahead as they can begin with.
    """
    begun: deque[tuple[list[Part], Result]] = deque()
    for lot in _lots(reads):
        begun.append((lot, hands.begin([article for part in lot for article in part.articles])))
        if len(begun) > hands.ahead:
            yield from _parted(*begun.popleft())
    while begun:
        yield from _parted(*begun.popleft())


def _parted(lot: Sequence[Part], result: Result) -> Iterator[tuple[Part, list[Prepared]]]:
    done = iter(result())
    for part in lot:
        yield part, list(islice(done, len(part.articles)))


def _lots(reads: Iterable[FileRead]) -> Iterator[list[Part]]:
    """Parts with about as much text together as is prepared at once."""
    lot: list[Part] = []
    size = 0
    for read in reads:
        for part in _parts(read):
            lot.append(part)
            size += sum(len(article.text) for article in part.articles)
            if size >= LOT:
                yield lot
                lot, size = [], 0
    if lot:
        yield lot


def _parts(read: FileRead) -> Iterator[Part]:
    articles = read.parsed.articles if read.parsed else ()
    first = size = 0
    for number, article in enumerate(articles, 1):
        size += len(article.text)
        if size >= LOT and number < len(articles):
            yield Part(read, first, articles[first:number], last=False)
            first, size = number, 0
    yield Part(read, first, articles[first:], last=True)
