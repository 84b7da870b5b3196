"""Untrusted text and links, made fit to stand in Markdown (CommonMark and GitHub's)."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

#: Embeddings, overrides and isolates turn the order of what follows around (Unicode, UAX #9):
#: what is read would not be what is written.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f]")
_HALVES = re.compile("[\ud800-\udfff]")
_SPECIAL = re.compile(r"[\\`*_{}\[\]|~$#]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
_ENTITY = re.compile("[&<>@]")
#: What GitHub makes links of by itself; an entity in it stops that.
_AUTOLINK = re.compile(r"(https?|ftp|mailto|xmpp)(:)|(www)(\.)", re.IGNORECASE)
#: What begins a heading, a list, a rule or an attribute when it begins a line.
_LEADING = re.compile(r"[-+=:%!]")
_NUMBERED = re.compile(r"([0-9]{1,9})([.)])")

_DOI = re.compile(r"doi:(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
_HOST = re.compile(r"[^\s/@:\[\]\\<>\"'`(){}|^%]+|\[[0-9a-f:.]+\]", re.IGNORECASE)
#: Of the characters that a link may hold, those that Markdown gives no meaning in one.
_IN_LINK = "-._~:/?#@!$&'*+,;=%"


def plain(text: str) -> str:
    """One line of visible text: white space collapsed, control characters taken out.

    Characters that turn the reading direction around are named instead: ``⟨U+202E⟩``.
    """
    text = _UNPRINTABLE.sub("", " ".join(text.split()))
    text = _BIDI.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)
    return _HALVES.sub("\ufffd", text).strip()


def escaped(text: str) -> str:
    """Text on one line that Markdown shows as it is: no markup, no HTML, no links."""
    text = plain(text)
    # Escaped apart, for a backslash put there now would itself be escaped.
    guarded = ""
    if leading := _LEADING.match(text):
        guarded = rf"\{leading[0]}"
    elif leading := _NUMBERED.match(text):
        guarded = rf"{leading[1]}\{leading[2]}"
    text = text[leading.end() :] if leading else text
    text = _SPECIAL.sub(r"\\\g<0>", text)
    text = _ENTITY.sub(lambda match: _ENTITIES[match[0]], text)
    text = _AUTOLINK.sub(_unlinked, text)
    return guarded + text


def _unlinked(match: re.Match[str]) -> str:
    word = match[1] or match[3]
    return f"{word}&#{ord(match[2] or match[4])};"


def address(url: str) -> str | None:
    """The address to link to, percent-encoded; None for what is no http, https or doi link.

    Args:
        url: as a reviewer or a corpus file gave it.
    """
    url = url.strip()
    if doi := _DOI.fullmatch(url):
        url = f"https://doi.org/{doi[1]}"
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    host = f"[{host}]" if ":" in host else host
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    rest = url.partition("//")[2][len(parts.netloc) :]
    at = host if port is None else f"{host}:{port}"
    return f"{parts.scheme}://{at}{quote(rest, safe=_IN_LINK)}"


def link(url: str, title: str | None = None) -> str:
    """A link where that is safe; otherwise the words alone.

    Args:
        url: a link, or the path of a file of the corpus, which is shown as text.
        title: what the link says; the link itself by default.
    """
    words = escaped(title or "")
    if (target := address(url)) is None:
        return f"{words} ({escaped(url)})" if words else escaped(url)
    if not words:
        return f"<{target}>"
    return f"[{words}]({target.replace('&', '&amp;')})"
