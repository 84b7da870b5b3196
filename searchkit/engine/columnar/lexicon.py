"""The stems of an inverted index, and the words that are not their own stem alone.

Most words, every name and every pair of Chinese characters among them, are the only word of their
stem and written as it is. These are kept once, as stems; the others are inflected words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import ne

import numpy as np
from attrs import frozen

from searchkit.analysis import stems as stems_of
from searchkit.engine.columnar import frontcoded, rows
from searchkit.engine.columnar.pages import Held, narrow
from searchkit.engine.columnar.pairs import FIRST, Words, before, spelt
from searchkit.engine.columnar.postings import Encoder
from searchkit.engine.columnar.ragged import Bytes, Ints, offsets, places
from searchkit.engine.columnar.strings import encoded
from searchkit.engine.columnar.union import Strings, united


@frozen
class Lexicon:
    """What the words of a vocabulary become."""

    #: All stems end to end, sorted, and the bytes of each.
    text: Bytes
    sizes: Ints
    #: Different and sorted.
    inflected: Strings
    #: For each inflected word the number of its stem.
    stem_of: Ints
    #: For each word of the vocabulary the number of its stem, and its own among the inflected ones;
    #: any where it is none of them, which one more number stands for too.
    root_of: Ints
    number: Ints
    #: For each pair the number of its stem.
    pair_root: Ints

    def encoder(self) -> Encoder:
        """What makes the posting lists of these stems."""
        return Encoder(self.stem_of, len(self.sizes))

    def arrays(self, name: str, lists: Iterator[bytes], encoder: Encoder) -> dict[str, Held]:
        """The arrays of an inverted index, to be written.

        Args:
            lists: the posting lists of all stems, in their order, as the encoder makes them.
        """
        return {
            **frontcoded.arrays(f"{name}.words", self.inflected.text, np.diff(self.inflected.at)),
            **frontcoded.arrays(f"{name}.stems", self.text, self.sizes),
            f"{name}.stem_of": narrow(self.stem_of),
            f"{name}.lists": lists,
            **rows.later(f"{name}.lists", encoder.sizes),
        }


def lexicon(vocabulary: Sequence[str], pairs: Words) -> Lexicon:
    """The lexicon of different words.

    Args:
        vocabulary: those that are no pairs.
        pairs: sorted. Each is its own stem, and has no other words.
    """
    keys = stems_of(vocabulary)
    stems, (own,) = united([Strings.of(keys)])
    several = np.bincount(own, minlength=len(stems)) > 1
    differs = np.fromiter(map(ne, vocabulary, keys), dtype=bool, count=len(keys))
    apart = np.flatnonzero(differs | several[own])
    inflected, (place,) = united([Strings.of([vocabulary[at] for at in apart.tolist()])])
    number = np.zeros(len(keys) + 1, dtype=np.int64)
    number[apart] = place
    stem_of = np.empty(len(apart), dtype=np.int64)

    # Pairs and other stems in one order.
    low = bisect_left(range(len(stems)), encoded(FIRST), key=stems.__getitem__)
    stem_at = np.arange(len(stems))
    stem_at[low:] += before([stems[at] for at in range(low, len(stems))], pairs)
    is_pair = np.ones(len(stems) + len(pairs), dtype=bool)
    is_pair[stem_at] = False
    pair_at = np.flatnonzero(is_pair)
    root_of = stem_at[own]
    stem_of[place] = root_of[apart]
    text, sizes = _interleaved(
        (stem_at, stems.text, np.diff(stems.at)),
        (pair_at, *spelt(pairs)),
    )
    return Lexicon(text, sizes, inflected, stem_of, root_of, number, pair_at)


def _interleaved(*parts: tuple[Ints, Bytes, Ints]) -> tuple[Bytes, Ints]:
    """Strings end to end, and their sizes, out of several rows of them.

    Args:
        parts: for each row the places that its strings take, these end to end, and their sizes.
    """
    sizes = np.empty(sum(len(at) for at, _, _ in parts), dtype=np.int64)
    for at, _, own in parts:
        sizes[at] = own
    starts = offsets(sizes)
    text = np.empty(int(starts[-1]), dtype=np.uint8)
    for at, own_text, own in parts:
        text[places(starts[at], own)] = own_text
    return text, sizes
