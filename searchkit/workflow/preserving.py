"""Preserving the pages behind evidence: kept, proved, and the quoted passage looked for in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as percent

from attrs import evolve, field, frozen

from searchkit.errors import NotFoundError
from searchkit.evidence import view, warcfile
from searchkit.evidence.check import politely
from searchkit.evidence.pages import Fetched, FetchError
from searchkit.readers.webencoding import decode_page
from searchkit.reviews import Act
from searchkit.workflow.linkuse import Use, evidence_uses
from searchkit.workflow.pagetext import PAGES, Quoted, quoted_in, title_of, visible_text
from searchkit.workflow.reading import read_article, resolve_claim
from searchkit.workflow.workspace import Workspace
from searchkit.workflow.writing import identity_now

if TYPE_CHECKING:
    from searchkit.evidence.fetch import Fetcher

Progress = Callable[[int, int, str], None]

#: Pages that are fetched at once: each is held in memory with its pictures.
_WORKERS = 6
#: Pictures of a page, bytes of one and of all, and seconds for all.
_PICTURES, _PICTURE, _ALL_PICTURES = 40, 4 << 20, 16 << 20
#: Headers of an answer that go into the sidecar, and characters of each.
_HEADERS, _LONGEST = 60, 1_000
#: What servers give to browsers to remember; it is nobody's evidence.
_PRIVATE = frozenset({"set-cookie", "set-cookie2"})


@frozen
class Made:
    """A page as it will be kept."""

    page: Fetched
    warc: bytes
    view: bytes
    #: All that a reader of the page sees; None of something without text.
    text: str | None


@frozen
class Preserved:
    """What became of a link."""

    url: str
    uses: tuple[Use, ...]
    #: SHA-256 of the copy; None when there is none.
    copy: str | None = None
    #: Claim -> what became of its quote; claims without a quote are left out.
    quotes: Mapping[str, Quoted] = field(factory=dict)
    #: Where a public archive holds it too.
    archived: str | None = None
    #: Why there is no copy, or why the archive does not hold it.
    problem: str | None = None


def preserve(
    ws: Workspace,
    web: Fetcher,
    names: Sequence[str] = (),
    *,
    reviewer: str,
    again: bool = False,
    archive: str | None = None,
    progress: Progress | None = None,
) -> list[Preserved]:
    """Keep copies of the pages behind evidence, each recorded by an event on every claim it is for.

    Args:
        web: fetches pages.
        names: links, or handles of claims; all links of evidence by default. A copy is for the
            claims that are named, or for all with a link that is.
        reviewer: who preserves them.
        again: also what has a copy already; without it no claim's copy is replaced.
        archive: the address of a public archive that is asked to keep the page too; the page's
            link is put behind it.
        progress: told (links done, links in all, link).

    Raises:
        NotFoundError, AmbiguousError: of the names; then nothing is fetched.
        SearchkitError: a copy or an event cannot be written; what was written before stays.
    """
    todo: dict[str, list[Use]] = {}
    for use in _chosen(ws, names):
        if again or not (use.evidence and use.evidence.copy):
            todo.setdefault(use.url, []).append(use)
    results = []

    def work(url: str) -> Made | FetchError:
        try:
            return _made(web, url)
        except FetchError as error:
            return error

    keeper = _Keeper(ws, web, reviewer, archive)
    links = [(url, url) for url in todo]
    for done, (url, made) in enumerate(politely(links, work, workers=_WORKERS), 1):
        if isinstance(made, FetchError):
            results.append(Preserved(url, tuple(todo[url]), problem=made.message))
        else:
            results.append(keeper.keep(url, todo[url], made))
        if progress:
            progress(done, len(todo), url)
    return sorted(results, key=lambda one: one.url)


def _chosen(ws: Workspace, names: Sequence[str]) -> list[Use]:
    uses = list(evidence_uses(ws))
    if not names:
        return uses
    links: set[str] = set()
    claims: set[tuple[str, str | None]] = set()
    for name in names:
        if name.lower().startswith(("http://", "https://")):
            if all(use.url != name for use in uses):
                remedy = "add it first: `searchkit link CLAIM URL`"
                raise NotFoundError("no claim has this link", place=name, remedy=remedy)
            links.add(name)
            continue
        found = resolve_claim(ws, name)
        if all((use.article, use.claim) != found for use in uses):
            remedy = f"add one first: `searchkit link {found[1]} URL`"
            raise NotFoundError(f"claim {found[1]} has no web link", remedy=remedy)
        claims.add(found)
    return [use for use in uses if use.url in links or (use.article, use.claim) in claims]


def _made(web: Fetcher, url: str) -> Made:
    """Fetch a page with its pictures.

    Raises:
        FetchError: it could not be fetched, or did not answer with a page.
    """
    page = web.get(url)
    if not 200 <= page.status < 300:
        raise FetchError("broken", f"answered with {page.status}; an error page is no evidence")
    text = visible_text(page.body, page.kind, page.charset)
    about = view.About(
        url=page.url,
        title=title_of(page.body, page.kind, page.charset, page.url) or page.url,
        time=page.time.strftime("%Y-%m-%d %H:%M UTC"),
        status=page.status,
        kind=page.kind,
    )
    if page.kind not in PAGES:
        return Made(page, warcfile.written([page]), view.file_view(about, page.body, text), text)
    markup = decode_page(page.body, page.charset)
    pictures = _pictures(web, view.picture_addresses(markup, page.url))
    seen = view.page_view(
        about,
        markup,
        page.url,
        lambda link: pictures[link].body if link in pictures else None,
    )
    return Made(page, warcfile.written([page, *pictures.values()]), seen, text)


def _pictures(web: Fetcher, links: Sequence[str]) -> dict[str, Fetched]:
    """The pictures of a page, as far as they are to be had; a page without one is one too."""
    limits = evolve(web.limits, sent=_PICTURE, unpacked=_PICTURE, seconds=15.0, silence=5.0)
    small = web.limited(limits)
    found: dict[str, Fetched] = {}
    size = misses = 0
    for link in links[:_PICTURES]:
        if size > _ALL_PICTURES or misses > 3:
            break
        try:
            picture = small.get(link)
        except FetchError:
            misses += 1
            continue
        if picture.status == 200:
            found[link] = picture
            size += len(picture.body)
    return found


@frozen
class _Keeper:
    """Who keeps copies, and where."""

    ws: Workspace
    web: Fetcher
    reviewer: str
    archive: str | None

    def keep(self, url: str, uses: Sequence[Use], made: Made) -> Preserved:
        """Write a copy, and an event on every claim that it is for."""
        copy, seen = self.ws.copies.add(made.warc, made.view)
        archived = problem = None
        if self.archive:
            archived, problem = _handed_over(self.web, self.archive, url)
        data: dict[str, Any] = {
            "url": url,
            "copy": copy,
            "view": seen,
            "time": made.page.time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "address": made.page.url,
            "status": made.page.status,
            "headers": _headers(made.page),
            **({"archived": archived} if archived else {}),
        }
        quotes: dict[str, Quoted] = {}
        for article, acts in _acts(uses, data, made.text).items():
            identity = identity_now(self.ws, read_article(self.ws, article))
            self.ws.reviews.append(identity, acts, reviewer=self.reviewer)
            quotes |= {
                act.claim: act.data["found"] for act in acts if act.claim and "found" in act.data
            }
        return Preserved(url, tuple(uses), copy, quotes, archived, problem)


def _acts(uses: Sequence[Use], data: dict[str, Any], text: str | None) -> dict[str, list[Act]]:
    """The events to write, by article: one for each claim."""
    found: dict[tuple[str, str | None], Act] = {}
    for use in uses:
        told = dict(data)
        if use.evidence and use.evidence.quote and text is not None:
            told["quote"] = use.evidence.quote
            told["found"] = quoted_in(use.evidence.quote, text)
        # Of several pieces of evidence with one link, the one with a quote says more.
        if (use.article, use.claim) not in found or "quote" in told:
            found[use.article, use.claim] = Act("preserve", use.claim, told)
    grouped: dict[str, list[Act]] = {}
    for (article, _), act in found.items():
        grouped.setdefault(article, []).append(act)
    return grouped


def _headers(page: Fetched) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in page.last.headers[:_HEADERS]:
        key = name.lower()
        if key not in _PRIVATE:
            found[key] = f"{found[key]}, {value}" if key in found else value
    return {key: value[:_LONGEST] for key, value in found.items()}


def _handed_over(web: Fetcher, archive: str, url: str) -> tuple[str | None, str | None]:
    """Ask a public archive to keep a page: its address there, or why it does not."""
    try:
        answer = web.get(f"{archive}{percent(url, safe='/:?&=%')}")
    except FetchError as error:
        return None, f"the archive did not take it: {error.message}"
    if not 200 <= answer.status < 300:
        return None, f"the archive did not take it: it answered with {answer.status}"
    return answer.url, None
