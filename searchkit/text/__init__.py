"""Text to spans, without knowing what it is about: normalisation, blocks, sentences, clauses."""

from __future__ import annotations

from searchkit.text.blocks import Block, BlockKind, blocks, trimmed
from searchkit.text.clauses import clauses
from searchkit.text.normalise import normalise, same_words
from searchkit.text.sentences import item_markers, sentences, sentences_and_items

__all__ = [
    "Block",
    "BlockKind",
    "blocks",
    "clauses",
    "item_markers",
    "normalise",
    "same_words",
    "sentences",
    "sentences_and_items",
    "trimmed",
]
