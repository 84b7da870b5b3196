"""Several segments into one, slice by slice, so that memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from searchkit.engine.columnar import pages
from searchkit.engine.columnar.build import facts, ordered
from searchkit.engine.columnar.documents import SMALL, Packer
from searchkit.engine.columnar.lexicon import Lexicon, lexicon
from searchkit.engine.columnar.pages import Held, Written, narrow
from searchkit.engine.columnar.postings import Lists, decode
from searchkit.engine.columnar.ragged import Ints, offsets, places
from searchkit.engine.columnar.segment import Inverted, Segment
from searchkit.engine.columnar.strings import arrays, decoded, encoded

#: Bytes of posting lists that are worked on together.
_SLICE = 1 << 18

_COLUMNS = ("title_length", "body_length", "outlet_length", "date")
_CLAIM_COLUMNS = (
    "number",
    "kind",
    "start",
    "end",
    "first",
    "last",
    "sentence_start",
    "sentence_end",
    "lead_in_start",
    "lead_in_end",
)
_GONE = -1


def merge(path: Path, segments: Sequence[Segment]) -> Written:
    """Write the articles of segments that are not deleted into a new one.

    Args:
        path: of the new file.
        segments: with their articles in the order that they shall have.

    Raises:
        DamageError: what is read is not as it was written.
        OSError: it cannot be written.
    """
    live = [_live(segment) for segment in segments]
    columns = {
        name: np.concatenate([s.column(name)[a] for s, a in zip(segments, live, strict=True)])
        for name in _COLUMNS
    }
    renumbered = []
    base = 0
    for kept in live:
        renumbered.append(np.where(kept, base + np.cumsum(kept) - 1, _GONE))
        base += int(kept.sum())
    rows = [np.repeat(k, s.claims.counts) for s, k in zip(segments, live, strict=True)]
    lengths = columns["title_length"].astype(np.int64) + columns["body_length"]
    return pages.write(
        path,
        {
            **{name: narrow(column) for name, column in columns.items()},
            **_ids("ids", segments, live),
            **_outlets(segments, live),
            **_claims(segments, live, rows),
            **_stored(segments, live),
            **_inverted("outlet", [s.outlet for s in segments], renumbered),
            **_inverted("text", [s.text for s in segments], renumbered),
        },
        facts(base, int(sum(kept.sum() for kept in rows)), lengths),
    )


def _live(segment: Segment) -> NDArray[np.bool_]:
    live = np.ones(segment.size, dtype=bool)
    live[segment.deleted] = False
    return live


def _ids(
    name: str, segments: Sequence[Segment], kept: Sequence[NDArray[np.bool_]]
) -> dict[str, Held]:
    texts, sizes, keys = [], [], []
    for segment, chosen in zip(segments, kept, strict=True):
        at = segment.pages.array(f"{name}.at").astype(np.int64)
        counts = np.diff(at)[chosen]
        text = segment.pages.array(f"{name}.text")
        texts.append(text[places(at[:-1][chosen], counts)])
        sizes.append(counts)
        key = np.empty(len(chosen), dtype=np.uint64)
        key[segment.pages.array(f"{name}.order")] = segment.pages.array(f"{name}.key")
        keys.append(key[chosen])
    return {
        f"{name}.text": np.concatenate(texts),
        f"{name}.at": narrow(offsets(np.concatenate(sizes))),
        **ordered(name, np.concatenate(keys)),
    }


def _outlets(segments: Sequence[Segment], live: Sequence[NDArray[np.bool_]]) -> dict[str, Held]:
    counts, named = [], []
    for segment, kept in zip(segments, live, strict=True):
        articles, outlets = segment.named()
        counts.append(segment.column("outlets.counts")[kept])
        named.append(outlets[kept[articles]])
    used = [np.unique(some) for some in named]
    names = sorted(
        {
            encoded(s.outlets[n])
            for s, some in zip(segments, used, strict=True)
            for n in some.tolist()
        }
    )
    number = {name: at for at, name in enumerate(names)}
    merged = []
    for segment, some in zip(segments, named, strict=True):
        new = np.array([number.get(encoded(name), 0) for name in segment.outlets], dtype=np.int64)
        merged.append(new[some])
    return {
        **arrays("outlets", names),
        "outlets.counts": narrow(np.concatenate(counts)),
        "outlets.of": narrow(np.concatenate(merged)),
    }


def _claims(
    segments: Sequence[Segment],
    live: Sequence[NDArray[np.bool_]],
    rows: Sequence[NDArray[np.bool_]],
) -> dict[str, Held]:
    counts = [s.claims.counts[kept] for s, kept in zip(segments, live, strict=True)]
    columns = {
        f"claims.{name}": narrow(
            np.concatenate([s.claims[name][kept] for s, kept in zip(segments, rows, strict=True)])
        )
        for name in _CLAIM_COLUMNS
    }
    return {
        "claims.counts": narrow(np.concatenate(counts)),
        **columns,
        **_ids("claims", segments, rows),
    }


def _stored(segments: Sequence[Segment], live: Sequence[NDArray[np.bool_]]) -> dict[str, Held]:
    packer = Packer()

    def blocks() -> Iterator[bytes]:
        for segment, kept in zip(segments, live, strict=True):
            for articles, block in segment.stored.blocks():
                if len(block) >= SMALL and kept[articles.start : articles.stop].all():
                    yield from packer.copy(block, len(articles))
                    continue
                for number in articles:
                    if kept[number]:
                        article = segment.stored[number]
                        yield from packer.add(article, encoded(article.text))
        yield from packer.flush()

    return packer.arrays(blocks())


@frozen
class _Part:
    """The inverted index of one segment, and what its numbers become."""

    held: Inverted
    #: For each of its articles and stems its new number.
    articles: Ints
    stems: Ints
    #: For each of its inflected words, and for each of its stems a word that has it, the number in
    #: the vocabulary of all.
    words: Ints
    single: Ints

    def lists(self, first: int, last: int) -> tuple[Ints, Lists]:
        """The posting lists of a range of new stems: their stems, and what they hold."""
        low, high = np.searchsorted(self.stems, (first, last)).tolist()
        starts = self.held.starts[low : high + 1].astype(np.int64)
        if low == high:
            return self.stems[:0], _EMPTY
        data = self.held.part(int(starts[0]), int(starts[-1]))
        found = decode(data, starts[:-1] - starts[0], self.single[low:high], self.words)
        return _renumbered(self.stems[low:high], found, self)


_NONE = np.zeros(0, dtype=np.int64)
_EMPTY = Lists(_NONE, _NONE, _NONE, _NONE, _NONE, _NONE)


def _renumbered(stem: Ints, lists: Lists, part: _Part) -> tuple[Ints, Lists]:
    documents = part.articles[lists.documents]
    kept = documents != _GONE
    if kept.all():
        return stem, evolve(lists, documents=documents)
    row = np.repeat(np.arange(len(stem)), lists.counts)[kept]
    counts = np.bincount(row, minlength=len(stem))
    there = np.repeat(kept, lists.frequencies)
    return stem[counts > 0], Lists(
        counts[counts > 0],
        documents[kept],
        lists.frequencies[kept],
        lists.titles[kept],
        lists.positions[there],
        lists.words[there],
    )


def _inverted(name: str, held: Sequence[Inverted], articles: Sequence[Ints]) -> dict[str, Held]:
    vocabulary = sorted(set().union(*(part.words() for part in held)))
    parts, found = _united(held, articles, vocabulary)
    if any((kept == _GONE).any() for kept in articles):
        # What only deleted articles said is left out.
        used = np.zeros(len(vocabulary), dtype=bool)
        for lists in _slices(parts, len(found.stems)):
            used[lists.words] = True
        vocabulary = [vocabulary[at] for at in np.flatnonzero(used).tolist()]
        parts, found = _united(held, articles, vocabulary)
    encoder = found.encoder()
    encoded_lists = (
        encoder.encode(evolve(lists, words=found.number[lists.words]))
        for lists in _slices(parts, len(found.stems))
    )
    return found.arrays(name, encoded_lists, encoder)


def _united(
    held: Sequence[Inverted], articles: Sequence[Ints], vocabulary: Sequence[bytes]
) -> tuple[list[_Part], Lexicon]:
    """The parts, and the lexicon of all together.

    Args:
        vocabulary: the words of all, sorted.
    """
    found = lexicon([decoded(word) for word in vocabulary])
    word_number = {word: at for at, word in enumerate(vocabulary)}
    stem_number = {key: at for at, key in enumerate(found.stems)}
    parts = []
    for part, renumbered in zip(held, articles, strict=True):
        word_of = _numbers(part.inflected, word_number)
        stem_of = _numbers(part.stems, stem_number)
        # A stem's only word is one of the inflected, or the stem itself.
        single = _numbers(part.stems, word_number)
        single[part.stem_of] = word_of
        # A stem that is gone is read with its neighbour; nothing of it is left over.
        stem_of = np.maximum(np.maximum.accumulate(stem_of), 0)
        parts.append(_Part(part, renumbered, stem_of, word_of, single))
    return parts, found


def _numbers(strings: Iterable[bytes], numbers: Mapping[bytes, int]) -> Ints:
    return np.array([numbers.get(one, _GONE) for one in strings], dtype=np.int64)


def _slices(parts: Sequence[_Part], stem_count: int) -> Iterator[Lists]:
    """Stems in order, some at a time, with the posting lists that they have in all parts."""
    if not stem_count:
        return
    sizes = np.zeros(stem_count, dtype=np.int64)
    for part in parts:
        np.add.at(sizes, part.stems, np.diff(part.held.starts.astype(np.int64)))
    before = offsets(sizes)
    first = 0
    while first < stem_count:
        last = int(np.searchsorted(before, before[first] + _SLICE, side="right")) - 1
        last = min(max(last, first + 1), stem_count)
        found = _joined([part.lists(first, last) for part in parts])
        if found.counts.size:
            yield found
        first = last


def _joined(found: Sequence[tuple[Ints, Lists]]) -> Lists:
    """The posting lists of parts of an index as those of the whole."""
    stem = np.concatenate([some for some, _ in found])
    lists = [some for _, some in found]
    counts = np.concatenate([some.counts for some in lists])
    frequencies = np.concatenate([some.frequencies for some in lists])
    # The documents of a part stand before those of the next.
    order = np.argsort(stem, kind="stable")
    first = offsets(counts)
    occurrences = np.diff(offsets(frequencies)[first])
    posting = places(first[:-1][order], counts[order])
    occurrence = places(offsets(occurrences)[:-1][order], occurrences[order])
    begins = np.flatnonzero(np.diff(stem[order], prepend=-1))
    return Lists(
        np.add.reduceat(counts[order], begins) if begins.size else counts,
        np.concatenate([some.documents for some in lists])[posting],
        frequencies[posting],
        np.concatenate([some.titles for some in lists])[posting],
        np.concatenate([some.positions for some in lists])[occurrence],
        np.concatenate([some.words for some in lists])[occurrence],
    )
