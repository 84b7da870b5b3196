"""Whether every article of an index is there with its claims, as it was stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from searchkit.engine.opensearch.access import Access
from searchkit.engine.opensearch.compile import any_id, of_kind
from searchkit.engine.opensearch.documents import article_of, claim_of
from searchkit.engine.opensearch.snapshot import Answer, Snapshot, within

#: Articles that are looked at together.
_STEP = 200


def problems(
    snapshot: Snapshot, access: Access, progress: Callable[[int, int], None] | None = None
) -> list[str]:
    """Read everything, and say in one line each what is wrong.

    Args:
        progress: told (articles read, articles in all).
    """
    (total,) = snapshot.counts("articles", [of_kind("articles")])
    (claims,) = snapshot.counts("claims", [of_kind("claims")])
    found: list[str] = []
    read = expected = 0
    body = {"query": of_kind("articles"), "sort": [{"id": "asc"}]}
    for page in snapshot.pages(body, None, _STEP):
        hits = page["hits"]
        expected += sum(hit["_source"]["claim_count"] for hit in hits)
        found += [f"{access.place}: {what}" for what in _wrong(snapshot, hits)]
        read += len(hits)
        if progress:
            progress(read, total)
    if claims > expected:
        found.append(f"{access.place}: {claims - expected} claims belong to no article")
    return found


def _wrong(snapshot: Snapshot, hits: Sequence[Answer]) -> list[str]:
    ids = [hit["_source"]["id"] for hit in hits]
    query = within("claims", any_id("article", ids))
    counts = dict.fromkeys(ids, 0)
    found = []
    body = {"query": query, "sort": [{"article": "asc"}, {"number": "asc"}, {"id": "asc"}]}
    for page in snapshot.pages(body, None, 10 * _STEP):
        for hit in page["hits"]:
            counts[hit["_source"]["article"]] += 1
            if not _readable(hit["_source"]):
                found.append(f"claim {hit['_source']['id']} is not as it was stored")
    for hit in hits:
        source = hit["_source"]
        if not _readable(source):
            found.append(f"article {source['id']} is not as it was stored")
        if (there := counts[source["id"]]) != source["claim_count"]:
            found.append(f"article {source['id']} has {there} of {source['claim_count']} claims")
    return found


def _readable(source: dict[str, Any]) -> bool:
    try:
        if source["kind"] == "claims":
            claim_of(source)
        else:
            article_of(source["id"], source["stored"])
    except (LookupError, TypeError, ValueError):
        return False
    return True
