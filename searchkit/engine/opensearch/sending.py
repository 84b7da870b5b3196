"""Changes on their way to the cluster: in bulk, several requests at a time, until all are there."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from attrs import frozen

from searchkit.engine.opensearch import faults
from searchkit.engine.opensearch.cluster import WRITING, Cluster, Rejected
from searchkit.engine.opensearch.documents import claim_key
from searchkit.engine.opensearch.journal import Change

#: Bytes and documents of one request; a larger article goes alone.
_BYTES, _DOCUMENTS = 4 << 20, 4_000
#: Requests at a time: enough to keep some nodes busy, few enough for their queues.
_AT_A_TIME = 4
_PAUSE = 0.5
#: The cluster need not wait for a shard that is not there; it will be asked again.
_BRIEFLY = "timeout=5s"


@frozen
class _Line:
    """One action of a bulk request."""

    action: bytes
    source: bytes


def send(cluster: Cluster, index: str, changes: Iterable[Change]) -> None:
    """Bring changes into an index, and let searches see them.

    Raises:
        SearchkitError: the cluster does not take them.
    """
    waiting: set[Future[None]] = set()
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        try:
            for group in _groups(changes):
                if len(waiting) == _AT_A_TIME:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    _raise_first(done)
                waiting.add(pool.submit(_send_group, cluster, index, group))
            _raise_first(wait(waiting).done)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    _show(cluster, index)


def _raise_first(done: Iterable[Future[None]]) -> None:
    for one in done:
        one.result()


def _groups(changes: Iterable[Change]) -> Iterator[list[Change]]:
    group: list[Change] = []
    size = count = 0
    for change in changes:
        if group and (size + change.size > _BYTES or count >= _DOCUMENTS):
            yield group
            group, size, count = [], 0, 0
        group.append(change)
        size += change.size
        count += len(change.documents) + 1
    if group:
        yield group


def _send_group(cluster: Cluster, index: str, group: Sequence[Change]) -> None:
    before = _claims_before(cluster, index, [change.article for change in group])
    lines = [line for change in group for line in _lines(change, before.get(change.article))]
    until = time.monotonic() + WRITING
    while lines:
        left, reason = _send_lines(cluster, index, lines)
        if left and time.monotonic() > until:
            raise faults.fault(cluster.access, 429, reason)
        if left:
            time.sleep(_PAUSE)
        lines = left


def _claims_before(cluster: Cluster, index: str, articles: Sequence[str]) -> dict[str, int]:
    """How many claims articles have that are stored already, whether or not searches see them."""
    asked = [{"_id": id, "routing": id, "_source": "claim_count"} for id in articles]
    try:
        told = cluster.ask("POST", f"/{index}/_mget", {"docs": asked}, patience=WRITING)
    except Rejected as rejected:
        raise cluster.explained(rejected) from rejected
    held = {}
    for one in told["docs"]:
        if "error" in one:
            raise faults.fault(cluster.access, 503, one)
        if one.get("found"):
            held[one["_id"]] = one["_source"]["claim_count"]
    return held


def _lines(change: Change, claims_before: int | None) -> Iterator[_Line]:
    """The actions that make an article what it shall be.

    One request brings all of an article to its shard, where they are carried out in their order:
    the article's own comes last, so that whoever begins anew knows what was there before.
    """
    article = change.article
    staying = max(len(change.documents) - 1, 0)
    for place in range(staying, claims_before or 0):
        yield _line("delete", claim_key(article, place), article)
    for key, source in change.documents:
        yield _line("index", key, article, source)
    if not change.documents and claims_before is not None:
        yield _line("delete", article, article)


def _line(action: str, key: str, article: str, source: bytes = b"") -> _Line:
    return _Line(json.dumps({action: {"_id": key, "routing": article}}).encode() + b"\n", source)


def _send_lines(
    cluster: Cluster, index: str, lines: Sequence[_Line]
) -> tuple[list[_Line], Mapping[str, Any] | None]:
    """Send actions; return those that the cluster was too busy for, and why."""
    body = b"".join(line.action + line.source for line in lines)
    try:
        told = cluster.ask("POST", f"/{index}/_bulk?{_BRIEFLY}", body, patience=WRITING)
    except Rejected as rejected:
        raise cluster.explained(rejected) from rejected
    if not told["errors"]:
        return [], None
    left, reason = [], None
    for line, item in zip(lines, told["items"], strict=True):
        (result,) = item.values()
        if "error" not in result:
            continue
        problem = faults.fault(cluster.access, result["status"], result)
        if result["status"] not in faults.PASSING or "watermark" in str(problem):
            raise problem
        left.append(line)
        reason = result
    return left, reason


def _show(cluster: Cluster, index: str) -> None:
    until = time.monotonic() + WRITING
    while True:
        try:
            told = cluster.ask("POST", f"/{index}/_refresh", patience=WRITING)
        except Rejected as rejected:
            raise cluster.explained(rejected) from rejected
        if not told["_shards"]["failed"]:
            return
        if time.monotonic() > until:
            raise faults.partial(cluster.access)
        time.sleep(_PAUSE)
