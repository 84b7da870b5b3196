"""The stems of an inverted index, and the words that are not their own stem alone.

Most words, every name and every pair of Chinese characters among them, are the only word of their
stem and written as it is. These are kept once, as stems; the others are inflected words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen

from searchkit.analysis import stems as stems_of
from searchkit.engine.columnar.pages import Held, narrow
from searchkit.engine.columnar.postings import Encoder
from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.columnar.strings import arrays, encoded


@frozen
class Lexicon:
    """What the words of a vocabulary become."""

    #: Sorted, and so are the inflected words.
    stems: Sequence[bytes]
    inflected: Sequence[bytes]
    #: For each inflected word the number of its stem.
    stem_of: Ints
    #: For each word of the vocabulary the number of its stem, and its own among the inflected ones;
    #: any where it is none of them.
    root_of: Ints
    number: Ints

    def encoder(self) -> Encoder:
        """What makes the posting lists of these stems."""
        return Encoder(self.stem_of, len(self.stems))

    def arrays(self, name: str, lists: Iterator[bytes], encoder: Encoder) -> dict[str, Held]:
        """The arrays of an inverted index, to be written.

        Args:
            lists: the posting lists of all stems, in their order, as the encoder makes them.
        """
        return {
            **arrays(f"{name}.words", self.inflected),
            **arrays(f"{name}.stems", self.stems),
            f"{name}.stem_of": narrow(self.stem_of),
            f"{name}.lists": lists,
            f"{name}.at": lambda: narrow(encoder.starts()),
        }


def lexicon(vocabulary: Sequence[str]) -> Lexicon:
    """The lexicon of different words."""
    words = list(map(encoded, vocabulary))
    keys = [
        encoded(root) if root != word else own
        for word, own, root in zip(vocabulary, words, stems_of(vocabulary), strict=True)
    ]
    stems = sorted(set(keys))
    stem_number = {key: at for at, key in enumerate(stems)}
    root_of = np.array([stem_number[key] for key in keys], dtype=np.int64)
    several = np.bincount(root_of, minlength=len(stems))[root_of] > 1
    apart = [at for at, word in enumerate(words) if several[at] or word != keys[at]]
    apart.sort(key=words.__getitem__)
    number = np.zeros(len(words), dtype=np.int64)
    number[apart] = np.arange(len(apart))
    inflected = [words[at] for at in apart]
    return Lexicon(stems, inflected, root_of[np.array(apart, dtype=np.int64)], root_of, number)
