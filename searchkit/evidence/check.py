"""Asking many servers about many pages: at once, but never much of one server."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

from attrs import frozen

from searchkit.evidence.pages import Fetched, FetchError
from searchkit.evidence.record import Answer
from searchkit.identity import canonical_link

if TYPE_CHECKING:
    from searchkit.evidence.fetch import Fetcher

T = TypeVar("T")
R = TypeVar("R")

WORKERS = 24
#: Requests that one server has to answer at a time.
PER_HOST = 2
#: Of what may pass by itself: no answer, or an overloaded server.
_ATTEMPTS = 3
_TRANSIENT = frozenset({429, 500, 502, 503, 504})
_PERMANENT = frozenset({301, 308})
#: Seconds before the second attempt; twice that before the third.
_PAUSE = 0.5
#: Seconds that a server's own wish is waited for, at most.
_LONGEST_PAUSE = 10.0


@frozen
class Seen:
    """What came of asking for a page."""

    answer: Answer
    #: The page, where it was asked for and is there.
    page: Fetched | None = None


def ask(fetcher: Fetcher, url: str, *, page: bool, pause: float = _PAUSE) -> Seen:
    """Ask about a page: HEAD first, and GET where a server does not answer that with success.

    Args:
        page: fetch it whole.
        pause: seconds before a second attempt.
    """
    seen = Seen(Answer(problem="not asked"))
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_wish(seen.page) or pause * 2 ** (attempt - 1))
        try:
            found = _asked(fetcher, url, page=page)
        except FetchError as error:
            forbidden = error.kind == "forbidden"
            seen = Seen(Answer(problem=error.message, forbidden=forbidden))
            if error.kind not in ("broken", "unreachable"):
                break
        else:
            seen = Seen(_answer(url, found), found)
            if found.status not in _TRANSIENT:
                break
    return seen


def _asked(fetcher: Fetcher, url: str, *, page: bool) -> Fetched:
    if page:
        return fetcher.get(url)
    try:
        found = fetcher.head(url)
    except FetchError as error:
        if error.kind not in ("broken", "slow"):
            raise
    else:
        if found.status < 300:
            return found
    # Many a server knows no HEAD, or answers it otherwise than GET.
    return fetcher.peek(url)


def _answer(url: str, found: Fetched) -> Answer:
    led = canonical_link(found.url) != canonical_link(url)
    redirects = found.hops[:-1]
    return Answer(
        status=found.status,
        address=found.url if led else None,
        for_good=bool(redirects) and all(hop.status in _PERMANENT for hop in redirects),
    )


def _wish(found: Fetched | None) -> float:
    """Seconds that the server asked to be left alone for, where it says so in seconds."""
    after = (found.last.header("retry-after") or "") if found else ""
    return min(float(after), _LONGEST_PAUSE) if after.isdecimal() and len(after) < 9 else 0.0


class _Job(Generic[T]):
    """A link to be asked about, and its host."""

    def __init__(self, host: str, item: T):
        self.host = host
        self.item = item


def politely(
    links: Sequence[tuple[str, T]],
    work: Callable[[T], R],
    *,
    workers: int = WORKERS,
    per_host: int = PER_HOST,
) -> Iterator[tuple[T, R]]:
    """Do something for each link in several threads, and give the results as they come.

    Args:
        links: links, which tell the hosts, each with what the work is about.
        work: for one of them; must raise nothing but by mistake.
        workers: how many at once in all.
        per_host: how many at once of one host.

    Raises:
        Exception: whatever the work raised.
    """
    waiting: dict[str, deque[T]] = {}
    for url, item in links:
        waiting.setdefault(_host(url), deque()).append(item)
    jobs: queue.SimpleQueue[_Job[T] | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[_Job[T], R | None, BaseException | None]] = queue.SimpleQueue()
    threads = min(workers, len(links))
    # Results may be large: no more of them wait for the caller than are being worked at.
    room = threading.Semaphore(2 * threads)
    stopped = threading.Event()

    def run() -> None:
        while job := jobs.get():
            room.acquire()
            if stopped.is_set():
                return
            try:
                done.put((job, work(job.item), None))
            except BaseException as error:  # it is raised in the caller's thread
                done.put((job, None, error))

    # Daemons, so that a user who has enough need not wait for the slowest server.
    for _ in range(threads):
        threading.Thread(target=run, daemon=True).start()
    try:
        for host, items in waiting.items():
            for _ in range(min(per_host, len(items))):
                jobs.put(_Job(host, items.popleft()))
        for _ in range(len(links)):
            job, result, error = done.get()
            if waiting[job.host]:
                jobs.put(_Job(job.host, waiting[job.host].popleft()))
            if error:
                raise error
            yield job.item, result  # type: ignore[misc]
            room.release()
    finally:
        stopped.set()
        for _ in range(threads):
            jobs.put(None)
            room.release()


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
