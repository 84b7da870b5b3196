"""A preserved page as one HTML file that opens with a double click and runs nothing.

Of the page's markup only what carries text and pictures is kept (by nh3, which is the sanitiser
Ammonia); pictures are within the file. A policy in its head forbids everything else to the
browser.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from attrs import frozen
from markupsafe import escape

from searchkit.text.markup import depth, plain_text

#: Gives a picture's bytes for its address; None where there is none to be had.
Picture = Callable[[str], bytes | None]

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'"
_CSS = (
    "body{max-width:44rem;margin:0 auto;padding:1rem;font:1.05rem/1.5 serif;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{border-collapse:collapse}td,th{border:1px solid;"
    "padding:.2rem .4rem}pre{white-space:pre-wrap}.about{font:.85rem/1.4 sans-serif;"
    "border:1px solid;padding:.5rem 1rem;margin-bottom:1.5rem}:root{color-scheme:light dark}"
)
_WORD = re.compile(r"\w+")
_KEPT = set(
    _WORD.findall(
        "a abbr article aside b bdi bdo blockquote br caption cite code col colgroup dd del"
        " details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins"
        " kbd li main mark nav ol p pre q rp rt ruby s samp section small span strong sub summary"
        " sup table tbody td tfoot th thead time tr u ul var wbr"
    )
)
_DROPPED = set(
    _WORD.findall(
        "script style template noscript title head svg math iframe object select textarea canvas"
        " audio video noembed noframes xmp plaintext button"
    )
)
_ATTRIBUTES = {
    "*": {"lang", "dir", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "reversed"},
    "time": {"datetime"},
}
#: No page nests its elements like this; the sanitiser's work grows with the square of it.
_DEEPEST = 1_500
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_IMAGE = re.compile(r"<img\b[^<>]{0,8000}>", re.IGNORECASE)
_LAZY = re.compile(
    r"""\sdata-(?:lazy-|original-)?(?:src|original)\s*=\s*["']([^"'\s]{1,2000})["']""",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"\ssrc\s*=", re.IGNORECASE)
_SRCSET = re.compile(r"""\s(?:data-)?srcset\s*=\s*["']\s*([^"'\s,]{1,2000})""", re.IGNORECASE)
_INLINE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif);base64,([A-Za-z0-9+/=\s]{1,2000000})")


@frozen
class About:
    """What the head of a copy says of it."""

    url: str
    title: str
    #: When it was fetched, in words.
    time: str
    status: int
    #: Media type of what was fetched.
    kind: str


def picture_addresses(markup: str, base: str) -> list[str]:
    """The addresses of the pictures in a page, each once, in their order."""
    found: dict[str, None] = {}

    def note(element: str, attribute: str, value: str) -> str | None:
        if (element, attribute) == ("img", "src") and (link := _link(value, base)):
            found.setdefault(link)
        return None

    if depth(markup) <= _DEEPEST:
        _cleaned(markup, note)
    return list(found)


def page_view(about: About, markup: str, base: str, picture: Picture) -> bytes:
    """The HTML file of a web page.

    Args:
        about: what its head says.
        markup: the page, decoded.
        base: its address, which relative links start from.
        picture: gives the pictures.
    """

    def settle(element: str, attribute: str, value: str) -> str | None:
        if (element, attribute) == ("img", "src"):
            return _source(value, base, picture)
        if (element, attribute) == ("a", "href"):
            return _link(value, base)
        return value

    if depth(markup) > _DEEPEST:
        return file_view(about, b"", plain_text(markup))
    return _whole(about, _cleaned(markup, settle))


def file_view(about: About, data: bytes, text: str | None) -> bytes:
    """The HTML file of something that is no web page: a text, a picture, or a file to save.

    Args:
        about: what its head says.
        data: what was fetched.
        text: the same as text, where it is one.
    """
    if text is not None:
        return _whole(about, f"<pre>{escape(text)}</pre>")
    kind = _kind(data)
    packed = base64.b64encode(data).decode("ascii")
    if kind:
        return _whole(about, f'<p><img src="data:{kind};base64,{packed}" alt=""></p>')
    name = re.sub(r"[^\w.-]", "_", urlsplit(about.url).path.rpartition("/")[2])[-80:] or "file"
    link = f'<a download="{escape(name)}" href="data:application/octet-stream;base64,{packed}">'
    return _whole(about, f"<p>{link}Save the file {escape(name)}</a> ({len(data):,} bytes)</p>")


def _whole(about: About, body: str) -> bytes:
    title = escape(about.title or about.url)
    head = (
        "<!doctype html>\n<html>\n<head>\n"
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_CSS}</style>\n</head>\n<body>\n"
    )
    said = (
        f'<div class="about"><strong>Preserved copy</strong> of {escape(about.url)}, fetched'
        f" {escape(about.time)}, answered with {about.status}"
        f"{f', {escape(about.kind)}' if about.kind else ''}. Scripts, styles and forms are left"
        " out; the WARC file beside this one holds the page as it was sent.</div>\n"
    )
    return f"{head}{said}{body}\n</body>\n</html>\n".encode("utf-8", "replace")


def _brought_forward(tag: re.Match[str]) -> str:
    """A picture's tag with the address that a script would have put into it when it is seen."""
    lazy = _LAZY.search(tag[0]) or (None if _SOURCE.search(tag[0]) else _SRCSET.search(tag[0]))
    # Of two attributes of one name, the first counts.
    return f'<img src="{lazy[1]}" {tag[0][4:]}' if lazy else tag[0]


def _cleaned(markup: str, settle: Callable[[str, str, str], str | None]) -> str:
    import nh3  # noqa: PLC0415 - an extra

    return nh3.clean(
        _IMAGE.sub(_brought_forward, markup),
        tags=_KEPT,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=settle,
        url_schemes={"http", "https", "data"},
        link_rel="noopener noreferrer nofollow",
    )


def _link(value: str, base: str) -> str | None:
    try:
        link = urljoin(base, value.strip())
        return link if urlsplit(link).scheme in ("http", "https") else None
    except ValueError:
        return None


def _source(value: str, base: str, picture: Picture) -> str | None:
    if inline := _INLINE.fullmatch(value.strip()):
        try:
            data: bytes | None = base64.b64decode(inline[1], validate=False)
        except ValueError:
            return None
    else:
        link = _link(value, base)
        data = picture(link) if link else None
    kind = _kind(data) if data else None
    if not data or not kind:
        return None
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _kind(data: bytes) -> str | None:
    """What kind of picture it is by its first bytes, whatever anybody says; SVG is none."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return next((kind for mark, kind in _SIGNATURES if data.startswith(mark)), None)
