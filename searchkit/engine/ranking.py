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

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from searchkit.engine.base import Kind
from searchkit.engine.occurrences import Occurrences
from searchkit.engine.spaces import Space
from searchkit.query.tree import Leaf, TextField

Floats = NDArray[np.float64]

K1 = 1.2
B = 0.75
#: What is searched when the query names no field, and how much an occurrence counts there. A
#: claim is judged by its own words; the title of its article is context.
WEIGHTS: Mapping[Kind, Mapping[TextField, float]] = {
    "articles": {"title": 2.0, "body": 1.0},
    "claims": {"title": 0.3, "body": 1.0},
}


@frozen
class FieldPart:
    """What one field gives to the score of a leaf."""

    name: TextField
    found: Occurrences
    #: weight * frequency / normalised length, for each row found.
    weighed: Floats


@frozen
class LeafScore:
    """The scores of a leaf over all rows."""

    scores: Floats
    idf: float
    parts: Sequence[FieldPart]
    cut: bool


def fields_of(leaf: Leaf, kind: Kind) -> Mapping[TextField, float]:
    """The fields that a leaf is looked for in, with their weights."""
    return {leaf.field: 1.0} if leaf.field else WEIGHTS[kind]


def score_leaf(space: Space, leaf: Leaf) -> LeafScore:
    """Find a leaf and score every row that holds it.

    Raises:
        QueryError: there is no word in it.
    """
    summed = np.zeros(space.size)
    count = int(np.count_nonzero(space.live))
    parts = []
    for name, weight in fields_of(leaf, space.kind).items():
        found = space.find(leaf, name)
        lengths = space.numbers(f"{name}_length")
        mean = lengths[space.live].sum() / max(count, 1)
        relative = lengths[found.documents] / mean if mean else np.ones(len(found.documents))
        weighed = weight * found.frequencies / (1 - B + B * relative)
        summed[found.documents] += weighed
        parts.append(FieldPart(name, found, weighed))
    holding = np.count_nonzero(summed)
    idf = float(np.log1p((count - holding + 0.5) / (holding + 0.5)))
    scores = idf * summed * (K1 + 1) / (K1 + summed)
    return LeafScore(scores, idf, parts, any(part.found.cut for part in parts))
