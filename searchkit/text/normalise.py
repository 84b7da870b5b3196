"""The one definition of "the same wording"."""

from __future__ import annotations

import re
import unicodedata

_FOLDED = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u0060\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    # Invisible: they change neither the words nor what a reader sees.
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
}
_FOLDS = re.compile(f"[{''.join(_FOLDED)}]")


def normalise(text: str) -> str:
    """Fold what does not change the wording: Unicode form, quotes, dashes, spaces.

    Case is kept: it can tell a name from a word.
    """
    if text.isascii():
        text = text.replace("`", "'")
        # Most sentences have their spaces in order; no other white space can be printed.
        orderly = text.isprintable() and "  " not in text and text == text.strip()
        return text if orderly else " ".join(text.split())
    folded = unicodedata.normalize("NFKC", _folded(text))
    # Once more, because what folding removes or replaces can bring a mark next to another letter.
    if _FOLDS.search(folded):
        folded = unicodedata.normalize("NFKC", _folded(folded))
    return " ".join(folded.split())


def _folded(text: str) -> str:
    # A text holds few different ones, and `str.translate` asks for every character.
    for char in set(_FOLDS.findall(text)):
        text = text.replace(char, _FOLDED[char])
    return text


def same_words(one: str, two: str) -> bool:
    """Whether two passages differ in no more than quotes, dashes, spaces or Unicode form."""
    return one == two or normalise(one) == normalise(two)
