"""How words are stored in the cluster: the mapping of an index, and the terms of it.

Texts are analysed here, by the rules that every engine shares, and sent as words in a row; the
cluster only splits the row. A word takes one position and may be there in several shapes, told
apart by their first character:

    ``=reports``   the word as it is inflected
    ``~report``    its stem, where it may have one
    ``^月``         the first character of a pair of Chinese or Japanese characters

The text as it was read is stored beside them and not indexed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from searchkit import analysis
from searchkit.analysis import is_unspaced, stem
from searchkit.engine.base import Kind
from searchkit.query.tree import TextField

#: Part of every index: one of another layout or analysis has to be rebuilt.
VERSIONS = {"layout": "1", "analysis": analysis.VERSION}

#: No word holds them: between the words of a text, and between the shapes of one word.
BETWEEN, BESIDE = "\n", "\t"
#: Stands for a word that may be any.
GAP = "_"
#: Words between two outlets of one article, more than any phrase reaches over.
_APART = 1_000_000
#: A longer name is counted among those that begin like it: a keyword has at most 32,766 bytes.
_LONGEST_NAME = 5_000
_FIELDS: tuple[TextField, ...] = ("title", "body", "outlet")

SETTINGS: Mapping[str, Any] = {
    # Nothing is seen before a batch has been sent to its last document.
    "refresh_interval": "-1",
    "codec": "best_compression",
    "analysis": {
        "tokenizer": {
            "places": {
                "type": "char_group",
                "tokenize_on_chars": [BETWEEN],
                "max_token_length": 2_048,
            }
        },
        "filter": {
            "shapes": {
                "type": "pattern_capture",
                "preserve_original": False,
                "patterns": [f"([^{BESIDE}]+)"],
            },
            "gaps": {"type": "stop", "stopwords": [GAP]},
        },
        "analyzer": {
            "words": {"type": "custom", "tokenizer": "places", "filter": ["shapes", "gaps"]}
        },
    },
    # The score of a word is how often it occurs; `compile` makes the ranking of it.
    "similarity": {"frequency": {"type": "scripted", "script": {"source": "return doc.freq"}}},
}

_WORDS = {
    "type": "text",
    "analyzer": "words",
    "similarity": "frequency",
    "norms": False,
    "position_increment_gap": _APART,
}
_NUMBER = {"type": "integer", "index": False}
_KEYWORD = {"type": "keyword"}
#: Words of the two kinds are apart, so that a search of one looks at no word of the other.
_OF_A_KIND: Mapping[str, Any] = {
    "properties": dict.fromkeys(_FIELDS, _WORDS) | {f"{name}_length": _NUMBER for name in _FIELDS}
}


def mapping(owner: str) -> dict[str, Any]:
    """The mapping of an index.

    Args:
        owner: the index folder that it belongs to.
    """
    return {
        "dynamic": "strict",
        "_meta": {**VERSIONS, "owner": owner},
        "_source": {"excludes": ["articles", "claims"]},
        "properties": {
            "kind": _KEYWORD,
            "id": _KEYWORD,
            "article": _KEYWORD,
            "number": _NUMBER,
            "date": {"type": "date", "format": "strict_date"},
            "month": _KEYWORD,
            "outlets": _KEYWORD,
            "claim_count": _NUMBER,
            "stored": {"type": "object", "enabled": False},
            "articles": _OF_A_KIND,
            "claims": _OF_A_KIND,
        },
    }


def field_of(kind: Kind, name: TextField) -> str:
    """The field that holds the words of a field."""
    return f"{kind}.{name}"


def length_of(kind: Kind, name: TextField) -> str:
    """The field that holds how many words a field has."""
    return f"{kind}.{name}_length"


def word_term(word: str) -> str:
    """The term of a word as it is inflected."""
    return f"={word}"


def stem_term(root: str) -> str:
    """The term of all words with a stem."""
    return f"~{root}" if _may_be_inflected(root) else f"={root}"


def character_term(character: str) -> str:
    """The term of all pairs that begin with a character."""
    return f"^{character}"


def _may_be_inflected(word: str) -> bool:
    return word.isascii() and word.isalpha()


def places(words: Sequence[str]) -> str:
    """The words of a text in all their shapes, as the cluster splits them."""
    return BETWEEN.join(map(_shapes, words))


@lru_cache(maxsize=1 << 16)
def _shapes(word: str) -> str:
    if _may_be_inflected(word):
        return f"={word}{BESIDE}~{stem(word)}"
    if is_unspaced(word):
        return f"={word}{BESIDE}^{word[0]}"
    return f"={word}"


_SURROGATE = re.compile("[\ud800-\udfff]")
_SPECIAL = re.compile("[\ud800-\udfff\\\\]")


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def escaped(text: str) -> str:
    """JSON whose lone surrogates, which have no UTF-8 form, are written as escapes."""
    return _SURROGATE.sub(_escape, text)


def name_term(name: str) -> str:
    """An outlet as it is counted."""
    return _SPECIAL.sub(_escape, name[:_LONGEST_NAME])


def name_of(term: str) -> str:
    """The outlet that is counted as a term."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), term)


def sendable(ids: Iterable[str]) -> list[str]:
    """Those of the ids that can be there at all, each once, sorted."""
    return sorted({id for id in ids if not _SURROGATE.search(id)})
