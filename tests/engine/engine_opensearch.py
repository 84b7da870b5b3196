"""Names for indexes on the test cluster, which are gone afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from cluster import Cluster

from searchkit.engine.opensearch.access import Access


@contextmanager
def fresh_access(cluster: Cluster, *, shards: int = 2) -> Iterator[Access]:
    """A name that nobody uses; what was made under it is deleted in the end."""
    access = Access(cluster.urls, f"searchkit-test-{secrets.token_hex(6)}", shards=shards)
    try:
        yield access
    finally:
        for name in cluster.request("GET", f"/{access.name}-*"):
            cluster.request("DELETE", f"/{name}")
