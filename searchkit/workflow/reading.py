"""Articles and claims by the names that people type for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from searchkit.claims import claims_of
from searchkit.engine.base import Kind
from searchkit.errors import AmbiguousError, NotFoundError, SearchkitError
from searchkit.files import write_atomic
from searchkit.model import Article, Claim, ReviewedArticle, ReviewedClaim
from searchkit.query.tree import Phrase
from searchkit.text import normalise
from searchkit.workflow import summaries
from searchkit.workflow.workspace import Workspace

SHORTEST_HANDLE = 3
# Compiled when somebody types a handle.
_ID = "(?i)[a-z][a-z0-9]*(-[0-9]+)?"
_NUMBERED = "(?i)([a-z][a-z0-9-]*):([0-9]{1,6})"
_MOST_CANDIDATES = 8
#: Articles that stay put together: those that a page or a report goes through more than once.
_MOST_ASSEMBLED = 256


def read_article(ws: Workspace, article_id: str, article: Article | None = None) -> ReviewedArticle:
    """An article with all its claims and what stands on them.

    Args:
        article: as the engine holds it, where that is at hand.

    Raises:
        NotFoundError: neither the corpus nor the sidecars know it.
        SidecarError: its sidecar is damaged.
    """
    # Taken before the sidecar is read: a later state may be kept under it, but none for long.
    stamp = ws.sidecars.fingerprint(article_id)
    article = article or next(iter(ws.engine.articles([article_id])), None)
    state = stamp, article, ws.dead_links
    known = ws.assembled.get(article_id)
    if known and known[0] == state:
        ws.assembled.move_to_end(article_id)
        return known[1]
    sidecar = ws.reviews.load(article_id) if stamp else None
    if sidecar:
        from searchkit.workflow.assemble import assemble  # noqa: PLC0415 - few articles are judged

        found = assemble(article, sidecar, ws.dead_links)
    elif article:
        found = ReviewedArticle(article, tuple(map(ReviewedClaim, claims_of(article))))
    else:
        remedy = "search for it, and take the id that the listing shows"
        raise NotFoundError(f"there is no article {article_id!r}", remedy=remedy)
    ws.assembled[article_id] = (state, found)
    if len(ws.assembled) > _MOST_ASSEMBLED:
        ws.assembled.popitem(last=False)
    return found


def resolve_article(ws: Workspace, handle: str) -> str:
    """The id of the article that a handle names: a unique prefix of its id.

    Raises:
        NotFoundError, AmbiguousError
    """
    handle = handle.strip()
    if re.fullmatch(_ID, handle):
        known = set(ws.engine.ids("articles", handle.lower(), _MOST_CANDIDATES + 1))
        known |= {id for id in ws.reviews.ids() if id.startswith(handle.lower())}
        found = _only(sorted(known), handle)
        if found:
            return found
        if known:
            titles = [f"{a.id}  {a.title[:70]}" for a in ws.engine.articles(sorted(known))]
            raise _ambiguous("article", handle, titles)
    remedy = "search for it, and take the id that the listing shows"
    raise NotFoundError(f"there is no article {handle!r}", remedy=remedy)


def resolve_claim(ws: Workspace, handle: str) -> tuple[str, str]:
    """Article id and claim id of the claim that a handle names.

    Args:
        handle: any unique prefix of its id, ``ARTICLE:3``, its number in the last listing, or
            words that occur in exactly one claim.

    Raises:
        NotFoundError, AmbiguousError
    """
    handle = handle.strip()
    if re.fullmatch("[0-9]{1,9}", handle):
        return _from_listing(ws, int(handle))
    if numbered := re.fullmatch(_NUMBERED, handle):
        article = resolve_article(ws, numbered[1])
        for reviewed in read_article(ws, article).claims:
            if reviewed.claim.number == int(numbered[2]):
                return article, reviewed.claim.id
        remedy = f"`searchkit show {numbered[1]}` numbers its claims"
        raise NotFoundError(f"article {article} has no claim {numbered[2]}", remedy=remedy)
    if re.fullmatch(_ID, handle):
        found = _claim_by_prefix(ws, handle.lower())
        if found:
            return found
    return claim_by_words(ws, handle)


def _claim_by_prefix(ws: Workspace, prefix: str) -> tuple[str, str] | None:
    reviewed = {s.claim: s.article for s in summaries.load(ws).claims}
    known = set(ws.engine.ids("claims", prefix, _MOST_CANDIDATES + 1))
    known |= {id for id in reviewed if id.startswith(prefix)}
    found = _only(sorted(known), prefix)
    if found is None and known:
        lines = [_line(claim) for claim in ws.engine.claims(sorted(known))]
        raise _ambiguous("claim", prefix, lines)
    if found is None:
        return None
    if found in reviewed:
        return reviewed[found], found
    return ws.engine.claims([found])[0].article, found


def claim_by_words(ws: Workspace, words: str) -> tuple[str, str]:
    """(article, claim) of the one claim that words stand in.

    Raises:
        NotFoundError, AmbiguousError
    """
    wanted = normalise(words.strip("\"'“”„‘’«»「」『』")).casefold()
    found: list[Claim] = []
    if any(character.isalnum() for character in wanted):
        # Not an exact phrase: what was typed may end within a word.
        hits = ws.engine.search("claims", Phrase(wanted, slop=1), limit=200).hits
        claims = ws.engine.claims(hit.id for hit in hits)
        found = [c for c in claims if wanted in normalise(c.text).casefold()]
        exact = [c for c in found if normalise(c.text).casefold() == wanted]
        found = exact if len(exact) == 1 else found
    if len(found) == 1:
        return found[0].article, found[0].id
    if found:
        raise _ambiguous("claim", words, [_line(claim) for claim in found])
    raise NotFoundError(
        f"there is no claim {words!r}",
        remedy="name it by its id, as ARTICLE:3, by its number in the last listing, or by"
        " words that stand in it",
    )


def _only(known: Sequence[str], handle: str) -> str | None:
    if handle.lower() in known:
        return handle.lower()
    return known[0] if len(known) == 1 else None


def _line(claim: Claim) -> str:
    text = " ".join(claim.text.split())
    return f"{claim.id}  {text[:70]}{'…' if len(text) > 70 else ''}"


def _ambiguous(what: str, handle: str, lines: Sequence[str]) -> AmbiguousError:
    shown = tuple(lines[:_MOST_CANDIDATES])
    if len(lines) > len(shown):
        shown += ("…",)
    message = f"{handle!r} can mean several {what}s"
    return AmbiguousError(message, candidates=shown, remedy="type more of it")


def show(ws: Workspace, handle: str) -> ReviewedArticle | tuple[ReviewedArticle, ReviewedClaim]:
    """The article, or the claim within its article, that a handle names.

    Raises:
        NotFoundError, AmbiguousError, SidecarError
    """
    if re.fullmatch(_ID, handle.strip()):
        try:
            return read_article(ws, resolve_article(ws, handle))
        except NotFoundError:
            pass
    return show_claim(ws, *resolve_claim(ws, handle))


def show_claim(
    ws: Workspace, article_id: str, claim_id: str
) -> tuple[ReviewedArticle, ReviewedClaim]:
    """A claim within its article.

    Raises:
        NotFoundError: the article has no such claim any more.
    """
    article = read_article(ws, article_id)
    for reviewed in article.claims:
        if reviewed.claim.id == claim_id:
            return article, reviewed
    remedy = f"`searchkit show {article_id}` lists its claims; run `searchkit index` if it changed"
    raise NotFoundError(f"article {article_id} has no claim {claim_id}", remedy=remedy)


def bare_article(ws: Workspace, handle: str) -> Article | None:
    """The article that a handle names, without what was said of it, which may not be known.

    Returns:
        None when the handle names no article, or one that left the corpus.

    Raises:
        AmbiguousError
    """
    try:
        article_id = resolve_article(ws, handle)
    except NotFoundError:
        return None
    return next(iter(ws.engine.articles([article_id])), None)


def source_link(ws: Workspace, handle: str) -> str:
    """The link to the source of an article, or of the article that a claim stands in.

    Raises:
        SearchkitError: it gives none that a browser may open.
    """
    found = show(ws, handle)
    article: Article = (found[0] if isinstance(found, tuple) else found).article
    for link in article.links:
        if link.startswith(("https://", "http://")):
            return link
    raise SearchkitError("it names no link to its source", place=f"article {article.id}")


# Handles ------------------------------------------------------------------------------------


def handles(ws: Workspace, ids: Iterable[str], kind: Kind = "claims") -> dict[str, str]:
    """For each id, the shortest prefix that `show` and `mark` take for it alone."""
    return {id: _handle(ws, id, kind) for id in ids}


def _handle(ws: Workspace, id: str, kind: Kind) -> str:
    other: Kind = "articles" if kind == "claims" else "claims"
    stem, ordinal, _ = id.partition("-")
    # Where the same words stand again in an article, every beginning names several claims.
    lengths = range(0) if ordinal else range(SHORTEST_HANDLE, len(stem))
    for length in lengths:
        prefix = id[:length]
        known = ws.engine.ids(kind, prefix, 2)
        if known in ([id], []) and not ws.engine.ids(other, prefix, 1):
            return prefix
        if len(known) > 1 and all(one.startswith(stem) for one in known):
            break
    return id


def remember_listing(ws: Workspace, claims: Sequence[tuple[str, str]]) -> None:
    """Keep (article id, claim id) of what was just listed, so that numbers name it.

    An empty claim id keeps the place of a line that shows none.

    A folder that cannot be written is no reason for a listing to fail.
    """
    try:
        data = json.dumps(claims).encode()
        # A search does not wait for the disk: the next one writes another listing.
        write_atomic(ws.cache / "listing.json", data, mode=0o600, durable=False)
    except (OSError, SearchkitError):
        return


def _from_listing(ws: Workspace, number: int) -> tuple[str, str]:
    remedy = "list claims first (`searchkit search …` or `searchkit claims …`)"
    try:
        listed = json.loads((ws.cache / "listing.json").read_text("utf-8"))
        article, claim = listed[number - 1] if number else (None, None)
    except (OSError, ValueError, IndexError, TypeError, RecursionError):
        article, claim = None, None
    if not (isinstance(article, str) and isinstance(claim, str) and claim):
        raise NotFoundError(f"the last listing has no claim number {number}", remedy=remedy)
    return article, claim
