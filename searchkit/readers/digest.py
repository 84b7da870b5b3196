"""Digest pages: several articles in one text, each closed by its sources.

    page    := boilerplate? article+
    article := title block+ sources
    sources := "Source:" label url* | "Sources:" ("(n)" label url*)+
    label   := outlet ", " Month D, YYYY          (the date is read from the right)

A title has no marker: it is the first line, or the first line after a source block that is
neither a link nor an entry. Everything a page may lack (link, date, label, the last sources) is
allowed to be missing. docs/corpus.md tells the same to users.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define, field

from searchkit.model import Article, Origin, Parsed, Source
from searchkit.readers.dates import split_label
from searchkit.readers.labels import LINK, read_label
from searchkit.readers.pieces import (
    LONGEST_TITLE,
    Leftovers,
    Lines,
    breaks,
    title_of,
    written_lines,
)

_HEADER = (
    r"[^\S\r\n]*(?:(?i:sources?)|(?:文章|消息|新闻|新聞|资料|資料)?[来來]源|出典)[^\S\r\n]*[:：]"
)
_HEADER_LINE = re.compile(_HEADER)
_ANY_HEADER = re.compile(rf"(?:^|[\r\n]){_HEADER}")
_ENTRY = re.compile(r"[(（\[]\s*\d{1,3}\s*[)）\]]")
_BOILERPLATE = re.compile(
    # Title case ("All Posts by …") is left to headlines.
    r"(?i:skip to (?:main )?content)|跳至内容|(?:View all|All) posts by \S.{0,80}"
)


def is_digest(text: str) -> bool:
    """Whether a line of the text opens a block of sources."""
    return _ANY_HEADER.search(text) is not None


def parse(text: str, path: str) -> Parsed:
    """The articles of a digest page; each body is a slice of the page.

    Args:
        text: the decoded file.
        path: its name, for origins and for what was left out.
    """
    page = _Page(text, path, Lines(text), Leftovers(path), alone=len(_first_two(text)) == 1)
    for match in written_lines(text):
        page.take(match)
    page.close()
    return Parsed(tuple(page.articles), page.left.all())


def _first_two(text: str) -> list[re.Match[str]]:
    matches: Iterator[re.Match[str]] = _ANY_HEADER.finditer(text)
    return [match for match, _ in zip(matches, range(2), strict=False)]


@define
class _Page:
    """The page as read so far, and the article at hand."""

    text: str
    path: str
    lines: Lines
    left: Leftovers
    #: The page has one source block only, so that it may stand above the body.
    alone: bool
    articles: list[Article] = field(factory=list)
    title: str | None = None
    #: Line of the title, or of the sources where there is no title.
    line: int = 1
    #: Where the body begins and where its last line ends; None without a body.
    body: tuple[int, int] | None = None
    #: Boilerplate lines that the body may yet go on after.
    trailing: list[tuple[int, str]] = field(factory=list)
    sources: list[Source] = field(factory=list)
    in_sources: bool = False
    #: End of the line before, as long as the lines below a bare "Sources:" are not numbered.
    listing: int | None = None

    def take(self, match: re.Match[str]) -> None:
        """Read the next line that is not blank."""
        words = match[0][:LONGEST_TITLE].strip()
        header = _HEADER_LINE.match(match[0])
        if header:
            self._open_sources(match, header.end())
        elif _BOILERPLATE.fullmatch(words):
            self._boilerplate(match)
        elif not (self.in_sources and self._source_line(match)):
            self._prose(match)

    def _open_sources(self, match: re.Match[str], label: int) -> None:
        if self.title is None and not self.in_sources:
            self.line = self.lines.at(match.start())
        self._drop_trailing()
        self.in_sources = True
        rest = match[0][label:]
        if rest.strip():
            self.sources += read_label(rest)
        self.listing = None if rest.strip() else match.end()

    def _boilerplate(self, match: re.Match[str]) -> None:
        line = self.lines.at(match.start())
        if self.body is not None and not self.in_sources:
            self.trailing.append((line, match[0]))
        else:
            self.left.add(line, "boilerplate", match[0])

    def _source_line(self, match: re.Match[str]) -> bool:
        """Whether the line belongs to the sources; if so, it is taken."""
        entry = _ENTRY.match(match[0].lstrip())
        listing, self.listing = self.listing, None
        if entry:
            self.sources += read_label(match[0].lstrip()[entry.end() :])
            return True
        if LINK.match(match[0].lstrip()):
            self._links(match)
        elif (
            listing is not None
            and breaks(self.text, listing, match.start()) == 1
            and split_label(match[0])[1]
        ):
            self.sources += read_label(match[0])
        else:
            return False
        if listing is not None:
            self.listing = match.end()
        return True

    def _links(self, match: re.Match[str]) -> None:
        for found in LINK.finditer(match[0]):
            last = self.sources[-1] if self.sources else Source()
            if self.sources and last.link is None:
                self.sources.pop()
            self.sources.append(Source(last.outlet, last.date, found[1]))
        rest = LINK.sub(" ", match[0])
        if any(char.isalnum() for char in rest):
            line = self.lines.at(match.start())
            self.left.add(line, "words beside a link", rest)

    def _prose(self, match: re.Match[str]) -> None:
        if self.in_sources and not (self.alone and self.title is not None and self.body is None):
            self.close()
        self.in_sources = False
        if self.title is not None:
            self.trailing.clear()
            self.body = (self.body[0] if self.body else match.start(), match.end())
        elif LINK.fullmatch(match[0].strip()):
            line = self.lines.at(match.start())
            self.left.add(line, "link without an article", match[0])
        else:
            self.line = self.lines.at(match.start())
            self.title = match[0].strip()
            if len(self.title) > LONGEST_TITLE:
                self.title = title_of(self.title)
                self.body = match.span()

    def _drop_trailing(self) -> None:
        for line, words in self.trailing:
            self.left.add(line, "boilerplate", words)
        self.trailing.clear()

    def close(self) -> None:
        """Put the article at hand to the others."""
        self._drop_trailing()
        sources = tuple(dict.fromkeys(s for s in self.sources if s != Source()))
        if self.title is None:
            if self.in_sources:
                named = " ".join(word for s in sources for word in (s.outlet, s.link) if word)
                self.left.add(self.line, "sources without an article", named)
        elif self.body is None and not sources and self.articles:
            reason = "a line without text or source"
            self.left.add(self.line, reason, self.title)
        else:
            text = self.text[slice(*self.body)].strip() if self.body else ""
            origins = (Origin(self.path, self.line),)
            self.articles.append(Article(self.title, text, sources, origins))
        self.title, self.body, self.in_sources, self.listing = None, None, False, None
        self.sources = []
