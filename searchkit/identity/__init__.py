"""What an article is recognised by: its links, its title and the likeness of its text."""

from __future__ import annotations

from searchkit.identity.recognise import (
    canonical_link,
    content_hash,
    identities,
    identity_of,
    keys,
    match,
    mint,
    title_key,
)
from searchkit.identity.sketch import SIMILAR, similarity, sketch, sketches

__all__ = [
    "SIMILAR",
    "canonical_link",
    "content_hash",
    "identities",
    "identity_of",
    "keys",
    "match",
    "mint",
    "similarity",
    "sketch",
    "sketches",
    "title_key",
]
