"""Articles and claims as documents of the cluster, and back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from searchkit import analysis
from searchkit.engine.opensearch.layout import escaped, name_term, places
from searchkit.model import Article, Claim, Origin, Source, Span


@frozen
class Document:
    """One document of the cluster."""

    #: Its key there; that of an article is its id.
    key: str
    source: bytes


def claim_key(article_id: str, place: int) -> str:
    """The key of a claim, by its place among the claims of its article."""
    return f"{article_id}/{place}"


def documents(article: Article, claims: Sequence[Claim]) -> Iterator[Document]:
    """The documents of an article: its claims, and itself as the last.

    An article that is there says that its claims are.
    """
    title = _indexed(article.title)
    outlets = [_indexed(name) for name in article.outlets]
    shared = _shared(article)
    for place, claim in enumerate(claims):
        source = {
            "kind": "claims",
            "id": claim.id,
            "number": claim.number,
            **shared,
            "stored": _stored_claim(claim),
            "claims": _words(title, _indexed(claim.text), outlets),
        }
        yield Document(claim_key(article.id, place), _json(source))
    source = {
        "kind": "articles",
        "id": article.id,
        "number": 0,
        **shared,
        "claim_count": len(claims),
        "stored": _stored_article(article),
        "articles": _words(title, _indexed(article.text), outlets),
    }
    yield Document(article.id, _json(source))


_Indexed = tuple[str, int]


def _indexed(text: str) -> _Indexed:
    words = analysis.terms(text).words
    return places(words), len(words)


def _words(title: _Indexed, body: _Indexed, outlets: Sequence[_Indexed]) -> dict[str, Any]:
    return {
        "title": title[0],
        "title_length": title[1],
        "body": body[0],
        "body_length": body[1],
        "outlet": [name for name, _ in outlets],
        "outlet_length": sum(length for _, length in outlets),
    }


def _shared(article: Article) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "article": article.id,
        "outlets": sorted({name_term(name) for name in article.outlets}),
    }
    if article.date:
        shared["date"] = article.date.isoformat()
        shared["month"] = article.date.isoformat()[:7]
    return shared


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Lone surrogates have no UTF-8 form, but an escape.
        return escaped(text).encode()


def _stored_article(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "text": article.text,
        "sources": [
            [s.outlet, s.date.isoformat() if s.date else None, s.link] for s in article.sources
        ],
        "origins": [[origin.path, origin.line] for origin in article.origins],
    }


def article_of(id: str, stored: Mapping[str, Any]) -> Article:
    """An article as it was stored.

    Raises:
        LookupError, TypeError, ValueError: it was not stored by this version.
    """
    return Article(
        stored["title"],
        stored["text"],
        tuple(
            Source(outlet, dt.date.fromisoformat(date) if date else None, link)
            for outlet, date, link in stored["sources"]
        ),
        tuple(Origin(path, line) for path, line in stored["origins"]),
        id,
    )


def _stored_claim(claim: Claim) -> dict[str, Any]:
    return {
        "kind": claim.kind,
        "text": claim.text,
        "span": claim.span,
        "sentence": claim.sentence,
        "lead_in": claim.lead_in,
    }


def claim_of(source: Mapping[str, Any]) -> Claim:
    """A claim as it was stored.

    Raises:
        LookupError, TypeError, ValueError: it was not stored by this version.
    """
    stored = source["stored"]
    return Claim(
        source["id"],
        source["article"],
        source["number"],
        stored["kind"],
        stored["text"],
        Span(*stored["span"]),
        Span(*stored["sentence"]) if stored["sentence"] else None,
        Span(*stored["lead_in"]) if stored["lead_in"] else None,
    )
