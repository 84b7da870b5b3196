"""From query text to tokens: what is an operator, what is a word, and where each one stands."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple, NoReturn, cast, get_args

from searchkit.errors import QueryError
from searchkit.query.tree import ReviewField, TextField

Field = TextField | Literal["date", "id"] | ReviewField
Kind = Literal[
    "word",
    "phrase",
    "prefix",
    "wildcard",
    "fuzzy",
    "star",
    "range",
    "field",
    "open",
    "close",
    "and",
    "or",
    "not",
    "boost",
    "end",
]

TEXT_FIELDS: tuple[TextField, ...] = get_args(TextField)
REVIEW_FIELDS: tuple[ReviewField, ...] = get_args(ReviewField)
FIELDS: tuple[Field, ...] = (*TEXT_FIELDS, "date", *REVIEW_FIELDS, "id")
MAX_LENGTH = 10_000
MAX_SLOP = 100
MAX_BOOST = 1000.0

_QUOTE = "put it in quotes to search for it as it stands"
_OPEN = "(（"
_CLOSE = ")）"
_COLON = ":："
# Keyboards and text editors mix the double quotes, so each of them closes what another opened.
_DOUBLE = '"“”„‟＂'
_CLOSERS = dict.fromkeys(_DOUBLE, _DOUBLE) | {"«": "»", "「": "」", "『": "』"}
_ONLY_CLOSERS = "»」』"
_RANGES = {"[": "]", "［": "］"}
_OPERATORS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not"}
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}")
_SLOP = re.compile(r"~([0-9]*)")
_URL = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*://[^\s{_DOUBLE}{''.join(_CLOSERS)}{_ONLY_CLOSERS}]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Letters and digits, which mean nothing but themselves.
_PLAIN = re.compile(r"[^\W_]+")
#: The same with spaces between, which mean nothing either within quotes.
_RUN = re.compile(r"[\w\s]+")
#: A word of these alone, as most are.
_WHOLE = re.compile(r"[A-Za-z0-9]+(?=\s|$)")
_LIVE = "*?"


class Token(NamedTuple):
    """A piece of the query text."""

    kind: Kind
    #: The words without quotes, escapes and suffixes; a field's name; a range's inside.
    text: str
    #: Offset of its first code point.
    start: int
    #: Slop of a phrase, distance of a fuzzy word, factor of a boost.
    number: float = 0


def fail(query: str, position: int, message: str, remedy: str) -> NoReturn:
    """Raise the error that shows the reader the place."""
    before, after = query[max(0, position - 24) : position], query[position : position + 24]
    head = "…" if position > 24 else ""
    tail = "…" if position + 24 < len(query) else ""
    line = f"{message}, at the mark in: {head}{before}▸{after}{tail}"
    raise QueryError(
        "".join(c if c.isprintable() else " " for c in line),
        position=position,
        place=f"query, character {position + 1}",
        remedy=remedy,
    )


def searchable(text: str) -> bool:
    """Whether anything in the text can be searched for: a letter or a digit of any script."""
    return any(c.isalnum() for c in unicodedata.normalize("NFKC", text))


def scan(query: str) -> list[Token]:
    """Split a query into tokens, the last of them of kind "end".

    Raises:
        QueryError: the text is too long, or a piece of it is malformed.
    """
    if len(query) > MAX_LENGTH:
        fail(
            query,
            MAX_LENGTH,
            f"the query is longer than {MAX_LENGTH:,} characters",
            "search for fewer words",
        )
    if surrogate := _SURROGATE.search(query):
        fail(query, surrogate.start(), "this character is not valid Unicode", "leave it out")
    return _Scanner(query).run()


class _Scanner:
    def __init__(self, query: str) -> None:
        self.query = query
        self.at = 0
        self.tokens: list[Token] = []

    def run(self) -> list[Token]:
        while self.at < len(self.query):
            char = self.query[self.at]
            if char.isspace():
                self.at += 1
            elif char in _OPEN:
                self.add("open", char, self.at)
                self.at += 1
            elif char in _CLOSE:
                self.add("close", char, self.at)
                self.at += 1
                self.boost()
            elif char in _CLOSERS:
                self.phrase(self.at)
            elif self.minus():
                self.add("not", char, self.at)
                self.at += 1
            else:
                self.word(self.at)
        self.add("end", "", len(self.query))
        return self.tokens

    def add(self, kind: Kind, text: str, start: int, number: float = 0) -> None:
        self.tokens.append(Token(kind, text, start, number))

    def fail(self, position: int, message: str, remedy: str = _QUOTE) -> NoReturn:
        fail(self.query, position, message, remedy)

    def peek(self) -> str:
        return self.query[self.at : self.at + 1]

    def minus(self) -> bool:
        """A minus excludes when a space (or nothing, or a bracket) is before it, a term after."""
        before, after = self.query[self.at - 1 : self.at], self.query[self.at + 1 : self.at + 2]
        return (
            self.peek() == "-"
            and (not before or before.isspace() or before in _OPEN)
            and bool(after)
            and not after.isspace()
            and after not in "-" + _CLOSE
        )

    def escaped(self) -> str:
        """The character after a backslash."""
        if self.at + 1 >= len(self.query):
            self.fail(self.at, "nothing follows the backslash", "write \\\\ for a backslash")
        self.at += 2
        return self.query[self.at - 1]

    def phrase(self, start: int) -> None:
        opened, closers = self.at, _CLOSERS[self.query[self.at]]
        self.at += 1
        chars: list[str] = []
        while self.peek() and self.peek() not in closers:
            if run := _RUN.match(self.query, self.at):
                chars.append(run[0])
                self.at = run.end()
            elif self.peek() == "\\":
                chars.append(self.escaped())
            else:
                chars.append(self.peek())
                self.at += 1
        if not self.peek():
            self.fail(opened, "the quote is not closed", f"close it with {closers[0]}")
        self.at += 1
        text = "".join(chars)
        if not searchable(text):
            self.fail(opened, "the quotes hold no letter or digit", "leave them out")
        slop = _SLOP.match(self.query, self.at)
        if slop:
            if not slop[1] or len(slop[1]) > 4 or int(slop[1]) > MAX_SLOP:
                self.fail(
                    self.at,
                    "after a phrase, ~ needs the number of words that may stand between",
                    f'write "near words"~5, at most ~{MAX_SLOP}',
                )
            self.at = slop.end()
        self.add("phrase", text, start, int(slop[1]) if slop else 0)
        self.boost()

    def boost(self) -> None:
        """A ``^2`` right behind a phrase or a group."""
        if self.peek() == "^":
            start = self.at
            while self.peek() and not self.ends_word(self.peek()):
                self.at += 1
            self.add_boost(self.query[start + 1 : self.at], start)

    def add_boost(self, text: str, start: int) -> None:
        if not _NUMBER.fullmatch(text) or not 0 < float(text) <= MAX_BOOST:
            self.fail(
                start,
                f"^ needs a number above 0, at most {MAX_BOOST:.0f}",
                "write word^2 or word^0.5, or put the words in quotes",
            )
        self.add("boost", text, start, float(text))

    def ends_word(self, char: str) -> bool:
        return char.isspace() or char in _OPEN or char in _CLOSE or char in _CLOSERS

    def word(self, start: int) -> None:
        """A word with its field name and its suffixes; `start` is where the leaf begins."""
        if whole := _WHOLE.match(self.query, self.at):
            kind = _OPERATORS.get(whole[0], "word") if start == self.at else "word"
            self.add(kind, whole[0], start)
            self.at = whole.end()
            return
        url = _URL.match(self.query, self.at)
        if url:
            link = url[0]
            # The parentheses of ".../Moon_(band)" are the link's own; one closing too many is not.
            while link[-1] in _CLOSE and _count(link, _CLOSE) > _count(link, _OPEN):
                link = link[:-1]
            self.add("word", link, start)
            self.at += len(link)
            return
        begin = self.at
        chars: list[str] = []
        live: list[bool] = []
        named = start == begin
        while self.peek() and not self.ends_word(self.peek()):
            if plain := _PLAIN.match(self.query, self.at):
                chars += plain[0]
                live += [True] * len(plain[0])
                self.at = plain.end()
                continue
            char = self.peek()
            if char in _ONLY_CLOSERS:
                self.fail(self.at, f"{char} closes a quote that was never opened", "leave it out")
            if char in _COLON and named:
                if self.field("".join(chars)):
                    return
                named = False
            if char == "\\":
                named = False
                chars.append(self.escaped())
                live.append(False)
            else:
                chars.append(char)
                live.append(True)
                self.at += 1
        self.classify("".join(chars), live, start, begin)

    def field(self, name: str) -> bool:
        """Take ``name:`` with its value, unless it is only a word that holds a colon."""
        colon = self.at
        following = self.query[colon + 1 : colon + 2]
        if name.lower() not in FIELDS:
            # Chinese and Japanese prose sets a full-width colon straight after the speaker.
            looks = name.replace("_", "").replace("-", "").isalpha()
            if not name.isascii() and self.peek() != ":":
                looks = False
            if looks and following and not self.value_missing(following) and following != ":":
                self.fail(
                    colon - len(name),
                    f'there is no field "{name}"',
                    f"the fields are {', '.join(FIELDS)}; words with a colon go in quotes",
                )
            return False
        start, field = colon - len(name), cast("Field", name.lower())
        if self.value_missing(following):
            self.fail(
                start, f"nothing stands right after {field}:", f"write {field}:value, without space"
            )
        self.add("field", field, start)
        self.at += 1
        if following in _OPEN:
            return True
        if following in _CLOSERS:
            self.phrase(start)
        elif field == "date" and following in _RANGES:
            self.range(start)
        elif following == "-":
            self.fail(
                self.at,
                "a minus cannot stand between a field and its value",
                f"write -{field}:value",
            )
        else:
            self.word(start)
        return True

    def value_missing(self, following: str) -> bool:
        return not following or following.isspace() or following in _CLOSE

    def range(self, start: int) -> None:
        end = self.query.find(_RANGES[self.peek()], self.at)
        if end < 0:
            self.fail(self.at, "the bracket is not closed", "write date:[2024-07 TO 2024-08]")
        self.add("range", self.query[self.at + 1 : end], start)
        self.at = end + 1
        self.boost()
        if self.peek() and not self.value_missing(self.peek()):
            self.fail(self.at, "something stands right after the range", "put a space before it")

    def classify(self, text: str, live: list[bool], start: int, begin: int) -> None:
        """Tell operators, patterns and plain words apart; `live` is False for what \\ stilled."""
        if start == begin and all(live) and text in _OPERATORS:
            self.add(_OPERATORS[text], text, start)
            return
        caret = _last(text, live, "^")
        if caret is None:
            self.term(text, live, start)
            return
        boost = text[caret + 1 :]
        if caret == 0:
            self.fail(start, "no word stands right before ^", _QUOTE)
        self.term(text[:caret], live[:caret], start)
        self.add_boost(boost, self.at - len(boost) - 1)

    def term(self, text: str, live: list[bool], start: int) -> None:
        # A question mark at the end of a word ends a question far oftener than a pattern.
        plain = len(text)
        while plain and text[plain - 1] == "?" and live[plain - 1]:
            plain -= 1
        patterned = any(live[i] and text[i] in _LIVE for i in range(plain))
        tilde = _last(text, live, "~")
        edits = text[tilde + 1 :] if tilde else None
        if text == "*" and patterned:
            self.add("star", text, start)
        elif not searchable(text):
            self.fail(
                start,
                f'"{text[:20]}" holds no letter or digit to search for',
                "leave it out, or put it in quotes together with its neighbours",
            )
        elif edits is not None and re.fullmatch("[0-9]*", edits):
            if edits not in ("", "1", "2"):
                self.fail(start, "a fuzzy word allows 1 or 2 edits", "write word~ or word~2")
            if patterned:
                self.fail(start, "a pattern cannot be fuzzy", "leave out * and ?, or ~")
            self.add("fuzzy", text[:tilde], start, 2 if edits == "2" else 1)
        elif patterned:
            self.pattern(text[:plain], live, start)
        else:
            self.add("word", text, start)

    def pattern(self, text: str, live: list[bool], start: int) -> None:
        marks = [i for i, char in enumerate(text) if char in _LIVE]
        if not all(live[i] for i in marks):
            self.fail(start, "a pattern cannot search for * or ? themselves", "leave out the \\")
        if marks == [len(text) - 1] and text[-1] == "*":
            self.add("prefix", text[:-1], start)
        else:
            self.add("wildcard", text, start)


def _last(text: str, live: list[bool], char: str) -> int | None:
    """The last place where the character stands unescaped."""
    return next((i for i in range(len(text) - 1, -1, -1) if text[i] == char and live[i]), None)


def _count(text: str, chars: str) -> int:
    return sum(map(text.count, chars))
