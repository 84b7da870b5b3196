"""Bytes to text: the encodings of news archives told apart, or refused."""

from __future__ import annotations

import codecs
import re

from searchkit.errors import ReadError
from searchkit.readers.scripts import plausibility

_REMEDY = "save it as UTF-8"

#: The longer marks first: that of UTF-32 begins with that of UTF-16.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: Encoding, its name for people, and whether its language is Japanese.
_CJK = (
    ("gb18030", "GB18030", False),
    ("cp932", "Shift_JIS", True),
    ("euc_jp", "EUC-JP", True),
    ("gb18030", "GB18030", True),
)

#: Control characters other than tab, line ends and form feed.
_CONTROLS = bytes(c for c in [*range(32), 127] if c not in b"\t\n\v\f\r")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")

#: Text may hold a stray control character or two; one in a hundred makes it something else.
_MOST_CONTROLS = 0.01

#: Fewer zero bytes prove nothing.
_LEAST_ZEROS = 4

#: Measured on prose of 20 characters and more: right readings score above, wrong ones below.
_LEAST_SCORE = 0.3
_LEAST_LEAD = 0.1


def decode(data: bytes, path: str) -> str:
    """The text of a file, its line ends as they are and without a byte order mark.

    UTF-8, UTF-16 and UTF-32 are known by their form. GB18030, Shift_JIS and EUC-JP are decoded
    strictly, each in turn, and the reading that looks most like written Chinese or Japanese is
    taken, provided that it does so clearly (see `plausibility`).

    Args:
        data: the whole file.
        path: its name, for the error.

    Raises:
        ReadError: it is no text, or its encoding cannot be told for certain.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _marked(data[len(bom) :], encoding, path)
    if 0 in data:
        return _utf16(data, path)
    if len(data) - len(data.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(data):
        if b"\x1b$" in data:
            raise ReadError("encoding not supported (ISO-2022-JP)", place=path, remedy=_REMEDY)
        raise _binary(path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = error
    text = _cjk(data)
    if text is not None:
        return text
    raise ReadError(_complaint(data, problem), place=path, remedy=_REMEDY)


def _marked(data: bytes, encoding: str, path: str) -> str:
    name = encoding.removesuffix("-le").removesuffix("-be").upper()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"it is marked as {name} but breaks off or is damaged at byte {error.start}",
            place=path,
            remedy=_REMEDY,
        ) from None
    if not _is_text(text):
        raise _binary(path)
    return text


def _utf16(data: bytes, path: str) -> str:
    """UTF-16 without a mark: known by the zero halves of its ASCII, or by its language."""
    for encoding, zeros in (("utf-16-le", data[1::2].count(0)), ("utf-16-be", data[::2].count(0))):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        latin = zeros >= _LEAST_ZEROS and zeros > 0.4 * len(text)
        if _is_text(text) and (latin or _score(text) >= _LEAST_SCORE):
            return text
    raise _binary(path)


def _score(text: str) -> float:
    return max(plausibility(text, japanese=japanese) for japanese in (False, True))


def _is_text(text: str) -> bool:
    controls = len(_CONTROL.findall(text))
    return "\0" not in text and controls <= _MOST_CONTROLS * len(text)


def _cjk(data: bytes) -> str | None:
    """The one clearly best reading, or None."""
    scored: dict[str, float] = {}
    for encoding, _, japanese in _CJK:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        scored[text] = max(scored.get(text, -1.0), plausibility(text, japanese=japanese))
    ranked = sorted(scored.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < _LEAST_SCORE:
        return None
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _LEAST_LEAD:
        return None
    return ranked[0][0]


def _complaint(data: bytes, problem: UnicodeDecodeError) -> str:
    line = data.count(b"\n", 0, problem.start) + 1
    byte = data[problem.start]
    return (
        f"its encoding cannot be told: byte 0x{byte:02x} in line {line} is not UTF-8, and it is"
        " not clearly GB18030, Shift_JIS or EUC-JP (Windows-1252 perhaps)"
    )


def _binary(path: str) -> ReadError:
    return ReadError("not a text file", place=path, remedy="take it out of the corpus")
