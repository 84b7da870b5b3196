"""How articles become documents of Whoosh: fields, columns and stored values.

Claims have no documents of their own. A claim is a range of the positions of its article's title or
body, so its words are indexed once, with the article's.
"""

from __future__ import annotations

import datetime as dt
import json
from array import array
from bisect import bisect_left
from collections.abc import Generator, Iterable, Mapping, Sequence
from struct import calcsize
from typing import Any

import attrs
import numpy as np
from whoosh import columns, fields, formats

from searchkit.analysis import is_unspaced, tokens
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
}
#: One for each claim of a document: its number, whether it lies in the title (1) or the body (0),
#: and the range of positions there.
CLAIM = np.dtype([("number", "<u4"), ("title", "<u4"), ("start", "<u4"), ("end", "<u4")])


def schema() -> fields.Schema:
    """The fields of a document."""
    made: dict[str, Any] = {name: _Terms() for name in TEXT_FIELDS}
    made |= {name: _number(code) for name, code in NUMBERS.items()}
    made["id"] = _Exact(columns.VarBytesColumn())
    made["outlets"] = _Exact()
    # The ids of its claims; the position is the claim's place in the document's table.
    made["claims"] = _Terms()
    made["table"] = fields.COLUMN(columns.VarBytesColumn())
    made["data"] = fields.STORED()
    return fields.Schema(**made)


class _Indexed:
    """The words of one field of a document.

    Args:
        texts: the values of the field, one after the other.
    """

    def __init__(self, texts: Iterable[str]):
        #: Word -> positions.
        self.terms: dict[str, array[int]] = {}
        #: Where each word begins and ends in its text, in the order of the positions.
        self.starts = array("Q")
        self.ends = array("Q")
        offset = 0
        last = -1
        for text in texts:
            for word, position, start, end in tokens(text):
                last = position + offset
                places = self.terms.get(word)
                if places is None:
                    self.terms[word] = array("I", (last,))
                else:
                    places.append(last)
                self.starts.append(start)
                self.ends.append(end if len(word) != 2 or not is_unspaced(word) else start + 1)
            offset = last + GAP

    def range_of(self, span: Span) -> tuple[int, int]:
        """The positions of the whole words within a span of the only text."""
        start = bisect_left(self.starts, span.start)
        end = bisect_left(self.starts, span.end, start)
        while end > start and self.ends[end - 1] > span.end:
            end -= 1
        return start, end


def document(article: Article, claims: Sequence[Claim]) -> dict[str, Any]:
    """The document of an article with its claims."""
    title, body = _Indexed((article.title,)), _Indexed((article.text,))
    made: dict[str, Any] = {
        "id": [article.id],
        "date": article.date.toordinal() if article.date else UNDATED,
        "outlets": list(article.outlets),
        "order": int.from_bytes(article.id.encode()[:8].ljust(8, b"\0"), "big"),
        "claims": {claim.id: array("I", (place,)) for place, claim in enumerate(claims)},
    }
    for name, field in (("title", title), ("body", body), ("outlet", _Indexed(article.outlets))):
        made[name], made[f"{name}_length"] = field.terms, len(field.starts)
    made["table"] = np.array(
        [
            (claim.number, in_title, *(title if in_title else body).range_of(claim.span))
            for claim in claims
            for in_title in (claim.kind == "title",)
        ],
        dtype=CLAIM,
    ).tobytes()
    data = attrs.asdict(article, value_serializer=_plain)
    data["claims"] = [
        (claim.id, claim.number, claim.kind, claim.span, claim.sentence, claim.lead_in)
        for claim in claims
    ]
    made["data"] = json.dumps(data, ensure_ascii=True)
    return made


def _plain(_: object, __: object, value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def read_article(data: str) -> Article:
    """The article of a document's stored value."""
    return _article(json.loads(data))


def _article(value: dict[str, Any]) -> Article:
    return Article(
        title=value["title"],
        text=value["text"],
        sources=tuple(
            Source(s["outlet"], dt.date.fromisoformat(s["date"]) if s["date"] else None, s["link"])
            for s in value["sources"]
        ),
        origins=tuple(Origin(**origin) for origin in value["origins"]),
        id=value["id"],
    )


def read_claims(data: str) -> list[Claim]:
    """The claims of a document's stored value, in the order of its table."""
    value = json.loads(data)
    return [
        Claim(
            id=id,
            article=value["id"],
            number=number,
            kind=kind,
            text=value["title" if kind == "title" else "text"][slice(*span)],
            span=Span(*span),
            sentence=Span(*sentence) if sentence else None,
            lead_in=Span(*lead_in) if lead_in else None,
        )
        for id, number, kind, span, sentence, lead_in in value["claims"]
    ]
