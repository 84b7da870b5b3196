"""Several segments into one, slice by slice, so that memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from searchkit.engine.columnar import frontcoded, pages, rows, union
from searchkit.engine.columnar.build import facts, ordered
from searchkit.engine.columnar.documents import SMALL, Packer
from searchkit.engine.columnar.pages import Held, Written, narrow
from searchkit.engine.columnar.postings import Encoder, Lists, decode
from searchkit.engine.columnar.ragged import Ints, offsets, places
from searchkit.engine.columnar.segment import Inverted, Segment
from searchkit.engine.columnar.strings import arrays, encoded

#: Bytes of posting lists that are worked on together.
_SLICE = 1 << 18
#: Bytes of what is merged that may stay in memory.
_KEPT = 32 << 20

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
            segment.pages.forget()
        yield from packer.flush()

    return packer.arrays(blocks())


@frozen
class _Part:
    """The inverted index of one segment, and what its numbers become."""

    held: Inverted
    #: For each of its articles and stems its new number.
    articles: Ints
    stems: Ints
    #: For each of its inflected words, and for each of its stems that has only one word, the number
    #: among the inflected words of all; any where it is none of them.
    words: Ints
    single: Ints

    def lists(self, first: int, last: int) -> tuple[Ints, Lists]:
        """The posting lists of a range of new stems: their stems, and what they hold."""
        low, high = np.searchsorted(self.stems, (first, last)).tolist()
        if low == high:
            return self.stems[:0], _EMPTY
        starts = self.held.rows.starts(low, high)
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


@frozen
class _Vocabulary:
    """The stems and inflected words of several parts together."""

    stems: union.Strings
    #: Sorted, with the stem of each.
    inflected: Sequence[bytes]
    stem_of: Ints

    def arrays(self, name: str, lists: Iterator[Lists]) -> dict[str, Held]:
        """The arrays of an inverted index, to be written."""
        encoder = Encoder(self.stem_of, len(self.stems))
        return {
            **frontcoded.arrays(f"{name}.words", self.inflected),
            **frontcoded.joined(f"{name}.stems", self.stems.text, np.diff(self.stems.at)),
            f"{name}.stem_of": narrow(self.stem_of),
            f"{name}.lists": map(encoder.encode, lists),
            **rows.later(f"{name}.lists", encoder.sizes),
        }


def _inverted(name: str, held: Sequence[Inverted], articles: Sequence[Ints]) -> dict[str, Held]:
    found, parts = _united(held, articles)
    if any((kept == _GONE).any() for kept in articles):
        found, parts = _used(found, parts)
    return found.arrays(name, (lists for _, lists in _slices(parts, len(found.stems))))


def _united(held: Sequence[Inverted], articles: Sequence[Ints]) -> tuple[_Vocabulary, list[_Part]]:
    """The vocabulary of all parts, and what becomes of each."""
    stems, numbers = union.union([part.all_stems() for part in held])
    stem_of: dict[bytes, int] = {}
    several = np.zeros(len(stems), dtype=bool)
    plain = np.zeros(len(stems), dtype=bool)
    for part, number in zip(held, numbers, strict=True):
        stem_of.update(zip(part.inflected, number[part.stem_of].tolist(), strict=True))
        several[number[part.stem_of]] = True
        plain[number[part.plain]] = True
    # What is its stem's only word in one part, and not in another, is one of several now.
    both = np.flatnonzero(several & plain)
    stem_of.update((stems[at], at) for at in both.tolist())
    words = sorted(stem_of)
    word_number = {word: at for at, word in enumerate(words)}
    as_word = np.zeros(len(stems), dtype=np.int64)
    as_word[both] = [word_number[stems[at]] for at in both.tolist()]
    parts = []
    for part, number, renumbered in zip(held, numbers, articles, strict=True):
        word_of = np.array([word_number[word] for word in part.inflected], dtype=np.int64)
        single = as_word[number]
        single[part.stem_of] = word_of
        parts.append(_Part(part, renumbered, number, word_of, single))
    known = np.array([stem_of[word] for word in words], dtype=np.int64)
    return _Vocabulary(stems, words, known), parts


def _used(found: _Vocabulary, parts: Sequence[_Part]) -> tuple[_Vocabulary, list[_Part]]:
    """The same without what only deleted articles said."""
    stems = np.zeros(len(found.stems), dtype=bool)
    words = np.zeros(len(found.inflected), dtype=bool)
    told_apart = np.zeros(len(found.stems), dtype=bool)
    told_apart[found.stem_of] = True
    for numbers, lists in _slices(parts, len(found.stems)):
        stems[numbers] = True
        posting = np.repeat(told_apart[numbers], lists.counts)
        words[lists.words[np.repeat(posting, lists.frequencies)]] = True
    stem = np.cumsum(stems) - 1
    word = np.maximum(np.cumsum(words) - 1, 0)
    kept = np.flatnonzero(words)
    vocabulary = _Vocabulary(
        found.stems.chosen(np.flatnonzero(stems)),
        [found.inflected[at] for at in kept.tolist()],
        stem[found.stem_of[kept]],
    )
    # A stem that is gone has the number of the one before it; nothing of it is left over.
    return vocabulary, [
        evolve(
            part,
            stems=np.maximum(stem[part.stems], 0),
            words=word[part.words],
            single=word[part.single] if kept.size else part.single,
        )
        for part in parts
    ]


def _slices(parts: Sequence[_Part], stem_count: int) -> Iterator[tuple[Ints, Lists]]:
    """Stems in order, some at a time, with the posting lists that they have in all parts."""
    if not stem_count:
        return
    sizes = np.zeros(stem_count, dtype=np.int64)
    for part in parts:
        own = part.held.rows.sizes(0, len(part.held.rows))
        sizes += np.bincount(part.stems, weights=own, minlength=stem_count).astype(np.int64)
    before = offsets(sizes)
    first = read = 0
    while first < stem_count:
        last = int(np.searchsorted(before, before[first] + _SLICE, side="right")) - 1
        last = min(max(last, first + 1), stem_count)
        found = _joined([part.lists(first, last) for part in parts])
        if found[0].size:
            yield found
        read += int(before[last] - before[first])
        if read > _KEPT:
            for part in parts:
                part.held.forget()
            read = 0
        first = last


def _joined(found: Sequence[tuple[Ints, Lists]]) -> tuple[Ints, Lists]:
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
    return stem[order][begins], Lists(
        np.add.reduceat(counts[order], begins) if begins.size else counts,
        np.concatenate([some.documents for some in lists])[posting],
        frequencies[posting],
        np.concatenate([some.titles for some in lists])[posting],
        np.concatenate([some.positions for some in lists])[occurrence],
        np.concatenate([some.words for some in lists])[occurrence],
    )
