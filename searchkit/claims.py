"""An article as a numbered list of claims."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING

from searchkit.model import Article, Claim, ClaimKind, Span
from searchkit.text import (
    Block,
    blocks,
    clauses,
    normalise,
    sentences,
    sentences_and_items,
    trimmed,
)

if TYPE_CHECKING:
    from searchkit.model import Selector

#: No look-alikes: i, l, o, u and the digits 0 and 1 are left out where they would mislead.
_LETTERS = "abcdefghjkmnpqrstvwxyz"
_CHARACTERS = "23456789abcdefghjkmnpqrstvwxyz"
#: Two digits of a number, the lower one first.
_PAIRS = [low + high for high in _CHARACTERS for low in _CHARACTERS]
_LENGTH = 10
_SAID = re.compile(r"[^\W_]")


def claim_id(article_id: str, wording: str, taken: Container[str] = ()) -> str:
    """The id of a claim: a short hash of its normalised wording within its article.

    Args:
        taken: ids that are stored already; a newcomer that collides takes an ordinal.
    """
    number = int.from_bytes(
        hashlib.sha256(
            f"{article_id}\0{normalise(wording)}".encode("utf-8", "surrogatepass")
        ).digest()[:12],
        "big",
    )
    number, letter = divmod(number, len(_LETTERS))
    id = _LETTERS[letter]
    for _ in range((_LENGTH - 1) // 2):
        number, digits = divmod(number, len(_PAIRS))
        id += _PAIRS[digits]
    return _free(id + _CHARACTERS[number % len(_CHARACTERS)], taken, 1)[0]


def _free(base: str, taken: Container[str], ordinal: int) -> tuple[str, int]:
    """The first free id from an ordinal on, and its ordinal."""
    id = base
    while id in taken:
        ordinal += 1
        id = f"{base}-{ordinal}"
    return id, ordinal


def claims_of(article: Article, custom: Mapping[str, Selector] | None = None) -> tuple[Claim, ...]:
    """The claims of an article: its title, its sentences or their clauses, then custom ones.

    A heading that only repeats the title is no claim of its own.

    Args:
        article: with its id.
        custom: claims that reviewers marked out, by id; one whose words are not in today's text
            is left out.
    """
    found: list[Claim] = []
    taken: set[str] = set(custom or ())
    ordinals: dict[str, int] = {}

    def add(
        kind: ClaimKind,
        text: str,
        span: Span,
        *,
        sentence: Span | None = None,
        lead_in: Span | None = None,
    ) -> None:
        base = claim_id(article.id, text)
        id, ordinals[base] = _free(base, taken, ordinals.get(base, 1))
        taken.add(id)
        found.append(Claim(id, article.id, len(found), kind, text, span, sentence, lead_in))

    add("title", article.title, Span(0, len(article.title)))
    title = normalise(article.title)
    text = article.text
    for block in blocks(text):
        if block.kind == "heading" and normalise(text[block.span.start : block.span.end]) == title:
            continue
        for sentence, lead_in in _sentences(text, block):
            parts = clauses(text, sentence)
            for part in parts:
                add(
                    "clause" if len(parts) > 1 else "sentence",
                    text[part.start : part.end],
                    part,
                    sentence=sentence if len(parts) > 1 else None,
                    lead_in=lead_in,
                )
    for id, selector in (custom or {}).items():
        if (span := _locate(text, selector)) is not None:
            exact = text[span.start : span.end]
            found.append(Claim(id, article.id, len(found), "custom", exact, span))
    return tuple(found)


def _sentences(text: str, block: Block) -> Iterator[tuple[Span, Span | None]]:
    """The sentences that say something, without list markers, and the lead-in of each."""
    introduced = sentences(text, *block.lead_in)[-1] if block.lead_in else None
    found, items = sentences_and_items(text, *block.span)
    markers = dict(items) if len(found) > 1 else {}
    inline = before = None
    for sentence in found:
        item = sentence.start in markers
        if item and before and text[before.end - 1] in ":：":
            inline = before
        said = trimmed(text, markers.get(sentence.start, sentence.start), sentence.end)
        if _SAID.search(text, *said):
            yield said, (inline or introduced) if item else introduced
        before = sentence


def _locate(text: str, selector: Selector) -> Span | None:
    """The place of the exact words that is nearest to where they stood."""
    if not selector.exact:
        return None
    after = text.find(selector.exact, selector.start)
    before = text.rfind(selector.exact, 0, selector.start + len(selector.exact))
    places = [at for at in (before, after) if at >= 0]
    if not places:
        return None
    start = min(places, key=lambda at: abs(at - selector.start))
    return Span(start, start + len(selector.exact))
