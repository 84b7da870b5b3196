"""The query language: from the text that a reader types to a tree that an engine compiles.

A recursive-descent parser over the tokens of `scan`::

    either := all ("OR" all)*
    all    := unary ("AND"? unary)*
    unary  := ("NOT" | "-") unary | term boost?
    term   := "(" either ")" | field "(" either ")" | field value | word | phrase

docs/query.md is the reference for readers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NoReturn, cast

from searchkit.query.dates import FORMS, Bounds, bounds, range_bounds
from searchkit.query.scan import REVIEW_FIELDS, TEXT_FIELDS, Field, Token, fail, scan
from searchkit.query.tree import (
    And,
    Boost,
    DateRange,
    Everything,
    Fuzzy,
    Id,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Review,
    ReviewField,
    TextField,
    Wildcard,
    Word,
)

MAX_DEPTH = 100

_AS_WORD = "to search for the word itself, write it in lower case or in quotes"


def parse(text: str, today: dt.date | None = None) -> Node:
    """Understand a query.

    Args:
        text: at most 10,000 characters, groups and NOTs nested at most 100 deep.
        today: what ``date:yesterday`` and the like count from; the day it is by default.

    Returns:
        The tree; `Everything` for an empty query. Words that stand side by side are one `And`.

    Raises:
        QueryError: the text is no query; its position, place and message show where and why.
    """
    return _Parser(text, today or dt.date.today()).query()


def positive_leaves(node: Node) -> tuple[Leaf, ...]:
    """The words, phrases and patterns that a match may contain, those under a NOT left out."""
    found: list[Leaf] = []
    waiting = [node]
    while waiting:
        match waiting.pop():
            case And(children) | Or(children):
                waiting.extend(reversed(children))
            case Boost(child, _):
                waiting.append(child)
            case Word() | Phrase() | Prefix() | Wildcard() | Fuzzy() as leaf:
                found.append(leaf)
    return tuple(found)


def review_fields(node: Node) -> frozenset[ReviewField]:
    """Which of status, flag and reviewer the query asks about."""
    found: set[ReviewField] = set()

    def note(review: Review) -> Node:
        found.add(review.field)
        return review

    replace_reviews(node, note)
    return frozenset(found)


def replace_reviews(node: Node, replace: Callable[[Review], Node]) -> Node:
    """The tree with each status, flag and reviewer term replaced by what the function returns."""
    match node:
        case Review():
            return replace(node)
        case And(children):
            return And(tuple(replace_reviews(child, replace) for child in children))
        case Or(children):
            return Or(tuple(replace_reviews(child, replace) for child in children))
        case Not(child):
            return Not(replace_reviews(child, replace))
        case Boost(child, factor):
            return Boost(replace_reviews(child, replace), factor)
        case _:
            return node


class _Parser:
    def __init__(self, text: str, today: dt.date) -> None:
        self.text = text
        self.today = today
        self.tokens = scan(text)
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.token
        self.index += 1
        return token

    def fail(self, position: int, message: str, remedy: str) -> NoReturn:
        fail(self.text, position, message, remedy)

    def query(self) -> Node:
        if self.token.kind == "end":
            return Everything()
        node = self.either(None)
        if self.token.kind == "close":
            self.fail(
                self.token.start, "this parenthesis was never opened", "leave it out or quote it"
            )
        return node

    def either(self, field: Field | None) -> Node:
        parts = [self.all(field)]
        while self.token.kind == "or":
            self.take()
            parts.append(self.all(field))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def all(self, field: Field | None) -> Node:
        parts = [self.unary(field)]
        while self.token.kind not in ("or", "close", "end"):
            if self.token.kind == "and":
                self.take()
            parts.append(self.unary(field))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def unary(self, field: Field | None) -> Node:
        if self.token.kind == "not":
            self.enter(self.take())
            node: Node = Not(self.unary(field))
            self.depth -= 1
            return node
        node = self.term(field)
        if self.token.kind == "boost":
            node = Boost(node, self.take().number)
        return node

    def enter(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(
                token.start,
                f"groups and NOTs are nested more than {MAX_DEPTH} deep",
                "leave out parentheses that change nothing",
            )

    def term(self, field: Field | None) -> Node:
        token = self.take()
        start = token.start
        if token.kind == "field":
            field, token = cast("Field", token.text), self.take()
        if token.kind == "open":
            return self.group(token, field)
        if token.kind in ("and", "or", "not", "close", "end"):
            self.missing(token)
        return self.leaf(token, field, start)

    def group(self, opening: Token, field: Field | None) -> Node:
        self.enter(opening)
        if self.token.kind == "close":
            self.fail(opening.start, "the parentheses are empty", "leave them out or fill them")
        node = self.either(field)
        if self.take().kind != "close":
            self.fail(
                opening.start,
                "the parenthesis is not closed",
                "close it, or put the words in quotes",
            )
        self.depth -= 1
        return node

    def missing(self, token: Token) -> NoReturn:
        """Nothing to search for where an operator wants something."""
        before = self.tokens[self.index - 2] if self.index > 1 else None
        if before and before.kind in ("and", "or", "not"):
            self.fail(before.start, f"nothing to search for follows {before.text}", _AS_WORD)
        if token.kind == "close":
            self.fail(token.start, "this parenthesis was never opened", "leave it out or quote it")
        self.fail(token.start, f"nothing to search for stands before {token.text}", _AS_WORD)

    def leaf(self, token: Token, field: Field | None, start: int) -> Node:
        if token.kind == "star" and field is None:
            return Everything()
        if field == "date":
            return self.date(token, start)
        if field == "id" or field in REVIEW_FIELDS:
            if token.kind not in ("word", "phrase") or token.number:
                self.fail(
                    start,
                    f"{field}: takes a plain value, no pattern",
                    f'put it in quotes to take it as it stands: {field}:"…"',
                )
            if field == "id":
                return Id(token.text.strip(), start)
            return Review(field, token.text.strip(), start)
        assert field is None or field in TEXT_FIELDS
        return self.words(token, field, start)

    def words(self, token: Token, field: TextField | None, start: int) -> Node:
        match token.kind:
            case "star":
                self.fail(start, f"a lone * finds nothing in {field}:", "put letters before it")
            case "phrase":
                return Phrase(token.text, field, int(token.number), start)
            case "prefix":
                return Prefix(token.text, field, start)
            case "wildcard":
                return Wildcard(token.text, field, start)
            case "fuzzy":
                return Fuzzy(token.text, field, int(token.number), start)
        return Word(token.text, field, start)

    def date(self, token: Token, start: int) -> DateRange:
        if token.kind not in ("word", "phrase", "star", "range") or token.number:
            self.fail(start, "a date takes no pattern", FORMS)
        read: Callable[[str, dt.date], Bounds] = range_bounds if token.kind == "range" else bounds
        try:
            first, last = read(token.text.strip(), self.today)
        except ValueError as error:
            self.fail(start, str(error), f"{FORMS}, or date:[2024-07 TO 2024-08]")
        return DateRange(first, last, start)
