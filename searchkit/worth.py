"""Check-worthiness: readable features with weights set by hand, and the reasons they give.

The features follow what fact-checkers look for: figures, quantities, attribution, comparison and
named things speak for checking a claim; questions, hedges, first persons and lead-ins against it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache

from attrs import frozen

from searchkit.model import ClaimKind, Worth

_BIAS = -1.9
#: A queue ranks its thousand claims anew after every few verdicts.
_REMEMBERED = 8_192


@frozen
class _Feature:
    reason: str
    weight: float
    found: Callable[[str], object]


def _words(words: str) -> Callable[[str], object]:
    """Any of these words or stems (``*``), as whole words."""
    parts = "|".join(
        re.escape(w).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
        for w in (part.strip() for part in words.split(","))
    )
    return re.compile(rf"(?<!\w)(?:{parts})(?!\w)", re.IGNORECASE).search


def _pattern(pattern: str, flags: int = 0) -> Callable[[str], object]:
    return re.compile(pattern, flags).search


def _names(text: str) -> bool:
    """A capitalised word that does not begin the sentence."""
    return _NAME.search(text) is not None


def _many_names(text: str) -> bool:
    return len(_NAME.findall(text)) >= 3


def _many_figures(text: str) -> bool:
    return len(_FIGURE.findall(text)) >= 3


_NAME = re.compile(r"(?<=[\w,;:)] )(?:[A-Z][\w’'.-]+|[A-Z]{2,})")
_FIGURE = re.compile(r"[0-9０-９]+(?:[.,][0-9]+)*")
_NUMBER_WORD = (
    "two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, dozen*, "
    "hundred*, thousand*, half, third*, quarter*, double*, triple*, twice"
)
_UNIT = (
    "[0-9]\\s*(?:km|kg|m|metres?|meters?|miles?|tons?|tonnes?|degrees?|hectares?|litres?|"
    "people|years?|months?|weeks?|days?|hours?|minutes?|cases?|deaths?|jobs|times)\\b"
)

_FEATURES = (
    _Feature("states a figure", 1.1, _FIGURE.search),
    _Feature("states several figures", 0.4, _many_figures),
    _Feature("gives a percentage", 0.8, _pattern(r"[0-9]\s*(?:%|％|percent|per cent)|百分之|割")),
    _Feature(
        "gives a sum of money",
        0.7,
        _pattern(
            r"[$€£¥￥₩][0-9]|[0-9](?:\.[0-9]+)?\s*(?:(?:m|b|tr)illion\s+)?"
            r"(?:dollars?|euros?|yuan|yen|pounds?|crowns?|rupees?)|[0-9万亿億兆][元円]"
        ),
    ),
    _Feature(
        "gives a large number", 0.5, _pattern(r"\b(?:million|billion|trillion)s?\b|[0-9][万亿億兆]")
    ),
    _Feature("gives a measured quantity", 0.4, _pattern(_UNIT)),
    _Feature("gives a number in words", 0.3, _words(_NUMBER_WORD)),
    _Feature("gives a year", 0.3, _pattern(r"\b(?:1[89]|20)[0-9]{2}\b|[0-9]{4}年")),
    _Feature(
        "gives a date",
        0.3,
        _pattern(
            r"\b(?:January|February|March|April|May|June|July|August|September|October|"
            r"November|December)\s+[0-9]|[0-9]+月[0-9]+日"
        ),
    ),
    _Feature(
        "gives a time span",
        0.2,
        _words(
            "since, until, during, first half, second half, quarter, decade*, last year, this year"
        ),
    ),
    _Feature(
        "gives an age or a rank",
        0.3,
        _pattern(r"\b[0-9]+(?:st|nd|rd|th)\b|-year-old|第[0-9一二三四五六七八九十]+"),
    ),
    _Feature(
        "is attributed",
        0.4,
        _words(
            "said, says, told, reported, reports, according to, announced, stated, revealed, confirmed, "
            "denied, claimed, claims, estimated, warned, testified, alleged*, accused"
        ),
    ),
    _Feature(
        "is attributed",
        0.4,
        _pattern("表示|称|指出|宣布|报道|報導|据|據|によると|発表|述べ|明らかにし"),
    ),
    _Feature(
        "rests on data or a study",
        0.6,
        _words(
            "data, study, studies, survey*, poll*, statistics, census, figures, report, research*, "
            "analysis, index, rate"
        ),
    ),
    _Feature("rests on data or a study", 0.6, _pattern("数据|數據|统计|統計|調査|调查|研究|指数")),
    _Feature(
        "compares",
        0.5,
        _words(
            "more than, less than, fewer, higher, lower, larger, smaller, compared, than, exceed*, "
            "at least, at most, nearly, almost"
        ),
    ),
    _Feature(
        "compares",
        0.4,
        _pattern("高于|低于|超过|超過|比.{1,12}(?:多|少|高|低)|より|上回|下回|以上|以下"),
    ),
    _Feature(
        "speaks of a record",
        0.5,
        _words(
            "first, record, highest, lowest, largest, biggest, most, least, only, never, ever, new low, "
            "new high, unprecedented"
        ),
    ),
    _Feature(
        "speaks of a record", 0.4, _pattern("最大|最多|最高|最低|首次|首个|史上|初めて|過去最")
    ),
    _Feature(
        "speaks of change",
        0.5,
        _words(
            "rose, rise*, risen, fell, fall*, fallen, grew, grow*, grown, increas*, decreas*, declin*, "
            "dropp*, drop, drops, doubled, halved, shrank, cut, cuts, raised, reduc*, climb*"
        ),
    ),
    _Feature("speaks of change", 0.4, _pattern("增长|增加|下降|减少|減少|上升|跌|上昇|低下|増加")),
    _Feature(
        "speaks of cause",
        0.4,
        _words(
            "caus*, because, led to, due to, result* in, result* from, linked to, thanks to, prevent*"
        ),
    ),
    _Feature(
        "speaks of a law or a ruling",
        0.4,
        _words(
            "law*, bill, ban, bans, banned, court, ruled, ruling, sentenced, convicted, arrested, charged, "
            "sanction*, treaty, regulation*, legislation, voted, elected"
        ),
    ),
    _Feature(
        "speaks of a public body",
        0.3,
        _words(
            "government, ministry, minister, president, parliament, congress, senate, police, army, "
            "military, council, authorities, commission, bureau, agency, party, court"
        ),
    ),
    _Feature(
        "speaks of a public body",
        0.3,
        _pattern("政府|部长|总统|總統|警方|委员会|議会|首相|省庁|当局"),
    ),
    _Feature(
        "speaks of health or harm",
        0.4,
        _words(
            "killed, died, death*, dead, injur*, infect*, vaccin*, virus, disease*, cancer, hospital*, "
            "casualt*, victim*"
        ),
    ),
    _Feature(
        "speaks of deeds",
        0.3,
        _words(
            "launched, signed, built, opened, closed, approved, issued, sold, bought, paid, sent, "
            "withdrew, hired, fired, accused, won, lost, released, mandated"
        ),
    ),
    _Feature("names somebody or something", 0.5, _names),
    _Feature("names several", 0.3, _many_names),
    _Feature("names an abbreviation", 0.2, _pattern(r"\b[A-Z]{2,6}\b")),
    _Feature(
        "denies something", 0.3, _words("not, no, never, none, didn't, doesn't, isn't, wasn't")
    ),
    _Feature("quotes somebody", 0.1, _pattern('[“"「].{8,}[”"」]')),
    _Feature(
        "speaks of all or none", 0.3, _words("all, every, everyone, always, nobody, entire*, any")
    ),
    _Feature("is a question", -1.6, _pattern(r"[?？][\"'”’」』)）]*\s*$")),
    _Feature("is an exclamation", -0.5, _pattern(r"[!！][\"'”’」』)）]*\s*$")),
    _Feature("introduces a list", -0.8, _pattern(r"[:：]\s*$")),
    _Feature(
        "hedges",
        -0.6,
        _words(
            "may, might, could, perhaps, possibly, seem*, appear*, probably, suggest*, likely, would"
        ),
    ),
    _Feature("hedges", -0.5, _pattern("可能|也许|或许|恐怕|かもしれ|だろう|でしょう|とみられ")),
    _Feature(
        "looks ahead", -0.5, _words("will, shall, expect*, predict*, forecast*, plans to, hope*")
    ),
    _Feature(
        "speaks in the first person", -0.8, _words("I, we, me, us, my, our, I'm, we're, let's")
    ),
    _Feature("speaks in the first person", -0.6, _pattern("^(?:我|我们|我們|私|僕)")),
    _Feature(
        "addresses the reader", -0.6, _words("you, your, please, click, subscribe, read more")
    ),
    _Feature(
        "values",
        -0.4,
        _words(
            "should, must, ought, believe*, think, feel, hope, beautiful, great, wonderful, terrible, "
            "good, bad, better, worst, important"
        ),
    ),
    _Feature(
        "points elsewhere",
        -0.3,
        _pattern(r"^(?:This|That|These|Those|It|They|He|She|其|这|這|これ|それ)\b"),
    ),
    _Feature("is very short", -1.2, lambda text: len(text) < 25 and not _dense(text)),
    _Feature("is long enough to say something", 0.3, lambda text: len(text) > 70 or _dense(text)),
)


def _dense(text: str) -> bool:
    return sum("぀" <= char <= "鿿" for char in text) >= 12


@lru_cache(_REMEMBERED)
def worth(text: str, *, kind: ClaimKind = "sentence") -> Worth:
    """How much a claim deserves checking.

    Args:
        text: the claim's words.
        kind: a title promises what its article holds, and counts for a little less.

    Returns:
        The score (logistic over the weights) and the reasons for and against.
    """
    flat = text.replace("’", "'")[:4_000]
    reasons: dict[str, float] = {}
    for feature in _FEATURES:
        if feature.found(flat):
            known = reasons.get(feature.reason, 0.0)
            reasons[feature.reason] = max((known, feature.weight), key=abs)
    if kind == "title":
        reasons["is a title"] = -0.3
    total = _BIAS + sum(reasons.values())
    ordered = sorted(reasons.items(), key=lambda reason: (-abs(reason[1]), reason[0]))
    return Worth(1 / (1 + math.exp(-total)), tuple(ordered))
