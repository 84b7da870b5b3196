"""Whoosh's own `Searcher` over the columnar index: schema, query objects, matchers, highlighter.

The vectorised search answers the query language. Whatever else Whoosh's query objects can say
(spans, nested and dismax queries, a user's own ones) is answered by Whoosh's matchers from the same
data. The documents of a reader are those of a snapshot; terms are stems, as the analyzer here makes
them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from whoosh import fields, formats
from whoosh.analysis.acore import Token as WhooshToken
from whoosh.analysis.analyzers import Analyzer
from whoosh.matching.mcore import ListMatcher, Matcher
from whoosh.reading import IndexReader, TermInfo, TermNotFound
from whoosh.searching import Searcher

from searchkit.analysis import stem, tokens
from searchkit.engine.columnar.postinglist import BODY, SHIFT
from searchkit.engine.columnar.strings import decoded, encoded
from searchkit.engine.snapshot import Index, Snapshot

_FIELDS = ("title", "body", "outlet")


class StemAnalyzer(Analyzer):
    """The words of a text by their stems, as the index has them."""

    def __call__(self, value: str, mode: str = "", **_: Any) -> Iterator[WhooshToken]:
        """Yield one token, filled anew for each word."""
        token = WhooshToken(positions=True, chars=True, mode=mode)
        for word, position, start, end in tokens(value, query=mode == "query"):
            token.text = stem(word)
            token.pos, token.startchar, token.endchar = position, start, end
            token.boost, token.stopped = 1.0, False
            yield token


class _Positions(formats.Positions):
    """Values are the positions, as 64-bit numbers in the machine's order."""

    def decode_positions(self, value: bytes) -> list[int]:
        return array("q", value).tolist()


def schema() -> fields.Schema:
    """The fields that can be searched or shown."""
    text = fields.TEXT(analyzer=StemAnalyzer(), stored=True, multitoken_query="phrase")
    text.format = _Positions()
    return fields.Schema(
        id=fields.STORED, title=text, body=text, outlet=text, date=fields.STORED, url=fields.STORED
    )


class ArrayMatcher(ListMatcher):
    """Postings in arrays; skipping is a binary search."""

    def skip_to(self, id: int) -> None:
        """Go to the first posting that is not before a document."""
        self._i = max(self._i, bisect_left(self._ids, id, self._i))


class ColumnarReader(IndexReader):
    """A snapshot as Whoosh reads an index; deleted documents are in none of its postings."""

    def __init__(self, snapshot: Snapshot):
        self.schema = schema()
        self._snapshot = snapshot
        self._found = lru_cache(maxsize=64)(self._keys)

    def _keys(self, fieldname: str, text: bytes) -> Any:
        """Keys of the occurrences of a stem in one field, in documents that are not deleted."""
        index: Index = "outlet" if fieldname == "outlet" else "text"
        snapshot = self._snapshot
        keys = snapshot.keys(index, [snapshot.stem(index, decoded(text))])[0]
        if not snapshot.whole:
            keys = keys[snapshot.live[keys >> SHIFT]]
        if index == "text":
            keys = keys[(keys & BODY != 0) == (fieldname == "body")]
        return keys

    def _term(self, fieldname: str, text: str | bytes) -> Any:
        if fieldname not in _FIELDS:
            raise TermNotFound((fieldname, text))
        keys = self._found(fieldname, text if isinstance(text, bytes) else encoded(text))
        if not keys.size:
            raise TermNotFound((fieldname, text))
        return keys

    def __contains__(self, term: tuple[str, str | bytes]) -> bool:
        try:
            return bool(self._term(*term).size)
        except TermNotFound:
            return False

    def indexed_field_names(self) -> Iterable[str]:
        """The fields that can be searched."""
        return _FIELDS

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The stems of a field from a prefix on, sorted."""
        known: set[bytes] = set()
        for segment in self._snapshot.segments:
            held = segment.outlet if fieldname == "outlet" else segment.text
            known.update(held.stems.between(held.stems.first(prefix), len(held.stems)))
        return ((fieldname, text) for text in sorted(known) if (fieldname, text) in self)

    def all_terms(self) -> Iterator[tuple[str, bytes]]:
        """The stems of all fields."""
        for fieldname in sorted(_FIELDS):
            yield from self.terms_from(fieldname, b"")

    def term_info(self, fieldname: str, text: str | bytes) -> TermInfo:
        """Statistics about a stem."""
        documents, counts = np.unique(self._term(fieldname, text) >> SHIFT, return_counts=True)
        lengths = self._snapshot.numbers(f"{fieldname}_length")[documents]
        return TermInfo(
            weight=float(counts.sum()),
            df=len(documents),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(counts.max()),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def postings(self, fieldname: str, text: str | bytes, scorer: Any = None, **_: Any) -> Matcher:
        """The postings of a stem."""
        keys = self._term(fieldname, text)
        documents, first, counts = np.unique(keys >> SHIFT, return_index=True, return_counts=True)
        positions = (keys & (BODY - 1)).astype(np.int64).tobytes()
        values = [positions[8 * a : 8 * (a + n)] for a, n in zip(first, counts, strict=True)]
        return ArrayMatcher(  # type: ignore[no-untyped-call]
            documents.tolist(),
            counts.astype(float).tolist(),
            values,
            _Positions(),
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def frequency(self, fieldname: str, text: str | bytes) -> int:
        """Occurrences of a stem."""
        return len(self._term(fieldname, text)) if (fieldname, text) in self else 0

    def doc_frequency(self, fieldname: str, text: str | bytes) -> int:
        """Documents with a stem."""
        return int(self.term_info(fieldname, text)._df) if (fieldname, text) in self else 0

    def has_deletions(self) -> bool:
        """Whether some documents are deleted."""
        return not self._snapshot.whole

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return not self._snapshot.live[docnum]

    def all_doc_ids(self) -> Iterator[int]:
        """The documents that are not deleted."""
        return iter(np.flatnonzero(self._snapshot.live).tolist())

    def doc_count_all(self) -> int:
        """All documents, deleted ones included."""
        return self._snapshot.size

    def doc_count(self) -> int:
        """Documents that are not deleted."""
        return self._snapshot.count

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """What is shown of a document."""
        article = self._snapshot.article(docnum)
        return {
            "id": article.id,
            "title": article.title,
            "body": article.text,
            "outlet": " · ".join(article.outlets),
            "date": article.date,
            "url": article.links[0] if article.links else None,
        }

    def all_stored_fields(self) -> Iterator[dict[str, Any]]:
        """The same of all documents that are not deleted."""
        return map(self.stored_fields, self.all_doc_ids())

    def _lengths(self, fieldname: str) -> Any:
        return self._snapshot.numbers(f"{fieldname}_length")[self._snapshot.live]

    def field_length(self, fieldname: str) -> int:
        """Words of a field in all documents."""
        return int(self._lengths(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        """The fewest words of a field."""
        return int(self._lengths(fieldname).min(initial=2**31))

    def max_field_length(self, fieldname: str) -> int:
        """The most words of a field."""
        return int(self._lengths(fieldname).max(initial=0))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:  # noqa: ARG002
        """Words of a field of a document."""
        return int(self._snapshot.numbers(f"{fieldname}_length")[docnum])

    def has_vector(self, docnum: int, fieldname: str) -> bool:  # noqa: ARG002
        """There are none."""
        return False

    def vector(self, docnum: int, fieldname: str, *_: Any, **__: Any) -> Matcher:
        """There are none."""
        raise KeyError(f"no vector of {fieldname} in document {docnum}")


def searcher(snapshot: Snapshot) -> Searcher:
    """Whoosh's searcher over a snapshot."""
    return Searcher(ColumnarReader(snapshot))
