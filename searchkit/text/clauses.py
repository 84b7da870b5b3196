"""Clauses that can be true or false on their own, cut only where the grammar leaves no doubt."""

from __future__ import annotations

import re
from functools import cache

from searchkit.model import Span
from searchkit.text.blocks import trimmed
from searchkit.text.lexicon import words

# It begins with a set of characters, not with a choice, so that the search skips all others.
_CUT = re.compile(
    r"(?P<mark>[,;；])(?:(?<!,)\s*"
    r"|\s+(?P<adversative>but|yet|so)\s+(?=(?P<subject>[^\W\d_]+))"
    r"|\s+and\s+(?=(?:he|she|it|they|we|I|you|this|these|there)\s)"
    r"|\s+(?P<contrast>while|whereas|although)\s+(?=(?P<next>[^\W\d_]+)))"
)
_SUBJECTS = words(
    """
    he she it they we i you this these that those there the a an some many most several all no
    his her its their our my one two three few other others such critics officials analysts
    experts authorities people
    """
)
_WORD = re.compile(r"[^\W_]+")
_LEAST_WORDS = 3
_LEAST_CJK = 6
_OPENING = "([{（「『《【“"
_CLOSING = ")]}）」』》】”"


def clauses(text: str, span: Span) -> list[Span]:
    """Cut a sentence at ``;``, ``, but/yet/so`` + subject, ``, and`` + pronoun and ``, while``.

    Args:
        text: the text that holds the sentence.
        span: where it stands.

    Returns:
        The clauses in order, together the whole sentence but for the spaces between them; the
        sentence itself where there is nothing to cut.
    """
    cuts = []
    scanned, depth, quoted = span.start, 0, False
    for match in _CUT.finditer(text, span.start, span.end):
        for char in text[scanned : match.start()]:
            if char in _OPENING:
                depth += 1
            elif char in _CLOSING:
                depth = max(0, depth - 1)
            elif char == '"':
                quoted = not quoted
        scanned = match.start()
        if depth or quoted or not _separates(match):
            continue
        cuts.append(match.end("mark"))
    if not cuts:
        return [trimmed(text, *span)]
    found: list[Span] = []
    start = counted = span.start
    said = cjk = 0
    last = trimmed(text, *span).end
    for cut in [*(cut for cut in cuts if cut < last), span.end]:
        piece = text[counted:cut]
        said += len(_WORD.findall(piece))
        if not piece.isascii():
            cjk += len(_cjk().findall(piece))
        counted = cut
        enough = said >= _LEAST_WORDS or cjk >= _LEAST_CJK
        if cut == span.end and not enough and found:
            start = found.pop().start
        elif cut != span.end and not enough:
            continue
        found.append(trimmed(text, start, cut))
        start, said, cjk = cut, 0, 0
    return found


@cache
def _cjk() -> re.Pattern[str]:
    return re.compile("[぀-鿿]")


def _separates(match: re.Match[str]) -> bool:
    if match["adversative"]:
        subject = match["subject"]
        return subject.lower() in _SUBJECTS or subject[0].isupper()
    if match["contrast"]:
        return not match["next"].endswith(("ing", "ed"))
    return True
