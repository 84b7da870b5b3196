"""Checking links: which are alive, moved or gone, and which pages no longer say what they said."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from searchkit.errors import SearchkitError
from searchkit.evidence import warcfile
from searchkit.evidence.addresses import anywhere, is_public
from searchkit.evidence.check import Seen, ask, politely
from searchkit.evidence.record import STATES, Answer, Checked, LinkRecord, State, judged
from searchkit.installed import needed
from searchkit.workflow.linkuse import Use, evidence_uses, source_uses
from searchkit.workflow.pagetext import likeness, main_text, quoted_in, visible_text
from searchkit.workflow.workspace import Workspace

if TYPE_CHECKING:
    from searchkit.evidence.fetch import Fetcher
    from searchkit.evidence.pages import Fetched
    from searchkit.model import Evidence

Progress = Callable[[int, int, str], None]

#: What was checked less long ago is not asked about again.
FRESH = dt.timedelta(hours=12)
#: A page less like its kept copy than this says something else.
SAME = 0.9
#: Bytes of a kept page that are compared.
_MOST = 50 << 20
#: Seconds for one answer, and of silence: a check asks for less than a copy does.
_SECONDS, _SILENCE = 20.0, 10.0
#: Results are written together, but none waits longer than this many seconds.
_WRITE = 1.0


@frozen
class CheckedLink:
    """A link, what it is, and where it stands."""

    result: Checked
    uses: tuple[Use, ...]
    #: False when the result is from an earlier run.
    now: bool = True

    @property
    def drifted(self) -> bool:
        """Whether the page no longer says what its kept copy says."""
        found = self.result
        return (found.likeness is not None and found.likeness < SAME) or bool(found.quotes)


@frozen
class CheckReport:
    """What a run came to."""

    #: In the order of their links.
    links: tuple[CheckedLink, ...]
    seconds: float
    counts: dict[State, int] = field(factory=dict)

    @property
    def drifted(self) -> int:
        """How many pages no longer say what their kept copies say."""
        return sum(link.drifted for link in self.links)


def fetcher(*, allow_private: bool = False) -> Fetcher:
    """What fetches pages.

    Args:
        allow_private: addresses of private networks and of this machine too.

    Raises:
        SearchkitError: the extra `evidence` is not installed.
    """
    for library in ("httpcore", "warcio", "nh3", "trafilatura"):
        needed(library, "links")
    from searchkit.evidence.fetch import Fetcher  # noqa: PLC0415 - an extra

    return Fetcher(allowed=anywhere if allow_private else is_public)


def check_links(
    ws: Workspace,
    web: Fetcher,
    *,
    sources: bool = True,
    again: bool = False,
    now: dt.datetime | None = None,
    pause: float | None = None,
    progress: Progress | None = None,
) -> CheckReport:
    """Ask about every link, and remember what came of it as it comes.

    Nothing here changes a sidecar. A run that is stopped goes on where it was when it is started
    again: what was asked within `FRESH` is taken as it is.

    Args:
        web: fetches pages.
        sources: the links of articles too, not of evidence alone.
        again: ask about all, whenever they were checked.
        now: the time of the checks; the present by default.
        pause: seconds before a second attempt, where that is not to be the usual.
        progress: told (links done, links in all, link).

    Raises:
        SearchkitError: the record of checks cannot be written.
    """
    started = time.monotonic()
    limits = web.limits
    web = web.limited(
        evolve(limits, seconds=min(limits.seconds, _SECONDS), silence=min(limits.silence, _SILENCE))
    )
    when = now or dt.datetime.now(dt.UTC)
    uses: dict[str, list[Use]] = {}
    for use in (*evidence_uses(ws), *(source_uses(ws) if sources else ())):
        uses.setdefault(use.url, []).append(use)
    results: dict[str, CheckedLink] = {}
    with LinkRecord(ws.index / "links.sqlite") as record:
        before = {url: record.get(url) for url in uses}
        for url, known in before.items():
            if known and not again and _is_fresh(known, when):
                results[url] = CheckedLink(known, tuple(uses[url]), now=False)
        waiting = [(url, url) for url in uses if url not in results]

        def work(url: str) -> Answer:
            more = {} if pause is None else {"pause": pause}
            kept = _kept(ws, uses[url])
            seen = ask(web, url, page=bool(kept), **more)
            return _compared(ws, seen, kept)

        done = len(results)
        fresh: list[Checked] = []
        written = time.monotonic()
        try:
            for url, answer in politely(waiting, work):
                found = judged(url, answer, before[url], when if now else dt.datetime.now(dt.UTC))
                results[url] = CheckedLink(found, tuple(uses[url]))
                fresh.append(found)
                done += 1
                if progress:
                    progress(done, len(uses), url)
                if time.monotonic() - written > _WRITE:
                    record.put(fresh)
                    fresh, written = [], time.monotonic()
        finally:
            record.put(fresh)
    links = tuple(results[url] for url in sorted(results))
    counts = {s: sum(link.result.state == s for link in links) for s in STATES}
    ws.forget_checks()
    return CheckReport(links, time.monotonic() - started, counts)


def _is_fresh(known: Checked, now: dt.datetime) -> bool:
    # What was forbidden was not asked, and may be allowed by now.
    return known.state != "forbidden" and now - dt.datetime.fromisoformat(known.checked) < FRESH


def _kept(ws: Workspace, uses: Iterable[Use]) -> list[Evidence]:
    """The evidence with a link whose preserved copy is there."""
    found = [use.evidence for use in uses if use.evidence]
    return [one for one in found if one.copy and ws.copies.has(one.copy)]


def _compared(ws: Workspace, seen: Seen, kept: Sequence[Evidence]) -> Answer:
    """The answer, with what the page says now beside what its kept copies say.

    Claims may have copies of different days: the one that is least like the page counts.
    """
    page = seen.page
    if not kept or page is None or not 200 <= page.status < 300:
        return seen.answer
    copies = dict.fromkeys(evidence.copy for evidence in kept if evidence.copy)
    alike = []
    for copy in copies:
        # `links verify` tells what is wrong with a copy.
        with suppress(SearchkitError):
            alike.append(_likeness(ws, page, copy))
    if not alike:
        return seen.answer
    whole = visible_text(page.body, page.kind, page.charset)
    quotes = {one.quote for one in kept if one.quote and one.quoted == "found"}
    # In what has no text, nobody looks.
    gone = sum(quoted_in(quote, whole) != "found" for quote in quotes) if whole is not None else 0
    return evolve(seen.answer, likeness=min(alike), quotes=gone)


def _likeness(ws: Workspace, page: Fetched, copy: str) -> float:
    body, charset, url = warcfile.page_of(ws.copies.read(copy), _MOST, copy)
    then = main_text(body, page.kind, charset, url)
    today = main_text(page.body, page.kind, page.charset, page.url)
    if then is None or today is None:
        return 1.0 if body == page.body else 0.0
    return likeness(then, today)
