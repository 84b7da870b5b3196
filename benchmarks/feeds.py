"""What of odd and broken feeds comes through: no traceback, and the expected characters.

    python -m benchmarks.feeds FOLDER

Takes the test feeds of feedparser. Where the comment at a feed's head expects a text ("Expect:"),
that text must stand in what the reader gives: in an article, in what was left out, or in the
message that there is no article. A feed whose encoding only an HTTP header tells ("Header:") is
counted apart.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from pathlib import Path

from searchkit.errors import ReadError
from searchkit.readers import read
from searchkit.readers.webencoding import decode_page
from searchkit.text.markup import plain_text

_EXPECT = re.compile(r"Expect:\s*(.*?)\s*(?:-->|\n)", re.DOTALL)
_EQUALS = re.compile(
    r"""(ord\()?(?:entries\[0\]|feed)(?:\.|\[')(?:title|description|summary|link)(?:'\])?\)?"""
    r"""\s*==\s*(\d+|'[^']*')"""
)


def expected(text: str) -> str | None:
    """The characters that a feed expects; None where it expects none."""
    comment = _EXPECT.search(text)
    found = _EQUALS.search(comment[1]) if comment else None
    if not found:
        return None
    return chr(int(found[2])) if found[1] else str(ast.literal_eval(found[2]))


def given(data: bytes, name: str) -> str:
    """All characters that the reader gives."""
    try:
        parsed = read(data, name)
    except ReadError as error:
        return str(error)
    parts = [part for a in parsed.articles for part in (a.title, a.text, *a.outlets, *a.links)]
    return "\n".join([*parts, *(piece.excerpt for piece in parsed.left_out)])


def main() -> None:
    """Print the counts, and each feed whose characters are not as expected."""
    counts: Counter[str] = Counter()
    for path in sorted(Path(sys.argv[1]).rglob("*.xml")):
        data = path.read_bytes()
        text = decode_page(data)
        counts["read or refused in one line"] += 1
        seen = given(data, path.name)
        wanted = expected(text)
        if wanted is None:
            counts["expects no characters"] += 1
            continue
        there = wanted in seen or plain_text(wanted) in seen
        kind = "the header decides" if "Header:" in text else "the file decides"
        counts[f"{kind}: {'as expected' if there else 'otherwise'}"] += 1
        if not there:
            print(f"{path.name}: {wanted!a} is not in {seen!a:.120}")
    for what, count in sorted(counts.items()):
        print(f"{count:4}  {what}")


if __name__ == "__main__":
    main()
