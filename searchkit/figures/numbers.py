"""Figures, in digits and in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Context, Decimal

from searchkit.figures.fact import Fact, words
from searchkit.model import Span

_UNITS = {
    word: number
    for number, word in enumerate(
        words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
            " fifteen sixteen seventeen eighteen nineteen"
        )
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        words("twenty thirty forty fifty sixty seventy eighty ninety"), start=2
    )
}
_POWERS = {
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "m": 10**6,
    "mn": 10**6,
    "bn": 10**9,
    "tn": 10**12,
    "k": 10**3,
}
_SPECIAL = {
    "dozen": Decimal(12),
    "half": Decimal("0.5"),
    "quarter": Decimal("0.25"),
    "once": Decimal(1),
    "twice": Decimal(2),
    "double": Decimal(2),
    "doubled": Decimal(2),
    "triple": Decimal(3),
    "tripled": Decimal(3),
}
_ORDINALS = {
    word: number
    for number, word in enumerate(
        words("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"),
        start=1,
    )
}
_HAN_DIGITS = {
    **{char: at for at, char in enumerate("零一二三四五六七八九")},
    **{str(digit): digit for digit in range(10)},
    **{"〇": 0, "两": 2, "兩": 2},
}
_HAN_SMALL = {"十": 10, "百": 100, "千": 1000}
_HAN_GREAT = {
    "万": 10**4,
    "萬": 10**4,
    "亿": 10**8,
    "億": 10**8,
    "兆": 10**12,
}
_GREAT = "hundred|thousand|million|billion|trillion"
_CARDINAL = "|".join([*_UNITS, *_TENS])
# Lengths are bounded, and what is longer is read as several figures: no digit goes unseen.
_DIGITS = r"[0-9０-９]{1,24}(?:[,，][0-9０-９]{3}){0,8}(?:[.．][0-9０-９]{1,24})?"
_FIGURE = re.compile(
    rf"""
      (?P<digits> (?:(?<!\w)[-−])? {_DIGITS} )
      (?: (?P<great> [千百]?[万萬亿億兆]{{1,3}} )
        | [\s-]? (?P<power> (?:{_GREAT}|mn|bn|tn|k|m)\b ) )?
    | (?P<words> \b (?:(?:{_CARDINAL})|an?(?=\s+(?:{_GREAT})))
        (?: (?:\s+and\s+|[\s-]+) (?:{_CARDINAL}|{_GREAT}) ){{0,12}} \b )
    | (?P<special> \b(?:{"|".join(_SPECIAL)})s?\b (?:\s+an?\s+(?:{_GREAT})\b)? )
    | (?P<ordinal> \b(?:{"|".join(_ORDINALS)})\b )
    | (?P<many> \b(?:hundreds|thousands|millions|billions|trillions)\b )
    | (?P<han> (?:百分之)? (?!百分[之点點]) [零〇一二三四五六七八九十百千万萬亿億兆两兩]{{1,24}}
        (?:[点點][零〇一二三四五六七八九]{{1,24}})? )
    """,
    re.VERBOSE | re.IGNORECASE,
)


_EXACT = Context(prec=200)

#: Three per cent is another figure than three.
_PERCENT = re.compile(
    r"\s*(?:[%％]|per\s?cent\b|percentage\b|个百分点|個百分點|パーセント|ポイント)"
)


def figures(text: str) -> Iterator[Fact]:
    """The figures of a text, in digits or in words."""
    for found in _FIGURE.finditer(text):
        percent = _PERCENT.match(text, found.end()) or found[0].startswith("百分之")
        value = found[0].lower() if found["many"] else _plain(_number(found))
        yield Fact("figure", Span(*found.span()), f"{value}%" if percent else value)


def _number(found: re.Match[str]) -> Decimal:
    written = found[0].lower()
    if found["digits"]:
        return _of_digits(found)
    if found["words"]:
        return _of_words(written)
    if found["han"]:
        return of_han(written.removeprefix("百分之"))
    if found["ordinal"]:
        return Decimal(_ORDINALS[written])
    name, *rest = written.split()
    value = _SPECIAL.get(name) or _SPECIAL[name.removesuffix("s")]
    return _EXACT.multiply(value, _POWERS[rest[-1]]) if rest else value


def _of_digits(found: re.Match[str]) -> Decimal:
    written = unicodedata.normalize("NFKC", found["digits"]).replace(",", "").replace("−", "-")
    value = Decimal(written)
    if found["great"]:
        for character in found["great"]:
            value = _EXACT.multiply(value, _HAN_GREAT.get(character) or _HAN_SMALL[character])
    if found["power"]:
        value = _EXACT.multiply(value, _POWERS[found["power"].lower()])
    return value


def _of_words(written: str) -> Decimal:
    total, current = 0, 0
    for word in re.findall("[a-z]+", written.lower()):
        if word in _POWERS:
            current = (current or 1) * _POWERS[word]
            if _POWERS[word] > 100:
                total, current = total + current, 0
        elif word in ("a", "an"):
            current += 1
        elif word != "and":
            current += _UNITS.get(word, 0) + _TENS.get(word, 0)
    return Decimal(total + current)


def of_han(written: str) -> Decimal:
    """The value of a Chinese or Japanese number, at most one point in it; digits may be ASCII."""
    whole, _, part = written.replace("點", "点").partition("点")
    if not set(whole) - set(_HAN_DIGITS):
        # Digits one by one, as in a year.
        value = Decimal("".join(str(_HAN_DIGITS[character]) for character in whole) or "0")
    else:
        total, section, digit = 0, 0, 0
        for character in whole:
            if character in _HAN_DIGITS:
                digit = _HAN_DIGITS[character]
            elif character in _HAN_SMALL:
                section += (digit or 1) * _HAN_SMALL[character]
                digit = 0
            else:
                total = (total + section + digit or 1) * _HAN_GREAT[character]
                section = digit = 0
        value = Decimal(total + section + digit)
    digits = "".join(str(_HAN_DIGITS[character]) for character in part)
    return _EXACT.add(value, Decimal(f"0.{digits}")) if digits else value


def _plain(value: Decimal) -> str:
    written = format(value, "f")
    return (written.rstrip("0").rstrip(".") if "." in written else written) or "0"
