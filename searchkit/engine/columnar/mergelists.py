"""Several inverted indexes into one, some stems at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from searchkit.engine.columnar import frontcoded, rows
from searchkit.engine.columnar.pages import Held, narrow
from searchkit.engine.columnar.postings import Encoder, Lists, decode
from searchkit.engine.columnar.ragged import Ints, Numbers, offsets
from searchkit.engine.columnar.segment import Inverted
from searchkit.engine.columnar.union import Strings, union

#: Bytes of posting lists that are worked on together.
_SLICE = 1 << 19
#: Bytes of what is merged that may stay in memory.
_KEPT = 16 << 20
#: The new number of an article that is deleted.
GONE = -1


@frozen
class _Part:
    """One of the inverted indexes."""

    held: Inverted
    #: For each of its stems the number among those of all, ascending.
    stems: Numbers
    #: For each of its stems that has only one word the number of that among the inflected words of
    #: all; any where it is none of them.
    single: Numbers
    #: How many articles and inflected words the parts before it have.
    first_article: int
    first_word: int


@frozen
class _Whole:
    """What is merged, and what its numbers become."""

    parts: Sequence[_Part]
    #: For each article and each inflected word, part after part, its new number.
    articles: Ints
    words: Numbers
    stems: Strings
    #: The stem of each.
    inflected: Strings
    stem_of: Numbers

    def slices(self) -> Iterator[tuple[Ints, Lists]]:
        """Stems in order, some at a time, and the posting lists that they have in all parts."""
        before = offsets(self._sizes())
        first = read = 0
        while first < len(self.stems):
            last = int(np.searchsorted(before, before[first] + _SLICE, side="right")) - 1
            last = min(max(last, first + 1), len(self.stems))
            found = self._lists(first, last)
            if found[0].size:
                yield found
            read += int(before[last] - before[first])
            if read > _KEPT:
                for part in self.parts:
                    part.held.forget()
                read = 0
            first = last

    def _sizes(self) -> Ints:
        """Bytes that the posting lists of each stem have in all parts."""
        sizes = np.zeros(len(self.stems), dtype=np.int64)
        for part in self.parts:
            own = part.held.rows.sizes(0, len(part.stems))
            sizes += np.bincount(part.stems, own, len(sizes)).astype(np.int64)
        return sizes

    def _lists(self, first: int, last: int) -> tuple[Ints, Lists]:
        """The posting lists of a range of stems, in the order of stems and then of parts."""
        ends = np.array((first, last), dtype=np.int32)
        spans = [np.searchsorted(part.stems, ends).tolist() for part in self.parts]
        data, starts, held = [], [], 0
        for part, (low, high) in zip(self.parts, spans, strict=True):
            at = part.held.rows.starts(low, high)
            data.append(part.held.part(int(at[0]), int(at[-1])))
            starts.append(at[:-1] - at[0] + held)
            held += len(data[-1])
        own = [slice(*span) for span in spans]
        stem = np.concatenate([p.stems[some] for p, some in zip(self.parts, own, strict=True)])
        single = np.concatenate([p.single[some] for p, some in zip(self.parts, own, strict=True)])
        part_of = np.repeat(np.arange(len(spans)), [high - low for low, high in spans])
        order = np.argsort(stem, kind="stable")
        stem, part_of = stem[order], part_of[order]
        first_article = np.array([part.first_article for part in self.parts])[part_of]
        first_word = np.array([part.first_word for part in self.parts])[part_of]
        found = decode(
            np.concatenate(data),
            np.concatenate(starts)[order],
            single[order],
            self.words,
            first_word,
        )
        begins = np.flatnonzero(np.diff(stem, prepend=-1))
        documents = self.articles[found.documents + np.repeat(first_article, found.counts)]
        counts = np.add.reduceat(found.counts, begins)
        return _left(stem[begins], evolve(found, counts=counts, documents=documents))


def _left(stem: Ints, lists: Lists) -> tuple[Ints, Lists]:
    """What is left of posting lists without the deleted articles."""
    kept = lists.documents != GONE
    if kept.all():
        return stem, lists
    row = np.repeat(np.arange(len(stem)), lists.counts)[kept]
    counts = np.bincount(row, minlength=len(stem))
    there = np.repeat(kept, lists.frequencies)
    return stem[counts > 0], Lists(
        counts[counts > 0],
        lists.documents[kept],
        lists.frequencies[kept],
        lists.titles[kept],
        lists.positions[there],
        lists.words[there],
    )


def merged(name: str, held: Sequence[Inverted], articles: Sequence[Ints]) -> dict[str, Held]:
    """The arrays of an inverted index, to be written.

    Args:
        held: what it is made of.
        articles: for each of these the new numbers of its articles, ascending, or GONE.
    """
    whole = _whole(held, articles)
    if (whole.articles == GONE).any():
        whole = _used(whole)
    encoder = Encoder(whole.stem_of, len(whole.stems))
    return {
        **_strings(f"{name}.words", whole.inflected),
        **_strings(f"{name}.stems", whole.stems),
        f"{name}.stem_of": narrow(whole.stem_of),
        f"{name}.lists": (encoder.encode(lists) for _, lists in whole.slices()),
        **rows.later(f"{name}.lists", encoder.sizes),
    }


def _strings(name: str, strings: Strings) -> dict[str, Held]:
    return frontcoded.arrays(name, strings.text, np.diff(strings.at))


def _whole(held: Sequence[Inverted], articles: Sequence[Ints]) -> _Whole:
    """The vocabulary of all parts, and what becomes of each."""
    stems, numbers = union([Strings(*part.stems.whole()) for part in held])
    several = np.zeros(len(stems), dtype=bool)
    plain = np.zeros(len(stems), dtype=bool)
    for part, number in zip(held, numbers, strict=True):
        several[number[part.stem_of]] = True
        plain[number[part.plain]] = True
    # What is its stem's only word in one part, and not in another, is one of several now.
    both = np.flatnonzero(several & plain)
    lists = [Strings(*part.inflected.whole()) for part in held]
    inflected, (*words, of_both) = union([*lists, stems.chosen(both)])
    stem_of = np.zeros(len(inflected), dtype=np.int32)
    stem_of[of_both] = both
    as_word = np.zeros(len(stems), dtype=np.int32)
    as_word[both] = of_both
    parts = []
    first_article = first_word = 0
    for part, number, word, new in zip(held, numbers, words, articles, strict=True):
        stem_of[word] = number[part.stem_of]
        single = as_word[number]
        single[part.stem_of] = word
        parts.append(_Part(part, number, single, first_article, first_word))
        first_article += len(new)
        first_word += len(word)
    return _Whole(parts, np.concatenate(articles), np.concatenate(words), stems, inflected, stem_of)


def _used(whole: _Whole) -> _Whole:
    """The same without what only deleted articles said."""
    stems = np.zeros(len(whole.stems), dtype=bool)
    words = np.zeros(len(whole.inflected), dtype=bool)
    told_apart = np.zeros(len(whole.stems), dtype=bool)
    told_apart[whole.stem_of] = True
    for numbers, lists in whole.slices():
        stems[numbers] = True
        posting = np.repeat(told_apart[numbers], lists.counts)
        words[lists.words[np.repeat(posting, lists.frequencies)]] = True
    # What is gone has the number of the one before it; nothing of it is left over.
    stem = _numbered(stems)
    word = _numbered(words)
    kept = np.flatnonzero(words)
    return _Whole(
        [
            evolve(
                part, stems=stem[part.stems], single=word[part.single] if len(word) else part.single
            )
            for part in whole.parts
        ],
        whole.articles,
        word[whole.words],
        whole.stems.chosen(np.flatnonzero(stems)),
        whole.inflected.chosen(kept),
        stem[whole.stem_of[kept]],
    )


def _numbered(kept: NDArray[np.bool_]) -> Numbers:
    """The numbers of things when only some of them are left."""
    found: Numbers = np.maximum(np.cumsum(kept, dtype=np.int32) - 1, 0)
    return found
