"""One segment of a Whoosh index, read in bulk into arrays.

This reaches past Whoosh's per-posting interface into the blocks of its files; the exact pin on the
distribution is what makes that safe.
"""

from __future__ import annotations

import pickle
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate, chain
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from whoosh.filedb.filetables import FileFormatError
from whoosh.index import IndexError as WhooshIndexError
from whoosh.reading import CorruptIndexError, SegmentReader

from searchkit.engine.schema import CLAIM, NUMBERS
from searchkit.errors import EngineError

Ints = NDArray[np.int64]

_DAMAGES = (
    CorruptIndexError,
    FileFormatError,
    WhooshIndexError,
    OSError,
    EOFError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
    pickle.UnpicklingError,
)


@contextmanager
def reading(place: str) -> Iterator[None]:
    """Turn whatever a damaged index makes Whoosh raise into one clear error.

    Raises:
        EngineError
    """
    try:
        yield
    except _DAMAGES as error:
        raise EngineError(
            f"the index is damaged ({type(error).__name__})",
            place=place,
            remedy="run `searchkit index --rebuild`",
        ) from error


@frozen
class Postings:
    """Where a term occurs: documents ascending, and for each its frequency."""

    documents: Ints
    frequencies: Ints
    #: All positions, document after document; empty where the field has none.
    positions: Ints


class Segment:
    """A segment and the place of its documents among those of the whole index.

    Args:
        base: number of documents in the segments before it.
    """

    def __init__(self, reader: SegmentReader, base: int):
        self.reader = reader
        self.base = base
        self.size: int = reader.doc_count_all()
        # Everything is opened at once: the next commit of another process may remove the files.
        self._columns: dict[str, Any] = {
            name: reader.column_reader(name, translate=False) for name in (*NUMBERS, "id", "table")
        }
        if self.size:
            reader.stored_fields(0)

    def deleted(self) -> list[int]:
        """Numbers of its deleted documents, within the segment."""
        return list(self.reader.deleted_docs_set)

    def numbers(self, name: str) -> NDArray[np.int64]:
        """A column of numbers, one for each document."""
        column = self._columns[name]
        if getattr(column, "_count", None) != self.size:
            raise EOFError
        kind = np.dtype(NUMBERS[name]).newbyteorder(">")
        raw = column._dbfile.get(column._basepos, column._fixedlen * self.size)
        return np.frombuffer(raw, dtype=kind).astype(np.int64)

    def claims(self) -> tuple[Ints, NDArray[np.void]]:
        """How many claims each document has, and the table of them all."""
        column = self._columns["table"]
        sizes = np.array(column._lengths, dtype=np.int64)
        if len(sizes) != self.size:
            raise EOFError
        raw = column._dbfile.get(column._basepos, int(sizes.sum()))
        return sizes // CLAIM.itemsize, np.frombuffer(raw, dtype=CLAIM)

    def id(self, document: int) -> str:
        """The id of a document, numbered within the segment."""
        return bytes(self._columns["id"][document]).decode()

    def data(self, document: int) -> str:
        """The stored value of a document, numbered within the segment."""
        return str(self.reader.stored_fields(document)["data"])

    def terms(self, name: str, prefix: str = "") -> Iterator[str]:
        """The terms of a field that begin with the prefix, sorted by their bytes."""
        stem = prefix.encode(errors="replace")
        for found, term in self.reader._terms.terms_from(name, stem):
            if found != name or not term.startswith(stem):
                return
            yield term.decode()

    def postings(self, name: str, term: str) -> Postings | None:
        """Where a term occurs, deleted documents included; None when it does not."""
        place = (name, term.encode(errors="replace"))
        terms = self.reader._terms
        if place not in terms:
            return None
        matcher: Any = terms.matcher(*place, self.reader.schema[name].format)
        documents: list[int] = []
        frequencies: list[float] = []
        positions: list[bytes] = []
        while True:
            matcher._read_data()
            gaps, weights, values = matcher._data
            documents.extend(accumulate(gaps))
            if weights is None:
                weights = 1.0
            frequencies.extend([weights] * len(gaps) if isinstance(weights, float) else weights)
            if values:
                positions.extend(values)
            if matcher._lastblock:
                break
            matcher._goto(matcher._nextoffset)
        return Postings(
            np.array(documents, dtype=np.int64) + self.base,
            np.array(frequencies, dtype=np.int64),
            np.frombuffer(b"".join(positions), dtype=np.uint32).astype(np.int64),
        )


def joined(parts: list[Postings]) -> Postings:
    """The postings of several segments, in the order of the segments."""
    if len(parts) == 1:
        return parts[0]
    return Postings(
        np.concatenate([part.documents for part in parts]),
        np.concatenate([part.frequencies for part in parts]),
        np.concatenate([part.positions for part in parts]),
    )


def merged_terms(segments: list[Segment], name: str, prefix: str) -> Iterator[str]:
    """The terms of all segments, each once, without an order."""
    return iter(dict.fromkeys(chain.from_iterable(s.terms(name, prefix) for s in segments)))
