"""Articles as they are stored: several together in a compressed block."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from searchkit.engine.columnar.pages import Array, Held, Pages, narrow
from searchkit.engine.columnar.ragged import offsets
from searchkit.engine.columnar.strings import decoded
from searchkit.engine.damage import DamageError
from searchkit.model import Article, Origin, Source

#: Bytes of text that are compressed together: what is unpacked to read one article.
_BLOCK = 1 << 16
_LEVEL = 2
#: A packed block that is smaller is joined to others when segments are merged.
SMALL = 1 << 12
#: Blocks that are kept unpacked: a page of hits comes from a few.
_BLOCKS = 8
#: A block holds one article at least, and no file of a corpus is larger.
_LARGEST = 1 << 30


class Packer:
    """Packs articles into blocks, one after the other."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._firsts = [0]
        self._facts: list[list[Any]] = []
        self._texts: list[bytes] = []
        self._held = 0

    def add(self, article: Article, text: bytes) -> Iterator[bytes]:
        """One more article; yields a block when it is full.

        Args:
            text: of the article, encoded.
        """
        self._facts.append(_facts(article, len(text)))
        self._texts.append(text)
        self._held += len(text)
        if self._held >= _BLOCK:
            yield from self.flush()

    def copy(self, block: bytes, articles: int) -> Iterator[bytes]:
        """A block that is taken over as it is."""
        yield from self.flush()
        self._sizes.append(len(block))
        self._firsts.append(self._firsts[-1] + articles)
        yield block

    def flush(self) -> Iterator[bytes]:
        """The block that is not full yet."""
        if self._facts:
            data = b"\n".join((json.dumps(self._facts).encode(), b"".join(self._texts)))
            articles = len(self._facts)
            self._facts, self._texts, self._held = [], [], 0
            yield from self.copy(zstd.compress(data, _LEVEL), articles)

    def arrays(self, blocks: Iterator[bytes]) -> dict[str, Held]:
        """The arrays of stored articles, to be written.

        Args:
            blocks: all that this packer yields.
        """
        return {
            "stored.data": blocks,
            "stored.at": lambda: narrow(offsets(np.array(self._sizes, dtype=np.int64))),
            "stored.first": lambda: narrow(np.array(self._firsts, dtype=np.int64)),
        }


def arrays(articles: Sequence[Article], texts: Sequence[bytes]) -> dict[str, Held]:
    """The arrays of articles, to be written.

    Args:
        texts: of the articles, encoded.
    """
    packer = Packer()

    def blocks() -> Iterator[bytes]:
        for article, text in zip(articles, texts, strict=True):
            yield from packer.add(article, text)
        yield from packer.flush()

    return packer.arrays(blocks())


def _facts(article: Article, length: int) -> list[Any]:
    return [
        length,
        article.id,
        article.title,
        [(s.outlet, s.date.isoformat() if s.date else None, s.link) for s in article.sources],
        [(origin.path, origin.line) for origin in article.origins],
    ]


class Documents:
    """The stored articles of an open file."""

    def __init__(self, pages: Pages):
        self._pages = pages
        self._at = pages.array("stored.at")
        self._first = pages.array("stored.first")
        # A function that does not hold this object, so that its files are let go of with it.
        unpacked = partial(_unpacked, pages, self._at)
        self._block = lru_cache(maxsize=_BLOCKS)(unpacked)

    def __getitem__(self, document: int) -> Article:
        block = int(np.searchsorted(self._first, document, side="right")) - 1
        facts, data, starts = self._block(block)
        place = document - int(self._first[block])
        length, id, title, sources, origins = facts[place]
        return Article(
            title,
            decoded(data[starts[place] : starts[place] + length]),
            tuple(
                Source(outlet, dt.date.fromisoformat(date) if date else None, link)
                for outlet, date, link in sources
            ),
            tuple(Origin(path, line) for path, line in origins),
            id,
        )

    def blocks(self) -> Iterator[tuple[range, bytes]]:
        """Every block as it is packed, and the articles that it holds."""
        for block in range(len(self._first) - 1):
            articles = range(int(self._first[block]), int(self._first[block + 1]))
            yield articles, _packed(self._pages, self._at, block)


def _packed(pages: Pages, at: Array, block: int) -> bytes:
    return pages.part("stored.data", int(at[block]), int(at[block + 1])).tobytes()


def _unpacked(pages: Pages, at: Array, block: int) -> tuple[list[Any], bytes, list[int]]:
    try:
        data = zstd.ZstdDecompressor().decompress(_packed(pages, at, block), _LARGEST)
    except zstd.ZstdError as error:
        raise DamageError("a block of articles that cannot be unpacked") from error
    head, _, texts = data.partition(b"\n")
    facts = json.loads(head)
    return facts, texts, offsets(np.array([entry[0] for entry in facts])).tolist()
