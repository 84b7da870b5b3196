"""Sentences of a block, by rules of our own: one pass over the places where one may end."""

from __future__ import annotations

import re
from typing import ClassVar

from searchkit.model import Span
from searchkit.text.blocks import trimmed
from searchkit.text.lexicon import words

_CLOSERS = "\"'”’»›)]}」』）】》〉〕］｣"
_OPENERS = "\"'“‘«‹([{「『（【《〈〔［｢¿¡-–—*_"
_CJK_END = "。！？｡"

# A possible end: terminators (". . ." too), then whatever closes, then footnote marks. It begins
# with a set of characters, not with a choice, so that the search skips whatever is none of them.
_CANDIDATE = re.compile(
    r"(?P<stop>[.!?…‼⁇⁈⁉。！？｡．]"
    r"(?:(?<=[。！？｡．])[。！？｡!?…]*|(?:(?<=\.)(?:[ \u00a0]\.)+)?[.!?…‼⁇⁈⁉]*))"
    rf"(?P<close>[{re.escape(_CLOSERS)}]*(?:[ \u00a0]?\[[0-9]{{1,3}}\])*)"
)
_SPACE = re.compile(r"\s+")
_WORD_BEFORE = re.compile(r"[^\s(\[“\"‘—–/]+$")
_WORD_AFTER = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_MARKER = re.compile(
    r"(?<!\S)(?:[•⁃‣▪][ \u00a0]?)?(?:\((?P<in>[0-9]{1,2}|[a-z])\)"
    r"|(?P<out>[0-9]{1,2}|[a-z])(?P<close>\.\)|\.|\)))[ \u00a0]?(?=[^\s.)])"
)
#: What the marker of every item but the first ends with: without it there is no list.
_LATER = re.compile(r"[.)](?:(?<=[\s(•⁃‣▪][0-9a-z].)|(?<=[\s(•⁃‣▪][0-9]{2}.))")
#: As many brackets, quotes and bullets may stand before the first word of a sentence.
_MOST_OPENERS = 16
_CONNECTOR = re.compile(r"(?<=[;,.:])\s{1,8}(?:and|or)$")

# Never end a sentence.
_TITLES = words(
    """
    mr mrs ms mx messrs dr prof gen sen rep reps sens gov lt col maj capt cmdr cpl sgt adm rev
    hon pres supt insp st ste mt fr br sr. vs v e.g i.e cf viz ca fig figs eq eqs no nos n° art
    sec ch pt approx esp incl resp attn op dir ex
    """
)
# May end one: what follows decides.
_ABBREVIATIONS = words(
    """
    inc co corp ltd llc plc bros jr sr etc al dept univ assn est ave blvd rd hwy sq ft lb lbs oz
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun
    p pp vol vols ed eds trans ph.d m.d b.a m.a b.sc m.sc d.c a.m p.m u.s u.k u.n e.u u.s.a min
    max ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont
    neb nev okla ore pa tenn tex vt va wash wis wyo ont que
    """
)
# The period after any other word that is all letters ends a sentence.
_SHORT = (_TITLES | _ABBREVIATIONS) - {"no", "nos"}
_NUMBERED = words("no nos p pp vol vols ch fig figs art sec eq pt n° nr ver")
# Words that begin sentences far more often than they continue a name.
_STARTERS = words(
    """
    a about according after all also although among an and another are as at because before both
    but by can despite did do does during each even every few finally first for from further
    given had has have he her here his how however i if in indeed instead is it its last later
    like many maybe meanwhile more moreover most much my neither next no nobody none nor not now
    of officials on once one only or other others our over perhaps please police researchers
    several she since so some sometimes soon still such than that the their them then there
    therefore these they this those though through thus to today together too two under unlike
    until we what when where whereas whether which while who whose why will with without would
    yes yesterday yet you your analysts critics experts authorities scientists recently
    """
)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Cut a block into sentences.

    Args:
        text: the text that holds the block.
        start, end: where the block stands in it.

    Returns:
        Spans in order, disjoint, trimmed of white space; together they hold every character of
        the block that is no white space.
    """
    return sentences_and_items(text, start, len(text) if end is None else end)[0]


def sentences_and_items(text: str, start: int, end: int) -> tuple[list[Span], list[Span]]:
    """The sentences of a block as `sentences` cuts it, and the markers of lists within it."""
    items = item_markers(text, start, end)
    cuts = _ends(text, start, end)
    if items:
        # The period of "2." belongs to the marker.
        markers = {at for item in items for at in range(item.start, item.end + 1)}
        cuts = sorted({at for at in cuts if at not in markers}.union(i.start for i in items))
    spans = []
    for cut in (*cuts, end):
        span = trimmed(text, start, cut)
        if span.start < span.end:
            spans.append(span)
        start = cut
    return spans, items


def _ends(text: str, start: int, end: int) -> list[int]:
    cuts: list[int] = []
    since = start
    brackets = _Brackets(text, start, end)
    for match in _CANDIDATE.finditer(text, start, end):
        at = match.end()
        if at >= end:
            break
        stop = match["stop"]
        if brackets.none and stop == "." and _ends_plainly(text, since, at, end):
            boundary = True
        elif stop[0] in _CJK_END or (stop[0] == "．" and not text[at].isdigit()):
            boundary = _ends_cjk(text, match, brackets)
        else:
            boundary = _ends_latin(text, match, since, end, brackets)
        if boundary:
            cuts.append(at)
            since = at
            if not brackets.none:
                brackets.reset(at)
    return cuts


class _Brackets:
    """How deep the scan stands in round brackets and title marks, followed along the block."""

    _PAIRS: ClassVar = {
        "(": ")",
        "（": "）",
        "[": "]",
        "【": "】",
        "《": "》",
        "〈": "〉",
        "「": "」",
        "『": "』",
    }
    _TOKEN = re.compile(r"[()（）\[\]【】《》〈〉「」『』]")
    #: A bracket that is open for longer was forgotten, or holds a text of its own.
    _REACH = 400

    def __init__(self, text: str, start: int, end: int):
        self._tokens = self._TOKEN.finditer(text, start, end)
        self._next = next(self._tokens, None)
        self._open: list[tuple[str, int]] = []
        #: The block has no bracket at all.
        self.none = self._next is None

    def reset(self, at: int) -> None:
        """A sentence ended: what is still open will not be closed in it."""
        self._open = [o for o in self._open if o[1] >= at]

    def inside(self, at: int) -> str:
        """The bracket that is open at the offset; empty when there is none."""
        if self.none:
            return ""
        while self._next and self._next.start() < at:
            char = self._next.group()
            if char in self._PAIRS:
                self._open.append((char, self._next.start()))
                if len(self._open) > 8:
                    self._open = self._open[-4:]
            elif self._open and self._PAIRS[self._open[-1][0]] == char:
                self._open.pop()
            self._next = next(self._tokens, None)
        if self._open and at - self._open[-1][1] < self._REACH:
            return self._open[-1][0]
        return ""


def _ends_cjk(text: str, match: re.Match[str], brackets: _Brackets) -> bool:
    at = match.end()
    if match["close"]:
        if brackets.inside(at) in ("《", "〈"):
            return False
        after = text[at]
        # Who said it follows the quotation: the sentence goes on.
        if "぀" <= after <= "ゟ":
            return False
        return after not in "，、,；;：:的"
    return not brackets.inside(match.start())


def _ends_plainly(text: str, since: int, at: int, end: int) -> bool:
    """Whether a period ends a sentence as most do: "… a word. Another …".

    What `_ends_latin` says of such, found with less. Where this is False, that has to be asked.

    Args:
        at: the offset after the period.
    """
    if at + 1 >= end or text[at - 1] != "." or text[at] != " " or not text[at + 1].isupper():
        return False
    word = text[max(since, text.rfind(" ", since, at) + 1) : at - 1]
    return len(word) > 1 and word.isalpha() and word.lower() not in _SHORT


def _ends_latin(text: str, match: re.Match[str], since: int, end: int, brackets: _Brackets) -> bool:
    at = match.end()
    space = _SPACE.match(text, at, min(end, at + 64))
    if not space:
        return match.start() > since and _ends_without_space(text, match, brackets)
    head = space.end()
    while head < end and head < space.end() + 4 and text[head] in _OPENERS:
        head += 1
    if head >= end or text[head].islower() or text[head] in ",;:)]}…%":
        return False
    closed = match["close"]
    if brackets.inside(match.start()) and not any(char in _CLOSERS for char in closed):
        return False
    if match["stop"] != ".":
        return not (match["stop"].startswith(". .") and text[head] == ".")
    word = _WORD_BEFORE.search(text, max(since, match.start() - 24), match.start())
    if not word or closed:
        return True
    after = _WORD_AFTER.match(text, head, min(end, head + 24))
    following = after[0].lower() if after else ""
    prior = text[since : min(since + _MOST_OPENERS, word.start())]
    alone = not prior.strip(f"{_OPENERS}•⁃ ")
    return _period_ends(word[0], following, text[head].isdigit(), alone)


def _ends_without_space(text: str, match: re.Match[str], brackets: _Brackets) -> bool:
    """Chinese and Japanese put no space after a sentence, whatever mark ends it.

    Something of the sentence stands before the mark.
    """
    at = match.end()
    if match["close"]:
        return text[at - 1] in "」』）"
    return (
        match["stop"][0] in "!?"
        and _is_cjk(text[at])
        and _is_cjk(text[match.start() - 1])
        and not brackets.inside(match.start())
    )


def _period_ends(word: str, following: str, digit: bool, alone: bool) -> bool:
    """Whether the period after a word ends a sentence.

    Args:
        word: what stands before the period.
        following: the next word in lower case; empty when none follows.
        digit: a digit follows.
        alone: nothing stands before the word in its sentence.
    """
    before = word.lower().lstrip("'’«‚„")
    if digit and before in _NUMBERED:
        return False
    if before in ("no", "nos"):
        return True
    if before in _TITLES or (alone and (before.isdigit() or len(before) == 1)):
        return False
    initial = len(before) == 1 and word[-1].isupper() and not _is_cjk(word[-1])
    if initial or before in _ABBREVIATIONS or _ACRONYM.fullmatch(before):
        return following in _STARTERS
    return True


def _is_cjk(char: str) -> bool:
    return "぀" <= char <= "鿿" or "가" <= char <= "힯" or "！" <= char <= "･"


def item_markers(text: str, start: int, end: int) -> list[Span]:
    """Markers of the items of lists that stand within a block: ``: 1. …; 2. …``.

    A sentence begins with each of them.
    """
    if not _LATER.search(text, start, end):
        return []
    markers: list[Span] = []
    run: list[tuple[Span, str, str]] = []
    first = start
    while first < end and text[first].isspace():
        first += 1
    for match in _MARKER.finditer(text, start, end):
        value = match["in"] or match["out"]
        style = f"{match['close'] or '()'}{'0' if value.isdigit() else 'a'}"
        before = text[max(start, match.start() - 64) : match.start()].rstrip()
        before = _CONNECTOR.sub("", before)[-1:]
        span = Span(match.start(), match.end())
        if run and run[-1][2] == style and value == _successor(run[-1][1]):
            if run[0][0].start == first or before in ";,.:；，。：":
                run.append((span, value, style))
        elif match.start() == first or (value in ("1", "a") and before in ":：;."):
            markers += [marker for marker, _, _ in run] if len(run) > 1 else []
            run = [(span, value, style)]
    return markers + ([marker for marker, _, _ in run] if len(run) > 1 else [])


def _successor(value: str) -> str:
    return str(int(value) + 1) if value.isdigit() else chr(ord(value) + 1)
