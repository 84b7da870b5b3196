"""How articles and claims become documents of Whoosh: fields, columns and stored values."""

from __future__ import annotations

import datetime as dt
import json
from array import array
from collections.abc import Generator, Iterable, Mapping, Sequence
from struct import calcsize
from typing import Any

import attrs
from whoosh import columns, fields, formats

from searchkit.analysis import tokens
from searchkit.engine.base import Kind
from searchkit.model import Article, Claim, Origin, Source, Span
from searchkit.query.tree import TextField

#: Part of every index: one of another layout has to be rebuilt.
VERSION = "1"

TEXT_FIELDS: tuple[TextField, ...] = ("title", "body", "outlet")
#: Positions between two outlets, so that no phrase runs from one into the other, however near.
GAP = 1_000
#: In the column of dates: none of its sources has one.
UNDATED = 0


class _Positions(formats.Format):
    """Postings whose value is the positions, as 32-bit numbers in the machine's order."""

    def decode_positions(self, value: bytes) -> Sequence[int]:
        return array("I", value)


class _Terms(fields.FieldType):
    """A field that is given as pairs of terms and their positions, already analysed."""

    def __init__(self) -> None:
        self.format = _Positions()

    def index(
        self, value: Mapping[str, array[int]], **_: Any
    ) -> Generator[tuple[bytes, int, float, bytes]]:
        for term, positions in value.items():
            count = len(positions)
            yield term.encode(), count, float(count), positions.tobytes()


class _Exact(fields.FieldType):
    """A field of values that are found as a whole."""

    def __init__(self, column: columns.Column | None = None) -> None:
        self.format = formats.Existence()
        self.column_type = column

    def index(self, value: Iterable[str], **_: Any) -> Generator[tuple[bytes, int, float, bytes]]:
        for text in value:
            yield text.encode(errors="replace"), 1, 1.0, b""

    def to_column_value(self, value: Sequence[str]) -> bytes:
        return value[0].encode(errors="replace")


def _number(typecode: str) -> fields.COLUMN:
    # Whoosh leaves the default out of the file. With one that no document has, every value is
    # written, and a column that is short is known to be damaged.
    return fields.COLUMN(columns.NumericColumn(typecode, default=256 ** calcsize(typecode) - 1))


NUMBERS: Mapping[str, str] = {
    "title_length": "I",
    "body_length": "I",
    "outlet_length": "I",
    "date": "I",
    "order": "Q",
    "number": "I",
}


def schema(kind: Kind) -> fields.Schema:
    """The fields of a kind of documents."""
    made: dict[str, Any] = {name: _Terms() for name in TEXT_FIELDS}
    made |= {name: _number(code) for name, code in NUMBERS.items()}
    made["id"] = _Exact(columns.VarBytesColumn())
    made["outlets"] = _Exact()
    made["data"] = fields.STORED()
    if kind == "claims":
        made["article"] = _Exact()
    return fields.Schema(**made)


def _positions(texts: Iterable[str]) -> tuple[dict[str, array[int]], int]:
    """Term -> positions, and how many words there are."""
    found: dict[str, array[int]] = {}
    length = offset = 0
    last = -1
    for text in texts:
        for token in tokens(text):
            last = token.position + offset
            places = found.get(token.word)
            if places is None:
                found[token.word] = array("I", (last,))
            else:
                places.append(last)
            length += 1
        offset = last + GAP
    return found, length


def _texts(title: str, body: str, article: Article) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, texts in (("title", (title,)), ("body", (body,)), ("outlet", article.outlets)):
        document[name], document[f"{name}_length"] = _positions(texts)
    document["date"] = article.date.toordinal() if article.date else UNDATED
    document["outlets"] = list(article.outlets)
    document["order"] = int.from_bytes(article.id.encode()[:8].ljust(8, b"\0"), "big")
    return document


def article_document(article: Article) -> dict[str, Any]:
    """The document of an article."""
    document = _texts(article.title, article.text, article)
    document["id"] = [article.id]
    document["number"] = 0
    data = attrs.asdict(article, value_serializer=_plain)
    document["data"] = json.dumps(data, ensure_ascii=True)
    return document


def claim_documents(article: Article, claims: Sequence[Claim]) -> Iterable[dict[str, Any]]:
    """The documents of an article's claims; the title stands beside each as its context."""
    context = _texts(article.title, "", article)
    for claim in claims:
        document = dict(context)
        document["body"], document["body_length"] = _positions((claim.text,))
        document["id"] = [claim.id]
        document["article"] = [article.id]
        document["number"] = claim.number
        document["data"] = json.dumps(attrs.asdict(claim, recurse=False), ensure_ascii=True)
        yield document


def _plain(_: object, __: object, value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def read_article(data: str) -> Article:
    """The article of a document's stored value."""
    value = json.loads(data)
    value["sources"] = tuple(
        Source(s["outlet"], dt.date.fromisoformat(s["date"]) if s["date"] else None, s["link"])
        for s in value["sources"]
    )
    value["origins"] = tuple(Origin(**origin) for origin in value["origins"])
    return Article(**value)


def read_claim(data: str) -> Claim:
    """The claim of a document's stored value."""
    value = json.loads(data)
    for name in ("span", "sentence", "lead_in"):
        value[name] = Span(*value[name]) if value[name] else None
    return Claim(**value)
