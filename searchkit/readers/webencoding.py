"""Bytes of a web page or feed to text, as browsers take them: a page never fails for its bytes."""

from __future__ import annotations

import codecs
import re

from searchkit.errors import ReadError
from searchkit.readers.encoding import decode

#: Where browsers look for what a page says of itself, and room for a long comment before it.
_HEAD = 4096
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,80}?encoding\s*=\s*["']([\w:.-]{1,40})"""
    rb"""|<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""",
    re.IGNORECASE,
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Names of the codecs that pages use; Python has others, which do odd things to text.
_OF_THE_WEB = re.compile(
    r"ascii|utf-8|utf-(?:16|32)(?:-[bl]e)?|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|tis-620|hz"
    r"|gb\w+|big5\w*|euc_\w+|shift_jis\w*|iso2022_\w+|johab"
)
#: Labels that the web means otherwise than their names say (WHATWG Encoding Standard).
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    # What said so in ASCII is not in UTF-16.
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
    "utf-32": "utf-8",
}


def decode_page(data: bytes, charset: str | None = None) -> str:
    """The text of a page in the encoding that it is in.

    A byte order mark counts most, then what the server said, then what the page says of itself,
    as far as the bytes bear it out; then what they look like, and at last Windows-1252.

    Args:
        data: the page as it was served or saved.
        charset: from the server's Content-Type; None where nobody said so.
    """
    labels = [charset, declared(data)]
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    for label in labels:
        named_codec = _codec(label) if label else None
        text = _strict(data, named_codec) if named_codec else None
        if text is not None:
            return text
    try:
        return decode(data, "")
    except ReadError:
        # A wrong byte or two do not make another encoding of what the page says that it is.
        named = (_codec(label) for label in labels if label)
        likely = next(filter(None, named), None) or _guessed(data)
        return data.decode(likely, "replace").replace("\0", "")


def declared(data: bytes) -> str | None:
    """The encoding that a page or feed says it is in."""
    found = _DECLARED.search(data[:_HEAD])
    return (found[1] or found[2]).decode() if found else None


def _codec(label: str) -> str | None:
    try:
        found = codecs.lookup(label.strip())
    except (LookupError, ValueError):
        return None
    if not _OF_THE_WEB.fullmatch(found.name):
        return None
    return _MEANT.get(found.name, found.name)


def _guessed(data: bytes) -> str:
    """What the bytes look like, of all encodings there are; else what browsers fall back on."""
    try:
        from charset_normalizer import from_bytes  # noqa: PLC0415 - comes with the extras
    except ImportError:
        return "cp1252"
    best = from_bytes(data).best()
    return best.encoding if best else "cp1252"


def _strict(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None
    return None if "\0" in text else text
