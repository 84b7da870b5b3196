"""Text to words with positions and offsets: the one definition of "same word"."""

from __future__ import annotations

from searchkit.analysis.variants import table as folded_characters
from searchkit.analysis.words import (
    LONGEST,
    VERSION,
    Terms,
    Token,
    fold,
    is_unspaced,
    stem,
    stems,
    terms,
    tokens,
)

__all__ = [
    "LONGEST",
    "VERSION",
    "Terms",
    "Token",
    "fold",
    "folded_characters",
    "is_unspaced",
    "stem",
    "stems",
    "terms",
    "tokens",
]
