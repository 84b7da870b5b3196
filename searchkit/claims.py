"""An article as a numbered list of claims."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from hashlib import sha256
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
_IDS = len(_LETTERS) * len(_CHARACTERS) ** (_LENGTH - 1)
_WORD = re.compile(r"[^\W_]")

#: What a claim has that its article does not tell: its id, its kind, where it begins and ends, and
#: as begin and end the whole sentence and the lead-in.
Passage = tuple[str, ClaimKind, int, int, tuple[int, int] | None, tuple[int, int] | None]


def claim_id(article_id: str, wording: str, taken: Container[str] = ()) -> str:
    """The id of a claim: a short hash of its normalised wording within its article.

    Args:
        taken: ids that are stored already; a newcomer that collides takes an ordinal.
    """
    said = f"{article_id}\0{normalise(wording)}".encode("utf-8", "surrogatepass")
    # What the digits do not reach is cut off first: they are cheaper to take from a small number.
    number = int.from_bytes(sha256(said).digest()[:12], "big") % _IDS
    number, letter = divmod(number, len(_LETTERS))
    id = _LETTERS[letter]
    for _ in range((_LENGTH - 1) // 2):
        number, digits = divmod(number, len(_PAIRS))
        id += _PAIRS[digits]
    return _free(id + _CHARACTERS[number], taken, 1)[0]


def custom_id(article_id: str, text: str, place: Selector, taken: Container[str] = ()) -> str:
    """The id of a claim that somebody marks out, as `claim_id`.

    Where its words stand more than once, what stands around them is part of it: whoever marks out
    another place, in another copy of the reviews, marks out another claim.

    Args:
        text: of the article, verbatim.
        place: as `searchkit.anchor.describe` gives it.
    """
    several = text.count(place.exact) > 1
    said = f"{place.prefix}{place.exact}{place.suffix}" if several else place.exact
    return claim_id(article_id, said, taken)


def _free(base: str, taken: Container[str], ordinal: int) -> tuple[str, int]:
    """The first free id from an ordinal on, and its ordinal."""
    id = base
    while id in taken:
        ordinal += 1
        id = f"{base}-{ordinal}"
    return id, ordinal


def passages(article: Article, taken: Iterable[str] = ()) -> list[Passage]:
    """What `claims_of` makes its claims of but for the custom ones, in their order.

    Args:
        article: with its id.
        taken: ids that claims of the article have already.
    """
    found: list[Passage] = []
    ids = set(taken)
    ordinals: dict[str, int] = {}
    for kind, (start, end), sentence, lead_in in _said(article):
        words = article.title if kind == "title" else article.text[start:end]
        id = base = claim_id(article.id, words)
        if id in ids:
            id, ordinals[base] = _free(base, ids, ordinals.get(base, 1))
        ids.add(id)
        found.append((id, kind, start, end, sentence, lead_in))
    return found


def claims_at(article: Article, passages: Iterable[Passage]) -> list[Claim]:
    """The claims that stand at an article's passages."""
    title, text, article_id = article.title, article.text, article.id
    return [
        Claim(
            id,
            article_id,
            number,
            kind,
            title if kind == "title" else text[start:end],
            Span(start, end),
            sentence and Span(*sentence),
            lead_in and Span(*lead_in),
        )
        for number, (id, kind, start, end, sentence, lead_in) in enumerate(passages)
    ]


def claims_of(article: Article, custom: Mapping[str, Selector] | None = None) -> tuple[Claim, ...]:
    """The claims of an article: its title, its sentences or their clauses, then custom ones.

    A heading that only repeats the title is no claim of its own.

    Args:
        article: with its id.
        custom: claims that reviewers marked out, by id; one whose words are not in today's text
            is left out.
    """
    text = article.text
    found = claims_at(article, passages(article, custom or ()))
    for id, selector in (custom or {}).items():
        if (place := _locate(text, selector)) is not None:
            exact = text[place.start : place.end]
            found.append(Claim(id, article.id, len(found), "custom", exact, place))
    return tuple(found)


def _said(article: Article) -> Iterator[tuple[ClaimKind, Span, Span | None, Span | None]]:
    """What the title and the text say in turn: kind, place, the whole sentence, its lead-in."""
    yield "title", Span(0, len(article.title)), None, None
    title = normalise(article.title)
    text = article.text
    for block in blocks(text):
        if block.kind == "heading" and normalise(text[block.span.start : block.span.end]) == title:
            continue
        for sentence, lead_in in _sentences(text, block):
            parts = clauses(text, sentence)
            if len(parts) == 1:
                yield "sentence", parts[0], None, lead_in
            else:
                for part in parts:
                    yield "clause", part, sentence, lead_in


def _sentences(text: str, block: Block) -> Iterator[tuple[Span, Span | None]]:
    """The sentences that say something, without list markers, and the lead-in of each."""
    introduced = sentences(text, *block.lead_in)[-1] if block.lead_in else None
    found, items = sentences_and_items(text, *block.span)
    markers = dict(items) if len(found) > 1 else {}
    inline = before = None
    for sentence in found:
        said, lead_in = sentence, introduced
        if sentence.start in markers:
            if before and text[before.end - 1] in ":：":
                inline = before
            lead_in = inline or introduced
            said = trimmed(text, markers[sentence.start], sentence.end)
        if _WORD.search(text, *said):
            yield said, lead_in
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
