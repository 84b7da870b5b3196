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


@frozen
class Lexicon:
    """What the words of a vocabulary become."""

    #: All stems end to end, sorted, and the bytes of each.
    text: Bytes
    sizes: Ints
    #: Sorted.
    inflected: Sequence[bytes]
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
            **frontcoded.arrays(f"{name}.words", self.inflected),
            **frontcoded.joined(f"{name}.stems", self.text, self.sizes),
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
    words = _encoded(vocabulary)
    keys = _encoded(stems_of(vocabulary))
    stems = sorted(set(keys))
    stem_number = {key: at for at, key in enumerate(stems)}
    own = np.array([stem_number[key] for key in keys], dtype=np.int64)
    several = np.bincount(own, minlength=len(stems)) > 1
    differs = np.fromiter(map(ne, words, keys), dtype=bool, count=len(words))
    apart = sorted(np.flatnonzero(differs | several[own]).tolist(), key=words.__getitem__)
    number = np.zeros(len(words) + 1, dtype=np.int64)
    number[apart] = np.arange(len(apart))

    # Pairs and other stems in one order.
    low = bisect_left(stems, encoded(FIRST))
    stem_at = np.arange(len(stems))
    stem_at[low:] += before(stems[low:], pairs)
    is_pair = np.ones(len(stems) + len(pairs), dtype=bool)
    is_pair[stem_at] = False
    pair_at = np.flatnonzero(is_pair)
    root_of = stem_at[own]
    text, sizes = _interleaved(
        (stem_at, np.frombuffer(b"".join(stems), np.uint8), np.array(list(map(len, stems)), int)),
        (pair_at, *spelt(pairs)),
    )
    inflected = [words[at] for at in apart]
    return Lexicon(text, sizes, inflected, root_of[apart], root_of, number, pair_at)


def _encoded(words: Sequence[str]) -> list[bytes]:
    # No word has a line break in it, and one call is faster than one for each.
    return encoded("\n".join(words)).split(b"\n") if words else []


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
