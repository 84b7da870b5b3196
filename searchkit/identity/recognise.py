"""What an article is recognised by: its links, its title and the likeness of its text.

Moving, renaming, splitting and re-ordering files, correcting an article and adding a source to it
leave it the same article; another text under the same link is another article.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import count
from urllib.parse import SplitResult, urlsplit

from searchkit.identity.sketch import SIMILAR, similarity, sketches
from searchkit.model import Article, Identity
from searchkit.text import normalise

# Without i, l, o and u: nothing to misread, and no words by accident (Crockford's base 32).
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LETTERS = _ALPHABET[10:]
_ID_LENGTH = 8

_NO_WORD = re.compile(r"[\W_]+")

_DEFAULT_PORTS = (None, 80, 443)
# Parameters that say how a reader came to the page and never which page it is.
_TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_cid"
    r"|mc_eid|_hsenc|_hsmi|mkt_tok|vero_id|oly_enc_id|oly_anon_id|cmpid|ocid|smid|guccounter"
    r"|guce_.*|srsltid|wt_mc|wt\.mc_id|_ga|_gl|__twitter_impression|ref_src|ref_url|at_campaign"
    r"|at_medium|at_custom\d|at_link_.*|ns_campaign|ns_mchannel|ns_source|xtor|s_cid|icid|ftag|spm"
    r"|rss_id|feedtype|feedname|amp|amp_.*|outputtype=amp",
    re.IGNORECASE | re.DOTALL,
)
# Copies that search engines serve: https://www.google.com/amp/s/HOST/PATH and
# https://HOST-WITH-HYPHENS.cdn.ampproject.org/c/s/HOST/PATH.
_AMP_CACHE = re.compile(
    r"(?:google(?:\.[a-z]{2,3}){1,2}/amp|[^/]+\.cdn\.ampproject\.org/[a-z])(?:/s)?/([^/]+\..*)",
    re.IGNORECASE | re.DOTALL,
)
_AMP_ENDING = re.compile(r"(?:\.amp)+(?=(?:\.html?)?/*$)", re.IGNORECASE)


def content_hash(title: str, text: str) -> str:
    """SHA-256 (hex) of the normalised title and text."""
    return _content(title, normalise(text))


def _content(title: str, normalised: str) -> str:
    return _digest(f"{normalise(title)}\n{normalised}").hexdigest()


@lru_cache(maxsize=1024)
def canonical_link(url: str) -> str:
    """One spelling for the links of one page.

    Scheme, ``www.``, letter case of the host, default port, user name, fragment, tracking
    parameters, the order of the others and a slash at the end make no difference, nor does it
    whether the page or its AMP version is meant. Whatever is no http or https link comes back as
    it is, without the spaces around it.
    """
    url = url.strip()
    # Each step unwraps one address; a few are more than any search engine writes.
    for _ in range(4):
        shorter = _canonical_step(url)
        if shorter == url:
            break
        url = shorter
    return url


def _canonical_step(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = _host(parts)
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not host:
        return url
    parameters = sorted(p for p in parts.query.split("&") if p and not _is_tracking(p))
    query = f"?{'&'.join(parameters)}" if parameters else ""
    if cached := _AMP_CACHE.fullmatch(f"{host}{parts.path}"):
        return f"https://{cached[1]}{query}"
    path = _AMP_ENDING.sub("", parts.path).rstrip("/")
    segments = path.split("/")
    kept = [segment for segment in segments if segment.lower() != "amp"]
    if any(kept):
        path = "/".join(kept).rstrip("/")
    return f"https://{host}{path}{query}"


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0]
    return bool(_TRACKING.fullmatch(name) or _TRACKING.fullmatch(parameter))


def title_key(title: str) -> str:
    """A title without case, punctuation and typography, to compare by."""
    return _NO_WORD.sub(" ", normalise(title).casefold()).strip()


def mint(article: Article, taken: Container[str]) -> str:
    """A new id: a letter and seven letters or digits, the same for the same article.

    It comes from the article's link (of several, the first in alphabetical order), else from its
    title with outlet and date, else from its content.

    Args:
        article: an article that nobody gave an id yet.
        taken: ids that belong to other articles.
    """
    links = sorted(map(canonical_link, article.links))
    if links:
        basis = links[0]
    elif article.outlets or article.date:
        basis = "\n".join((title_key(article.title), *sorted(article.outlets), str(article.date)))
    else:
        basis = content_hash(article.title, article.text)
    id = _short(basis)
    if id not in taken:
        return id
    content = content_hash(article.title, article.text)
    id = _short(f"{basis}\n{content}")
    ordinals = count(2)
    while id in taken:
        id = _short(f"{basis}\n{content}\n{next(ordinals)}")
    return id


def identity_of(article: Article) -> Identity:
    """What the article can be recognised by later."""
    return identities([article])[0]


def identities(articles: Sequence[Article]) -> list[Identity]:
    """What each of the articles can be recognised by later: see `identity_of`."""
    texts = [normalise(article.text) for article in articles]
    return [
        Identity(article.id, article.title, article.sources, _content(article.title, text), drawn)
        for article, text, drawn in zip(articles, texts, sketches(texts), strict=True)
    ]


def keys(identity: Identity) -> tuple[int, ...]:
    """What two articles have in common that may be one: 64-bit hashes of links, title, content.

    Two that have none in common are never the same by `match`.
    """
    links = sorted(_links(identity))
    named = [*(f"link:{link}" for link in links), f"title:{title_key(identity.title)}"]
    return tuple(
        int.from_bytes(_digest(name).digest()[:8], "big", signed=True)
        for name in (*named, f"content:{identity.content}")
    )


def match(identity: Identity, candidates: Sequence[Identity]) -> Identity | None:
    """The known article that this one is, or None when it is a new one.

    The same content is the same article. So is a text similar enough that shares a link, or the
    title as long as no other link or date speaks against it: reports that appear every week share
    title and most words. Of several, the most similar one, then one that shares a link.

    Args:
        identity: the article in hand; its id does not matter.
        candidates: known articles, in any order.
    """
    if not candidates:
        return None
    links, title = _links(identity), title_key(identity.title)
    best: tuple[bool, float, bool] | None = None
    found: Identity | None = None
    for candidate in sorted(candidates, key=lambda known: known.id):
        same = candidate.content == identity.content
        linked = not links.isdisjoint(_links(candidate))
        titled = title and title_key(candidate.title) == title
        if not (same or linked or (titled and not _told_apart(identity, candidate))):
            continue
        score = similarity(identity.sketch, candidate.sketch)
        rank = (same, score, linked)
        if (same or score >= SIMILAR) and (best is None or rank > best):
            best, found = rank, candidate
    return found


def _told_apart(one: Identity, other: Identity) -> bool:
    """Whether both have links and share none, or both have dates and share none."""
    links = _links(one), _links(other)
    dates = [{s.date for s in identity.sources if s.date} for identity in (one, other)]
    return any(all(pair) and pair[0].isdisjoint(pair[1]) for pair in (links, dates))


def _digest(text: str) -> hashlib._Hash:
    # JSON can smuggle lone surrogates in; they must not stop an article from being known.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass"))


def _short(text: str) -> str:
    number = int.from_bytes(_digest(text).digest())
    number, letter = divmod(number, len(_LETTERS))
    chars = [_LETTERS[letter]]
    for _ in range(_ID_LENGTH - 1):
        number, digit = divmod(number, len(_ALPHABET))
        chars.append(_ALPHABET[digit])
    return "".join(chars)


def _links(identity: Identity) -> frozenset[str]:
    return frozenset(canonical_link(s.link) for s in identity.sources if s.link)


def _host(parts: SplitResult) -> str:
    host, port = (parts.hostname or "").rstrip("."), parts.port
    while host.startswith(("www.", "amp.")) and host.count(".") > 1:
        host = host[4:]
    if ":" in host:
        host = f"[{host}]"
    return host if port in _DEFAULT_PORTS else f"{host}:{port}"
