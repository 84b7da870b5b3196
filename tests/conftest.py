"""What tests of every room share: golden files, and the switch that refreshes them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import cluster as opensearch
import pytest
from cluster import Cluster
from hypothesis import HealthCheck, settings
from webserver import QUICK, Site, served

from searchkit.evidence.addresses import anywhere
from searchkit.evidence.fetch import Fetcher

# Speed is measured in benchmarks/: a busy machine must not fail a test.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# What a shell starts in the background ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest.register_assert_rewrite("engine_answers", "engine_contract", "engine_contract_search")

_GOLDEN = Path(__file__).with_name("golden")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew; look at the diff"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a cluster, however far away it asks for one: ``-m "not cluster"``."""
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker("cluster")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text to the golden file of that name, to the byte."""
    update = bool(request.config.getoption("--update-golden"))

    def check(name: str, text: str) -> None:
        path = _GOLDEN / name
        if update:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        assert path.is_file(), f"{path.name} is missing; run pytest --update-golden"
        assert path.read_bytes().decode() == text

    return check


@pytest.fixture
def site() -> Iterator[Site]:
    """A real HTTP server on loopback."""
    with served() as running:
        yield running


@pytest.fixture
def web() -> Fetcher:
    """What fetches pages from this machine too, and is soon out of patience."""
    return Fetcher(allowed=anywhere, limits=QUICK)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The OpenSearch cluster that SEARCHKIT_OPENSEARCH_URL names, else one of three nodes."""
    why = opensearch.missing()
    if why:
        pytest.skip(why)
    given = os.environ.get("SEARCHKIT_OPENSEARCH_URL")
    if given:
        yield Cluster([given])
        return
    with opensearch.running(tmp_path_factory.mktemp("opensearch")) as running:
        yield running


@pytest.fixture
def frail_cluster(cluster: Cluster) -> Iterator[Cluster]:
    """The same with nodes that a test may kill; they are back when it ends.

    On a machine with few cores it takes minutes until they have agreed who leads, and now and then
    longer than a test should wait: so these tests are for whoever asks for them.
    """
    if "SEARCHKIT_KILL_NODES" not in os.environ:
        pytest.skip("kills nodes and waits for elections: set SEARCHKIT_KILL_NODES to run it")
    if not cluster.nodes:
        pytest.skip("SEARCHKIT_OPENSEARCH_URL names a cluster whose nodes must not be killed")
    yield cluster
    cluster.heal()
