"""Nodes and clients that die, and disks that are full, while somebody works.

`--log-cli-level=INFO` shows what happened when.
"""

from __future__ import annotations

import itertools
import json
import logging
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from cli_runner import Cli, Ran, command, environment, process
from cluster import Cluster
from cluster_proxy import Reply, Request, proxied
from troubled import ARTICLES, Start, add, many, refused, whole

from searchkit.engine.opensearch.access import Access
from searchkit.query import parse
from searchkit.workflow.workspace import Workspace

_log = logging.getLogger(__name__)


class Searches:
    """Searches by process after process, until it is told to stop."""

    def __init__(self, cli: Cli, word: str) -> None:
        self.ran: list[Ran] = []
        self._over = threading.Event()

        def search() -> None:
            while not self._over.is_set():
                self.ran.append(process(cli.folder, "search", "--json", word))

        self._threads = [threading.Thread(target=search) for _ in range(2)]

    def __enter__(self) -> Searches:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def totals(self) -> list[int]:
        """What the searches that answered said; the others must have failed in one line."""
        found = []
        for one in self.ran:
            if one.code == 0:
                found.append(json.loads(one.out)["total"])
            else:
                refused(one)
        return found

    def wait(self, more: int) -> None:
        """Wait until so many more searches have ended."""
        goal = len(self.ran) + more
        latest = time.monotonic() + 120
        while len(self.ran) < goal and time.monotonic() < latest:
            time.sleep(0.05)
        assert len(self.ran) >= goal


# Nodes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("victim", [0, 2])
def test_a_node_dies_during_searches(start: Start, frail_cluster: Cluster, victim: int) -> None:
    cli = start(many(ARTICLES, "comet"))
    frail_cluster.wait()
    with Searches(cli, "comet") as searches:
        searches.wait(2)
        frail_cluster.nodes[victim].kill()
        searches.wait(6)
    totals = searches.totals()
    assert set(totals) == {ARTICLES}, "no partial result is passed off as whole"
    assert cli.json("search", "comet")["total"] == ARTICLES
    failed = [ran.err for ran in searches.ran if ran.code]
    _log.info(
        "node %s killed: %s whole answers, %s errors %s", victim, len(totals), len(failed), failed
    )


@pytest.mark.parametrize("victim", [0, 1, 2])
def test_a_node_dies_while_articles_are_sent(
    start: Start, frail_cluster: Cluster, victim: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = start()
    add(cli, ARTICLES, "comet")
    killed = threading.Event()

    def rule(request: Request, forward: Callable[[], Reply]) -> Reply:
        if "_bulk" in request.path and not killed.is_set():
            killed.set()
            frail_cluster.nodes[victim].kill()
            _log.info("node %s killed during the first bulk request", victim)
        return forward()

    with ExitStack() as stack:
        proxies = [stack.enter_context(proxied(url)) for url in frail_cluster.urls]
        for proxy in proxies:
            proxy.rule = rule
        monkeypatch.setenv("SEARCHKIT_URL", ",".join(proxy.url for proxy in proxies))
        ran = cli("index")
        assert killed.is_set()
        _log.info("exit %s %s", ran.code, ran.err)
        if ran.code:
            refused(ran)
            cli.ok("index")
        whole(cli, "comet", ARTICLES)
        frail_cluster.heal()
        whole(cli, "comet", ARTICLES)


def test_a_reader_that_stays_open_outlives_each_node(
    start: Start, frail_cluster: Cluster, prefix: str
) -> None:
    cli = start(many(ARTICLES, "comet"))
    frail_cluster.wait()
    access = Access(frail_cluster.urls, prefix)
    index = cli.folder / "index"
    with Workspace.open(index, engine="opensearch", cluster=access) as workspace:
        for node in frail_cluster.nodes:
            assert workspace.engine.count("articles", parse("comet")) == ARTICLES
            node.kill()
            for _ in range(3):
                assert workspace.engine.count("articles", parse("comet")) == ARTICLES
                found = workspace.engine.search("articles", parse("comet"), limit=None)
                assert len(found.hits) == found.total == ARTICLES
            frail_cluster.heal()


def whole_or_refused(ran: Ran) -> None:
    """Check that a search found all articles, or failed in one line."""
    if ran.code:
        refused(ran)
    else:
        assert json.loads(ran.out)["total"] == ARTICLES


def all_is_well_after(cli: Cli, cluster: Cluster) -> None:
    """Start what was killed, and check that nothing is lost and indexing goes on."""
    cluster.heal()
    assert cli.json("search", "comet")["total"] == ARTICLES
    cli.ok("index")
    whole(cli, "comet", ARTICLES)
    whole(cli, "meteor", 5)


def test_a_cluster_that_is_red(start: Start, frail_cluster: Cluster, prefix: str) -> None:
    cli = start(many(ARTICLES, "comet"))
    once = {"index": {"number_of_replicas": 0}}
    frail_cluster.request("PUT", f"/{prefix}*/_settings", once)
    frail_cluster.wait()
    shards = frail_cluster.request("GET", f"/_cluster/state/routing_table/{prefix}*")
    holders = {
        shard["node"]
        for index in shards["routing_table"]["indices"].values()
        for copies in index["shards"].values()
        for shard in copies
    }
    names = frail_cluster.request("GET", "/_nodes")["nodes"]
    victim = int(names[min(holders)]["name"].removeprefix("node-"))
    frail_cluster.nodes[victim].kill()
    frail_cluster.wait("red", nodes=2)
    add(cli, 5, "meteor")
    for _ in range(2):
        refused(cli("search", "comet"), "red")
        refused(cli("claims", "comet"), "red")
        refused(cli("index"), "red")
    all_is_well_after(cli, frail_cluster)


def test_most_nodes_are_gone(start: Start, frail_cluster: Cluster) -> None:
    cli = start(many(ARTICLES, "comet"))
    frail_cluster.wait()
    for victim in (0, 1):
        frail_cluster.nodes[victim].kill()
    add(cli, 5, "meteor")
    whole_or_refused(cli("search", "--json", "comet"))
    refused(cli("index"))
    all_is_well_after(cli, frail_cluster)


def test_a_node_hangs(start: Start, frail_cluster: Cluster) -> None:
    cli = start(many(ARTICLES, "comet"))
    frail_cluster.wait()
    node = frail_cluster.nodes[0]
    node.pause()
    try:
        began = time.monotonic()
        ran = cli("search", "--json", "comet")
        seconds = time.monotonic() - began
        _log.info("a node hangs: exit %s after %.0f s %s", ran.code, seconds, ran.err)
        whole_or_refused(ran)
    finally:
        node.go_on()
    frail_cluster.wait()
    whole(cli, "comet", ARTICLES)


# Disks ----------------------------------------------------------------------------------------


@contextmanager
def full_disks(cluster: Cluster) -> Iterator[None]:
    """Let the cluster take its disks for full."""
    names = [
        f"cluster__routing__allocation__disk__watermark__{level}"
        for level in ("low", "high", "flood_stage")
    ]
    try:
        cluster.settings(**dict.fromkeys(names, "900tb"))
        yield
    finally:
        cluster.settings(**dict.fromkeys(names), cluster__blocks__create_index=None)
        until(lambda: not cluster.request("GET", "/_cluster/state/blocks")["blocks"])


def blocked(cluster: Cluster, prefix: str) -> bool:
    """Whether all indexes of that name take no more."""
    found = cluster.request("GET", f"/{prefix}*/_settings?flat_settings=true").values()
    return all("index.blocks.read_only_allow_delete" in one["settings"] for one in found)


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that the cluster does by itself."""
    latest = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < latest
        time.sleep(0.5)


def test_disks_are_full(cli: Cli, frail_cluster: Cluster, prefix: str) -> None:
    add(cli, 5, "meteor")
    with full_disks(frail_cluster):
        until(lambda: blocked(frail_cluster, prefix))
        refused(cli("index"), "disk")
        refused(cli("index", "--rebuild"), "disk")
        assert cli.json("search", "harbour")["total"] == 1, "what is there can be searched"
    cli.ok("index")
    whole(cli, "meteor", 5)


# Clients --------------------------------------------------------------------------------------


def killed_after(cli: Cli, seconds: float, *arguments: str) -> int:
    """The exit code of a command that is killed when it has run for so long."""
    with subprocess.Popen(
        command(arguments),
        cwd=cli.folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
        return running.returncode


@pytest.mark.parametrize("arguments", [("index",), ("index", "--rebuild")], ids=" ".join)
def test_a_run_that_is_killed_goes_on(start: Start, arguments: tuple[str, ...]) -> None:
    cli = start(many(ARTICLES, "comet"))
    chance = random.Random(8)
    codes = []
    for turn in itertools.count(1):
        add(cli, ARTICLES, f"meteor{turn}")
        codes.append(killed_after(cli, chance.uniform(0.3, 2.5), *arguments))
        assert cli.json("search", "comet")["total"] == ARTICLES
        assert cli.json("search", f"meteor{turn}")["total"] in (0, ARTICLES)
        if turn == 5:
            break
    _log.info("exit codes of the runs: %s", codes)
    assert -signal.SIGKILL in codes
    cli.ok("index")
    for one in range(1, turn + 1):
        assert cli.json("search", f"meteor{one}")["total"] == ARTICLES
    whole(cli, "comet", ARTICLES)


def test_a_rebuild_shows_no_empty_moment(start: Start) -> None:
    cli = start(many(ARTICLES, "comet"))
    with Searches(cli, "comet") as searches:
        searches.wait(1)
        for _ in range(3):
            ran = process(cli.folder, "index", "--rebuild")
            assert ran.code == 0, ran.err
        searches.wait(2)
    assert [ran.err for ran in searches.ran if ran.code] == []
    assert set(searches.totals()) == {ARTICLES}
    _log.info("%s whole answers during three rebuilds", len(searches.ran))
