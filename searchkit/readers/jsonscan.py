"""The values of a JSON file one by one with their places, which `json.loads` does not tell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_LONGEST_INTEGER = 400


def _integer(digits: str) -> int | float:
    # Python refuses to convert integers of thousands of digits.
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


DECODER = json.JSONDecoder(parse_int=_integer)


class Scan:
    """One pass over the text of a JSON file.

    Args:
        text: one value, or several of them one after the other as in JSON Lines.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        #: Where the article begins that is being read.
        self.begun = 0
        #: The keys beside "articles", whose values are no articles.
        self.beside: list[str] = []

    def rest(self) -> str:
        """The beginning of what has not been read."""
        return self._text[self.begun : self.begun + 400]

    def articles(self) -> Iterator[tuple[int, Any]]:
        """Offset and value of each article: the items of lists, and objects by themselves.

        Raises:
            json.JSONDecodeError: the article begun is no JSON.
            RecursionError: the article begun is nested too deeply.
        """
        while following := self._next():
            self.begun = self._at
            if following == "[":
                yield from self._items()
            elif following == "{":
                yield from self._object()
            else:
                yield self.begun, self._value()
                if self._next():
                    raise json.JSONDecodeError("Extra data", self._text, self._at)

    def _next(self) -> str:
        """The next character that is no white space; empty at the end."""
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _take(self, wanted: str) -> str:
        found = self._next()
        if not found or found not in wanted:
            expected = " or ".join(f"'{char}'" for char in wanted)
            raise json.JSONDecodeError(f"Expecting {expected}", self._text, self._at)
        self._at += 1
        return found

    def _value(self) -> Any:
        self._next()
        value, self._at = DECODER.raw_decode(self._text, self._at)
        return value

    def _items(self) -> Iterator[tuple[int, Any]]:
        self._take("[")
        if self._next() == "]":
            self._at += 1
            return
        while True:
            self._next()
            self.begun = self._at
            yield self.begun, self._value()
            self.begun = self._at
            if self._take(",]") == "]":
                return

    def _object(self) -> Iterator[tuple[int, Any]]:
        start, members, listed = self._at, dict[str, Any](), False
        self._take("{")
        if self._next() == "}":
            self._at += 1
            yield start, members
            return
        while True:
            if self._next() != '"':
                raise json.JSONDecodeError("Expecting a key in quotes", self._text, self._at)
            key = self._value()
            self._take(":")
            if key == "articles" and self._next() == "[":
                listed = True
                yield from self._items()
            else:
                members[key] = self._value()
            if self._take(",}") == "}":
                break
        if listed:
            self.beside += members
        else:
            yield start, members
