"""HTML to the text that a reader of the page sees, block by block."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|dialog|div|dl|dt|fieldset"
    "|figcaption|figure|footer|form|h[1-6]|header|hr|html|legend|li|main|nav|ol|option|p|pre"
    "|section|summary|table|tbody|tfoot|thead|tr|ul"
)
_UNSEEN = re.compile("head|noscript|template|svg|math|object|canvas|select|audio|video")
#: Their content is no markup: it goes up to the end tag, whatever stands in it.
_RAW = re.compile("script|style|title|textarea|iframe|noembed|noframes|xmp")
#: Elements without an end tag, or whose end need not be written.
_CLOSING_ITSELF = re.compile(
    "area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|dt|dd|tr|td|th|option"
    "|thead|tbody|tfoot|rt|rp|html|head|body|path"
)
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_NAME = re.compile(r"(/?)([a-zA-Z][^\s/>]*)")
# Possessive, so that no text makes it go back.
_REST = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")


def plain_text(markup: str) -> str:
    """What stands in a piece of HTML, its blocks parted by blank lines, list items by "- ".

    Nothing of it is run, fetched or trusted. Broken markup is read as far as it goes, in one pass.

    Args:
        markup: a page or a fragment; text without any markup comes back with its spaces joined.
    """
    reader = _Reader()
    for tag, text in _pieces(markup):
        if tag is None:
            reader.data(text)
        elif text == "/":
            reader.end(tag)
        else:
            reader.start(tag)
    return reader.text()


def depth(markup: str) -> int:
    """How deep elements stand in one another in a piece of HTML, at most."""
    deepest = now = 0
    for tag, text in _pieces(markup):
        if tag is not None and not _CLOSING_ITSELF.fullmatch(tag):
            now = max(0, now - 1) if text == "/" else now + 1
            deepest = max(deepest, now)
    return deepest


def _pieces(markup: str) -> Iterator[tuple[str | None, str]]:
    """Stretches of text, as (None, text), and tags, as (name, "" or "/")."""
    at = 0
    while (opening := markup.find("<", at)) >= 0:
        if opening > at:
            yield None, html.unescape(markup[at:opening])
        name = _NAME.match(markup, opening + 1)
        if name:
            rest = _REST.match(markup, name.end())
            if not rest:
                # A tag without an end is the end, as browsers have it.
                return
            at = rest.end()
            tag = name[2].lower()
            if _RAW.fullmatch(tag) and not name[1]:
                closing = re.compile(f"</{tag}", re.IGNORECASE).search(markup, at)
                if not closing:
                    return
                at = closing.start()
            yield tag, name[1]
        elif markup.startswith(("<!", "<?", "</"), opening):
            comment = markup.startswith("<!--", opening)
            end = markup.find("-->" if comment else ">", opening + (4 if comment else 2))
            if end < 0:
                return
            at = end + (3 if comment else 1)
        else:
            yield None, "<"
            at = opening + 1
    yield None, html.unescape(markup[at:])


class _Reader:
    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._words: list[str] = []
        self._marker = ""
        #: The open element whose content nobody sees, and how many of its kind are open.
        self._unseen = ""
        self._depth = 0

    def text(self) -> str:
        self._end_block()
        return "\n\n".join(self._blocks)

    def _end_block(self) -> None:
        lines = [_SPACES.sub(" ", line).strip() for line in "".join(self._words).split("\v")]
        block = "\n".join(line for line in lines if line)
        if block:
            self._blocks.append(self._marker + block)
            self._marker = ""
        self._words = []

    def start(self, tag: str) -> None:
        if self._unseen == "head" and _BLOCK.fullmatch(tag):
            # Nobody closed the head of the page.
            self._unseen = ""
        if self._unseen:
            self._depth += tag == self._unseen
        elif _UNSEEN.fullmatch(tag):
            self._unseen, self._depth = tag, 1
        elif tag == "br":
            self._words.append("\v")
        elif tag in ("td", "th"):
            self._words.append(" ")
        elif _BLOCK.fullmatch(tag):
            self._end_block()
            if tag != "p":
                self._marker = "- " if tag == "li" else ""

    def end(self, tag: str) -> None:
        if self._unseen:
            self._depth -= tag == self._unseen
            self._unseen = self._unseen if self._depth else ""
        elif _BLOCK.fullmatch(tag):
            self._end_block()

    def data(self, text: str) -> None:
        if not self._unseen:
            # A line break in the source is a space; "\v" stands for <br>.
            self._words.append(text.replace("\v", " "))
