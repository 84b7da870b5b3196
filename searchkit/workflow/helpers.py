"""Articles are prepared beside the indexer, in processes of their own: as many cores, less time.

A helper reads a line of JSON, a number and articles, and answers with that number and what follows
from them. It has no files, knows no index, and ends when nobody can ask it any more, whatever
became of the indexer. What a helper leaves undone the indexer does itself.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import signal
import subprocess
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

from searchkit.model import Article, Identity, Source
from searchkit.workflow.prepared import Prepared, prepare

#: More do not help: storing what they prepared takes as long.
_HELPERS = 2
#: Bytes to read for which starting them pays.
WORTH = 4 << 20
#: Lots of articles that are prepared while the indexer is at an earlier one.
_AHEAD = 16
# The folder of the indexer may hold modules that nobody meant to run: -P keeps it off the path.
_COMMAND = (
    "-P",
    "-c",
    "import sys; sys.path.append(sys.argv[1]);"
    "from searchkit.workflow.helpers import serve; serve()",
    str(Path(__file__).parents[2]),
)

Result = Callable[[], list[Prepared]]


class Hands(Protocol):
    """Whoever prepares articles."""

    #: Lots that are begun before the first of them is asked for.
    ahead: int

    def begin(self, articles: Sequence[Article]) -> Result:
        """Begin with a lot; the result waits for its end."""


class _Own:
    """The indexer itself."""

    ahead = 0

    def begin(self, articles: Sequence[Article]) -> Result:
        return partial(prepare, articles)


class _Helper:
    """One process that prepares articles."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, and nothing given
            [sys.executable, *_COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What goes wrong in a helper goes wrong again where it can be told.
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._asks, self._answers = self._process.stdin, self._process.stdout

    def ask(self, number: int, request: bytes) -> bytes:
        """The answer to a numbered line; not a whole line when the process is no more."""
        try:
            self._asks.write(request)
            self._asks.flush()
            answer = self._answers.readline()
            # What else an interpreter may print, on its start, is nobody's answer.
            while answer and not answer.startswith(b"[%d," % number):
                answer = self._answers.readline()
        except OSError:
            return b""
        return answer

    def end(self) -> None:
        """Let it go, when nobody waits for an answer."""
        with suppress(OSError):
            self._asks.close()
        self._process.wait()
        self._answers.close()


class _Helpers:
    """Processes that prepare articles, each for whoever finds it idle."""

    ahead = _AHEAD

    def __init__(self, helpers: Sequence[_Helper], threads: ThreadPoolExecutor):
        self._threads = threads
        self._numbers = count()
        self._idle: SimpleQueue[_Helper] = SimpleQueue()
        for helper in helpers:
            self._idle.put(helper)

    def begin(self, articles: Sequence[Article]) -> Result:
        number = next(self._numbers)
        request = _line([number, list(map(_plain, articles))])
        return partial(_result, articles, self._threads.submit(self._ask, number, request))

    def _ask(self, number: int, request: bytes) -> bytes:
        helper = self._idle.get()
        try:
            return helper.ask(number, request)
        finally:
            self._idle.put(helper)


@contextmanager
def hands(size: int) -> Iterator[Hands]:
    """Who prepares the articles of this run.

    Args:
        size: bytes of the files that are to be read.
    """
    if size < WORTH or _cores() < 2 or not sys.executable:
        yield _Own()
        return
    helpers: list[_Helper] = []
    # They wait for the helpers, while the indexer goes on.
    threads = ThreadPoolExecutor(_HELPERS)
    try:
        with suppress(OSError):
            for _ in range(_HELPERS):
                helpers.append(_Helper())
        yield _Helpers(helpers, threads) if helpers else _Own()
    finally:
        threads.shutdown(cancel_futures=True)
        for helper in helpers:
            helper.end()


def _cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def serve() -> None:
    """Be a helper."""
    # Whoever interrupts the indexer interrupts its helpers too; the indexer ends them in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    if hasattr(os, "nice"):
        # What everybody waits for in the end is the indexer, so it goes first.
        os.nice(5)
    for line in sys.stdin.buffer:
        number, plain = _read(line)
        prepared = prepare([_article(*one) for one in plain])
        sys.stdout.buffer.write(_line([number, list(map(_answer, prepared))]))
        sys.stdout.buffer.flush()


# What goes through the pipes -----------------------------------------------------------------


def _line(value: Any) -> bytes:
    # As it is, lone surrogates too: the offsets of claims count them.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode("utf-8", "surrogatepass")


def _read(line: bytes) -> Any:
    return json.loads(line.decode("utf-8", "surrogatepass"))


def _plain(article: Article) -> list[Any]:
    sources = [[s.outlet, s.date and s.date.toordinal(), s.link] for s in article.sources]
    return [article.title, article.text, sources]


def _article(title: str, text: str, sources: list[Any]) -> Article:
    return Article(
        title,
        text,
        tuple(
            Source(outlet, day and dt.date.fromordinal(day), link) for outlet, day, link in sources
        ),
    )


def _answer(prepared: Prepared) -> list[Any]:
    identity = prepared.identity
    # Read and written as one word, many numbers take a third of the time.
    sketch = array("I", identity.sketch).tobytes().hex()
    return [identity.id, identity.content, sketch, prepared.keys, prepared.passages]


def _prepared(article: Article, plain: list[Any]) -> Prepared:
    id, content, sketch, keys, rows = plain
    numbers = tuple(array("I", bytes.fromhex(sketch)))
    identity = Identity(id, article.title, article.sources, content, numbers)
    passages = [
        (claim, kind, start, end, whole and tuple(whole), before and tuple(before))
        for claim, kind, start, end, whole, before in rows
    ]
    return Prepared(identity, tuple(keys), passages)


def _result(articles: Sequence[Article], asked: Future[bytes]) -> list[Prepared]:
    answer = asked.result()
    if not answer.endswith(b"\n"):
        return prepare(articles)
    _, plain = _read(answer)
    return list(map(_prepared, articles, plain))
