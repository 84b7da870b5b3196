"""Articles with their claims into the arrays of one segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from searchkit.engine.columnar import documents, pages, strings
from searchkit.engine.columnar.layout import KINDS, UNDATED, id_key
from searchkit.engine.columnar.lexicon import lexicon
from searchkit.engine.columnar.pages import Held, Written, narrow
from searchkit.engine.columnar.pairs import LEAST, Words
from searchkit.engine.columnar.postings import Lists
from searchkit.engine.columnar.ragged import Ints, offsets, places
from searchkit.engine.columnar.tokenise import Tokens, tokenise
from searchkit.engine.columnar.vocabulary import Vocabulary
from searchkit.model import Article, Claim

#: Positions between two outlets, so that no phrase runs from one into the other, however near.
GAP = 1_000
#: Occurrences that are worked on together.
_SLICE = 1 << 17

Packed = NDArray[np.uint64]


def build(path: Path, held: Sequence[tuple[Article, Sequence[Claim]]]) -> Written:
    """Write a segment.

    Args:
        path: of the new file.
        held: articles with their claims, no id twice.

    Raises:
        OSError: it cannot be written.
    """
    articles = [article for article, _ in held]
    claims = [claim for _, some in held for claim in some]
    numbers = np.array([len(some) for _, some in held], dtype=np.int64)
    texts = [strings.encoded(text) for a in articles for text in (a.title, a.text)]
    vocabulary = Vocabulary()
    tokens = tokenise(texts, vocabulary, spans=bool(claims))
    lengths = tokens.counts
    arrays: dict[str, Held] = {
        "title_length": narrow(lengths[::2]),
        "body_length": narrow(lengths[1::2]),
        "date": narrow(
            np.array([a.date.toordinal() if a.date else UNDATED for a in articles], dtype=np.int64)
        ),
        **ids("ids", [strings.encoded(article.id) for article in articles]),
        **_outlets(articles),
        **_claims(claims, numbers, tokens),
        **documents.arrays(articles, texts[1::2]),
    }
    arrays |= inverted("text", vocabulary.words, tokens.words, Places.of_texts(lengths))
    return pages.write(path, arrays, facts(len(articles), len(claims), lengths))


def facts(articles: int, claims: int, lengths: Ints) -> dict[str, int]:
    """Numbers about a segment as a whole.

    Args:
        lengths: words of every title and text.
    """
    return {"articles": articles, "claims": claims, "words": int(lengths.sum())}


def ids(name: str, held: Sequence[bytes]) -> dict[str, Held]:
    """The arrays of ids: as they come, and their order."""
    keys = np.array([id_key(id) for id in held], dtype=np.uint64)
    return {**strings.arrays(name, held), **ordered(name, keys)}


def ordered(name: str, keys: NDArray[np.uint64]) -> dict[str, Held]:
    """The arrays that ids are looked up in."""
    order = np.argsort(keys, kind="stable")
    return {f"{name}.key": keys[order], f"{name}.order": narrow(order)}


@frozen
class Places:
    """Where words stand, in the order of documents, titles first, and then of positions."""

    #: For each word the run of words that it is in.
    runs: NDArray[np.int32]
    #: For each run its document, its first word, the position of that, and whether it is a title.
    documents: Ints
    first: Ints
    positions: Ints
    titles: NDArray[np.bool_]

    @classmethod
    def of_texts(cls, lengths: Ints) -> Self:
        """Places in a title and a body of each document, in turn."""
        runs = np.arange(len(lengths))
        return cls(
            np.repeat(runs.astype(np.int32), lengths),
            runs >> 1,
            offsets(lengths)[:-1],
            np.zeros(len(lengths), dtype=np.int64),
            runs & 1 == 0,
        )


def inverted(name: str, vocabulary: Sequence[str], words: Words, where: Places) -> dict[str, Held]:
    """The arrays of an inverted index: a lexicon and posting lists.

    Args:
        vocabulary: the different words, but for pairs.
        words: for each occurrence its word.
        where: it stands.
    """
    bits = np.uint64(len(words).bit_length())
    at_pairs = np.flatnonzero(words >= LEAST)
    of_pairs = _sorted(words[at_pairs], at_pairs, bits)
    pair = of_pairs >> bits
    new = np.diff(pair, prepend=np.uint64(0)) > 0
    found = lexicon(vocabulary, pair[new].astype(np.uint32))
    of_pairs &= (np.uint64(1) << bits) - np.uint64(1)
    of_pairs |= found.pair_root.astype(np.uint64)[np.cumsum(new) - 1] << bits
    packed = by_stem(words, found.root_of, of_pairs, bits)
    encoder = found.encoder()
    parts = (lists(some, bits, words, where, found.number) for some in _slices(packed, bits))
    return found.arrays(name, map(encoder.encode, parts), encoder)


def by_stem(words: Words, root_of: Ints, of_pairs: Packed, bits: np.uint64) -> Packed:
    """All occurrences in the order of stems, and those of each in the order they had.

    Args:
        words: for each occurrence its word.
        root_of: for each word that is no pair its stem.
        of_pairs: the occurrences of pairs, in the order that all shall have.
        bits: of the place below the number of a stem.

    Returns:
        The stem of each, and below it its place.
    """
    at = np.flatnonzero(words < LEAST)
    packed = np.concatenate((_sorted(root_of[words[at]], at, bits), of_pairs))
    # Two runs that are sorted already are merged.
    packed.sort(kind="stable")
    return packed


def _sorted(keys: NDArray[Any], at: Ints, bits: np.uint64) -> Packed:
    """Keys with a place below each, sorted."""
    packed = keys.astype(np.uint64)
    packed <<= bits
    packed |= at.astype(np.uint64)
    packed.sort()
    return packed


def _slices(packed: Packed, bits: np.uint64) -> Iterator[Packed]:
    """Parts of the sorted occurrences that fit in the processor's cache; no stem is parted."""
    first = 0
    while first < len(packed):
        last = min(first + _SLICE, len(packed))
        if last < len(packed):
            stem = packed[last] >> bits
            begins = packed.searchsorted(np.array([stem, stem + np.uint64(1)]) << bits)
            last = int(begins[0] if begins[0] > first else begins[1])
        yield packed[first:last]
        first = last


def lists(packed: Packed, bits: np.uint64, words: Words, where: Places, number: Ints) -> Lists:
    """The posting lists of some stems.

    Args:
        packed: the stem of each occurrence, and below it in so many bits its place, sorted.
        words: at each place.
        where: the places are.
        number: of each word, as the lists have it; the last one is any, for all pairs.
    """
    at = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    stem = packed >> bits
    run = where.runs[at]
    documents = where.documents[run]
    new = np.empty(len(at), dtype=bool)
    new[:1] = True
    new[1:] = (stem[1:] != stem[:-1]) | (documents[1:] != documents[:-1])
    first = np.flatnonzero(new)
    ends = np.append(first[1:], len(at))
    titles = offsets(where.titles[run].astype(np.int64))
    begins = np.flatnonzero(np.diff(stem[first], prepend=stem[first[0]] + 1))
    return Lists(
        counts=np.diff(begins, append=len(first)),
        documents=documents[first],
        frequencies=ends - first,
        titles=titles[ends] - titles[first],
        positions=at - where.first[run] + where.positions[run],
        words=number[np.minimum(words[at], len(number) - 1)],
    )


def _outlets(articles: Sequence[Article]) -> dict[str, Held]:
    """The words of outlets, and which articles name which of them."""
    named = [article.outlets for article in articles]
    vocabulary = Vocabulary()
    flat = [strings.encoded(outlet) for outlets in named for outlet in outlets]
    counts = np.array([len(outlets) for outlets in named], dtype=np.int64)
    tokens = tokenise(flat, vocabulary, spans=False)
    article = np.repeat(np.arange(len(named)), counts)
    lengths = np.zeros(len(named), dtype=np.int64)
    np.add.at(lengths, article, tokens.counts)
    # Each begins a gap after the last word of the one before it.
    first = offsets(tokens.counts)[:-1]
    gaps = places(np.zeros(len(counts), dtype=np.int64), counts) * (GAP - 1)
    where = Places(
        np.repeat(np.arange(len(flat), dtype=np.int32), tokens.counts),
        article,
        first,
        first - np.repeat(first[np.minimum(offsets(counts)[:-1], len(first) - 1)], counts) + gaps
        if flat
        else first,
        np.zeros(len(flat), dtype=bool),
    )
    names = sorted(set(flat))
    number = {outlet: at for at, outlet in enumerate(names)}
    return {
        "outlet_length": narrow(lengths),
        **strings.arrays("outlets", names),
        "outlets.counts": narrow(counts),
        "outlets.of": narrow(np.array([number[outlet] for outlet in flat], dtype=np.int64)),
        **inverted("outlet", vocabulary.words, tokens.words, where),
    }


def _claims(claims: Sequence[Claim], numbers: Ints, tokens: Tokens) -> dict[str, Held]:
    """The columns of claims, and the ranges of words that they are."""
    article = np.repeat(np.arange(len(numbers)), numbers)
    kinds = _column(KINDS.index(claim.kind) for claim in claims)
    starts = _column(claim.span.start for claim in claims)
    ends = _column(claim.span.end for claim in claims)
    text = 2 * article + (kinds != 0)
    until = offsets(tokens.counts)
    base = tokens.bases[text]
    first = np.clip(np.searchsorted(tokens.starts, base + starts), until[text], until[text + 1])
    last = np.searchsorted(tokens.ends, base + ends, side="right")
    last = np.clip(last, first, until[text + 1])
    columns = {
        "counts": numbers,
        "number": _column(claim.number for claim in claims),
        "kind": kinds,
        "start": starts,
        "end": ends,
        "first": first - until[text],
        "last": last - until[text],
    }
    for name in ("sentence", "lead_in"):
        spans = [getattr(claim, name) for claim in claims]
        # 0 says that there is none.
        columns[f"{name}_start"] = _column(span.start + 1 if span else 0 for span in spans)
        columns[f"{name}_end"] = _column(span.end if span else 0 for span in spans)
    return {
        **{f"claims.{name}": narrow(column) for name, column in columns.items()},
        **ids("claims", [strings.encoded(claim.id) for claim in claims]),
    }


def _column(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


with suppress(ImportError):
    from searchkit.engine.columnar._build import by_stem, lists
