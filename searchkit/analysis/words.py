"""Where the words of a text are, and which of them are the same.

A word is a run of letters or a run of digits; what is written together (``COVID-19``, ``COVID19``)
stands side by side. Chinese and Japanese runs become overlapping pairs of characters, so that any
part of them is found without a dictionary; traditional and simplified forms are the same. Words are
compared by their English stem.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import count
from typing import NamedTuple

import Stemmer

from searchkit.analysis.variants import table

#: Part of every index: one that was made with other rules has to be rebuilt.
VERSION = "2"

#: Longer runs are no words of a language; their beginning is what is compared, in code points.
LONGEST = 64

# Han, kana (without the dots and hyphens that separate words), Hangul and Thai.
_UNSPACED = (
    "\u3005-\u3007\u3021-\u3029\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u1100-\u11ff\uac00-\ud7af\uff66-\uffdc\u0e00-\u0e7f"
)
# Marks that belong to the letter before them, and joiners that are not seen.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u00ad\u200c\u200d\u2060"
)
_INDIC = "\u0900-\u0963\u0971-\u0dff"
_APOSTROPHE = "['’ʼ＇]"
#: All that most texts in a western language are written with, and those of `_MARKS` among it.
_WESTERN = re.compile("[\0-\u036f\u2000-\u2bff]*")
_WESTERN_MARKS = "\u0300-\u036f\u00ad\u200c\u200d\u2060"
_POSSESSIVE = f"{_APOSTROPHE}[sS]$"
_UNSEEN = f"{_APOSTROPHE}|[\u00ad\u200c\u200d\u2060]"
_ACCENTS = re.compile("[\u0300-\u036f]")
# They are part of the character before them: voicing marks of kana, vowels and finals of Hangul.
_DEPENDENT = re.compile("[\u3099\u309a\uff9e\uff9f\u1160-\u11ff]")


@cache
def _pattern(*, western: bool) -> re.Pattern[str]:
    """What is a word.

    Args:
        western: in a text of `_WESTERN` characters only. It is the same there, but Python takes a
            tenth of the time to compile it: it goes through all characters of each class.
    """
    letter = "[^\\W\\d_ʼ]" if western else f"(?:[^\\W\\d_ʼ{_UNSPACED}]|[{_INDIC}])"
    letters = f"(?:{letter}++[{_WESTERN_MARKS if western else _MARKS}]*+)++"
    kinds = [
        "(?P<number>\\d{1,3}(?:,\\d{3})++(?!\\d)(?:\\.\\d++)?|\\d++(?:\\.\\d++)?)",
        f"(?P<acronym>{letter}(?:\\.{letter})++(?:\\.?{_APOSTROPHE}[sS])?(?!{letter}))",
        f"(?P<word>(?!{_APOSTROPHE})(?:{_APOSTROPHE}?{letters})++)",
    ]
    if not western:
        kinds.insert(0, f"(?P<unspaced>[{_UNSPACED}]++)")
    return re.compile("|".join(kinds))


@cache
def _plain_unspaced() -> re.Pattern[str]:
    """Characters that stand for themselves, each alone."""
    return re.compile(
        "[\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]*"
    )


class Token(NamedTuple):
    """A word of a text."""

    #: Folded, not stemmed.
    word: str
    #: Words before it; a run of n Chinese or Japanese characters counts n.
    position: int
    #: Where it stands, in code points.
    start: int
    end: int


class Terms(NamedTuple):
    """The words of a text as parallel lists; the position of a word is its place in them."""

    words: list[str]
    #: Where each stands, in code points.
    starts: list[int]
    ends: list[int]


def fold(text: str) -> str:
    """The text without differences of case, accent, width and kind of Han characters."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return folded
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFC", bare).translate(table())


def tokens(text: str, *, query: bool = False) -> Iterator[Token]:
    """The words of a text, in order.

    Args:
        query: leave out the single character that ends a longer Chinese or Japanese run; texts
            have it so that one character alone is found too.
    """
    words, starts, ends = terms(text)
    found = map(Token._make, zip(words, count(), starts, ends, strict=False))
    if not query:
        return found
    # It ends where the pair before it does.
    lasts = [-1, *ends]
    return (token for token in found if token.end != lasts[token.position])


def terms(text: str) -> Terms:
    """The words of a text at once: what `tokens` gives, without an object for each."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    western = _WESTERN.fullmatch(text) is not None
    for found in _pattern(western=western).finditer(text):
        start, end = found.span()
        if found.lastgroup != "unspaced":
            words.append(_word(found[0][: 4 * LONGEST]))
            starts.append(start)
            ends.append(end)
        elif _plain_unspaced().fullmatch(found[0]):
            run = found[0].translate(table())
            words += map(str.__add__, run, run[1:])
            words.append(run[-1])
            starts += range(start, end)
            ends += range(start + 2, end + 1)
            ends.append(end)
        else:
            units = _units(found[0], start)
            run = "".join(unit for unit, _, _ in units).translate(table())
            words += map(str.__add__, run, run[1:])
            words.append(run[-1])
            starts += (first for _, first, _ in units)
            ends += (after for _, _, after in units[1:])
            ends.append(end)
    return Terms(words, starts, ends)


def _units(run: str, start: int) -> list[tuple[str, int, int]]:
    """The characters of an unspaced run in their standard form, each with its place."""
    units = []
    at = 0
    while at < len(run):
        end = at + 1
        while end < len(run) and (_DEPENDENT.match(run, end) or unicodedata.combining(run[end])):
            end += 1
        for character in unicodedata.normalize("NFKC", run[at:end]):
            units.append((character, start + at, start + end))
        at = end
    return units


@lru_cache(maxsize=1 << 16)
def _word(written: str) -> str:
    if written.isascii() and written.isalpha():
        return written[:LONGEST].lower()
    if written[0].isdigit():
        return fold(written.replace(",", ""))[:LONGEST]
    bare = re.sub(_UNSEEN, "", re.sub(_POSSESSIVE, "", written)).replace(".", "")
    return fold(bare[:LONGEST])[:LONGEST]


def is_unspaced(word: str) -> bool:
    """Whether a word is one or two characters of a Chinese, Japanese, Korean or Thai run."""
    if _WESTERN.fullmatch(word[:1]):
        return False
    found = _pattern(western=False).match(word)
    return found is not None and found.lastgroup == "unspaced"


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 0)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """What a folded word has in common with its inflected forms: the Snowball English stem."""
    if not _is_english(word):
        return word
    found = str(_stemmer().stemWord(word))
    # AED is no form of "a".
    return found if len(found) > 1 else word


def stems(words: Sequence[str]) -> list[str]:
    """The stems of many folded words, as `stem` finds them one by one."""
    roots = _stemmer().stemWords(words)
    return [
        root if root == word or (len(root) > 1 and _is_english(word)) else word
        for word, root in zip(words, roots, strict=True)
    ]


def _is_english(word: str) -> bool:
    return len(word) > 2 and word.isascii() and word.isalpha()
