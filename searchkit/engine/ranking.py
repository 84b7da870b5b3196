"""The ranking: BM25F over the fields of a document, for every leaf of a query alike.

A leaf's frequency in a field is weighed and normalised by the field's length, the sum over the
fields is saturated once (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple
weighted fields", CIKM 2004; the idf is Lucene's, which is never negative)::

    x     = sum over fields of  weight * frequency / (1 - b + b * length / mean length)
    idf   = ln(1 + (N - n + 0.5) / (n + 0.5))
    score = idf * x * (k1 + 1) / (k1 + x)

N counts the live documents of the kind and n those that the leaf occurs in. Inflected forms of a
word, the words of an expansion and the occurrences of a phrase each count as one term.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from searchkit.engine.columnar.lookup import Occurrences
from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.spaces import Floats, Space
from searchkit.engine.weights import K1, B, fields_of, idf
from searchkit.query.tree import Leaf, TextField


class LeafScore:
    """The rows that a leaf occurs in, and what it adds to the score of each.

    Raises:
        QueryError: there is no word in it.
    """

    def __init__(self, space: Space, leaf: Leaf):
        self._space = space
        self._weights = fields_of(leaf, space.kind)
        #: The field that occurrences are in which are not in the title beside it.
        self._own: TextField = leaf.field or "body"
        found, self.cut = space.find(leaf)
        self._found = _in_field(found, leaf.field)
        #: The rows, ascending.
        self.rows = self._found.documents

    @property
    def idf(self) -> float:
        """How much the leaf tells rows apart."""
        return idf(self._space.count, len(self.rows))

    def scores(self, at: Ints | None = None) -> Floats:
        """The scores of rows.

        Args:
            at: places among the rows; all of them by default.
        """
        own = self._weight(self._own)
        title = self._weight("title") if self._found.titled.size else own
        return _saturated(self._found, at, own, title, self.idf * (K1 + 1))

    def parts(self, at: int) -> Sequence[tuple[TextField, int, float]]:
        """What a row's score comes from: by field, the frequency and what it weighs."""
        found = self._found
        row = self.rows[at]
        titles = int(found.titles[found.titled == at].sum())
        counts: dict[TextField, int] = {self._own: int(found.frequencies[at]) - titles}
        if titles:
            counts["title"] = titles
        return [
            (name, count, count * float(self._weight(name)[row]))
            for name, count in counts.items()
            if count
        ]

    def _weight(self, name: TextField) -> Floats:
        """What one occurrence in a field weighs in each row."""
        space = self._space
        return space.kept(("weight", name, self._own), lambda: self._weighed(name))

    def _weighed(self, name: TextField) -> Floats:
        lengths, mean = self._space.numbers(f"{name}_length"), self._space.mean(f"{name}_length")
        relative = lengths / mean if mean else np.ones(len(lengths))
        return self._weights[name] / (1 - B + B * relative)


def _in_field(found: Occurrences, field: TextField | None) -> Occurrences:
    """The occurrences in one field only, all of them its own."""
    none = found.titled[:0]
    if field == "title":
        return Occurrences(found.documents[found.titled], found.titles, none, none)
    if field == "body" and found.titled.size:
        frequencies = found.frequencies.astype(np.int64)
        frequencies[found.titled] -= found.titles
        there = frequencies > 0
        return Occurrences(found.documents[there], frequencies[there], none, none)
    return found


def _saturated(
    found: Occurrences, at: Ints | None, own: Floats, title: Floats, most: float
) -> Floats:
    """What occurrences add to the scores of rows.

    Args:
        at: places among the rows; all of them by default.
        own: by row, what an occurrence weighs.
        title: what one in the title weighs.
        most: what so many occurrences add that one more adds nothing.
    """
    rows, frequencies = found.documents, found.frequencies
    if at is not None:
        rows, frequencies = rows[at], frequencies[at]
    weighed = frequencies * own[rows]
    if found.titled.size:
        here, titles = _chosen(found, at)
        rows = rows[here]
        # What ties must tie to the last bit, so nothing is added that is taken off again.
        weighed[here] = (frequencies[here] - titles) * own[rows] + titles * title[rows]
    saturated: Floats = weighed / (weighed + K1) * most
    return saturated


def _chosen(found: Occurrences, at: Ints | None) -> tuple[Ints, Ints]:
    """Which of the chosen places have occurrences in the title, and how many."""
    if at is None:
        return found.titled, found.titles
    titles = np.zeros(len(found.documents), dtype=np.int64)
    titles[found.titled] = found.titles
    chosen = titles[at]
    here = np.flatnonzero(chosen)
    return here, chosen[here]


with suppress(ImportError):
    from searchkit.engine._ranking import _saturated
