"""Plain text: one article a file."""

from __future__ import annotations

from itertools import islice

from searchkit.model import Article, Origin, Parsed
from searchkit.readers.pieces import LONGEST_TITLE, Lines, breaks, stem, title_of, written_lines


def parse(text: str, path: str) -> Parsed:
    """The one article of a text file.

    The first line is the title if it is short and a blank line (or nothing) follows. Else the
    whole text is the body, and its first sentence or the file's name serves as the title.

    Args:
        text: the decoded file, not blank.
        path: its name, for the origin.
    """
    head = list(islice(written_lines(text), 2))
    first = head[0]
    origins = (Origin(path, Lines(text).at(first.start())),)
    title = first[0].strip()
    alone = len(head) == 1 or breaks(text, first.end(), head[1].start()) > 1
    if alone and len(title) <= LONGEST_TITLE:
        return Parsed((Article(title, text[first.end() :].strip(), (), origins),))
    return Parsed((Article(title_of(title) or stem(path), text.strip(), (), origins),))
