"""A cluster that refuses: what the user is told, and that nothing half is shown as whole."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from cli_runner import Cli
from cluster import Cluster
from cluster_proxy import PASSWORD, Proxy, Reply, Request, Rule, error, proxied
from troubled import refused


def on(part: str, answer: Callable[[Callable[[], Reply]], Reply]) -> Rule:
    """A rule for the requests whose path holds that part."""

    def rule(request: Request, forward: Callable[[], Reply]) -> Reply:
        return answer(forward) if part in request.path else forward()

    return rule


def edited(**changes: object) -> Callable[[Callable[[], Reply]], Reply]:
    """The node's own answer with other values at its top level."""

    def answer(forward: Callable[[], Reply]) -> Reply:
        reply = forward()
        return Reply(reply.status, json.dumps({**json.loads(reply.body), **changes}).encode())

    return answer


# Who answers at all ---------------------------------------------------------------------------


def test_nobody_answers(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("SEARCHKIT_URL", url)
        for command in (["search", "harbour"], ["index"], ["claims"]):
            refused(cli(*command), url)


@pytest.mark.parametrize(
    "version",
    [
        {"distribution": "opensearch", "number": "1.3.20"},
        {"number": "7.10.2"},
        {"number": "8.15.0", "build_flavor": "default"},
    ],
    ids=["old", "elasticsearch 7", "elasticsearch 8"],
)
def test_another_version(cli: Cli, proxy: Proxy, version: dict[str, str]) -> None:
    def answer(request: Request, forward: Callable[[], Reply]) -> Reply:
        told = {"name": "x", "cluster_name": "x", "version": version}
        return Reply(200, json.dumps(told).encode()) if request.path == "/" else forward()

    proxy.rule = answer
    refused(cli("search", "harbour"), version["number"])
    refused(cli("index"), version["number"])


@pytest.mark.parametrize("body", [b"", b"<html>Welcome to nginx</html>", b"[]", b'{"version": 3}'])
def test_something_else_answers(cli: Cli, proxy: Proxy, body: bytes) -> None:
    proxy.rule = lambda _, __: Reply(200, body, {"Content-Type": "text/html"})
    refused(cli("search", "harbour"))
    refused(cli("index"))


# Who may ask --------------------------------------------------------------------------------


@pytest.mark.usefixtures("ann")
def test_over_tls_with_a_password_everything_works(
    cli: Cli, secured: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.json("search", "harbour")["total"] == 1
    (cli.folder / "corpus" / "new.txt").write_text("A comet\n\nA comet was seen.\n")
    cli.ok("index")
    assert cli.json("search", "comet")["total"] == 1
    assert secured.requests

    for name, value in (("PASSWORD", "swordfish"), ("USER", "bob")):
        monkeypatch.setenv(f"SEARCHKIT_OPENSEARCH_{name}", value)
        for command in (["search", "harbour"], ["index"]):
            told = refused(cli(*command), "SEARCHKIT_OPENSEARCH_PASSWORD")
            assert PASSWORD not in told
            assert "swordfish" not in told
    monkeypatch.delenv("SEARCHKIT_OPENSEARCH_PASSWORD")
    refused(cli("search", "harbour"), "SEARCHKIT_OPENSEARCH_PASSWORD")


def test_a_user_who_may_not(cli: Cli, proxy: Proxy) -> None:
    proxy.rule = on("_bulk", lambda _: error(403, "security_exception", "no permissions for [x]"))
    (cli.folder / "corpus" / "new.txt").write_text("A comet\n\nA comet was seen.\n")
    refused(cli("index"))
    proxy.rule = lambda _, __: error(403, "security_exception", "no permissions for [x]")
    refused(cli("search", "harbour"))


def test_nobody_vouches_for_the_certificate(cli: Cli, secured: Proxy) -> None:
    for command in (["search", "harbour"], ["index"]):
        refused(cli(*command), "certificate")
    assert not secured.requests, "nothing may be sent to whom nobody vouches for"


@pytest.mark.parametrize("trouble", ["another host", "expired", "another authority"])
@pytest.mark.usefixtures("ann")
def test_a_certificate_that_is_wrong(
    cluster: Cluster, cli: Cli, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    certificate = {
        "another host": lambda: authority.issue_cert("elsewhere.example.org"),
        "expired": lambda: authority.issue_cert("localhost", not_after=yesterday),
        "another authority": lambda: trustme.CA().issue_cert("localhost"),
    }[trouble]()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    with proxied(cluster.url, context) as proxy:
        monkeypatch.setenv("SEARCHKIT_URL", proxy.url)
        refused(cli("search", "harbour"), "certificate")
        assert not proxy.requests


def test_tls_on_one_side_only(
    cli: Cli, secured: Proxy, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_URL", secured.url.replace("https:", "http:"))
    refused(cli("search", "harbour"))
    monkeypatch.setenv("SEARCHKIT_URL", cluster.url.replace("http:", "https:"))
    refused(cli("search", "harbour"))
    assert not secured.requests


def test_a_ca_file_that_is_none(cli: Cli, secured: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    path = cli.folder / "ca.pem"
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_CA", str(path))
    refused(cli("search", "harbour"), str(path))
    path.write_text("no certificate")
    refused(cli("search", "harbour"), str(path))


# What the cluster cannot do now ---------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"_shards": {"total": 3, "successful": 2, "skipped": 0, "failed": 1, "failures": []}},
        {"timed_out": True},
        {"terminated_early": True},
    ],
    ids=["a shard failed", "timed out", "ended early"],
)
def test_a_partial_answer_is_no_answer(cli: Cli, proxy: Proxy, changes: dict[str, object]) -> None:
    proxy.rule = on("_search", edited(**changes))
    refused(cli("search", "harbour"))
    refused(cli("claims", "harbour"))
    proxy.rule = lambda _, forward: forward()
    assert cli.json("search", "harbour")["total"] == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, "circuit_breaking_exception"),
        (429, "es_rejected_execution_exception"),
        (503, "no_shard_available_action_exception"),
        (503, "cluster_manager_not_discovered_exception"),
        (500, "search_phase_execution_exception"),
        (502, "bad_gateway"),
    ],
)
def test_a_cluster_in_trouble(cli: Cli, proxy: Proxy, status: int, kind: str) -> None:
    proxy.rule = on("_search", lambda _: error(status, kind))
    refused(cli("search", "harbour"))


def test_back_pressure_is_waited_for(cli: Cli, proxy: Proxy) -> None:
    answers = iter([429, 503, 429])

    def busy(forward: Callable[[], Reply]) -> Reply:
        status = next(answers, None)
        return error(status, "es_rejected_execution_exception") if status else forward()

    proxy.rule = on("_bulk", busy)
    (cli.folder / "corpus" / "new.txt").write_text("A comet\n\nA comet was seen.\n")
    cli.ok("index")
    assert next(answers, None) is None
    assert cli.json("search", "comet")["total"] == 1


def test_items_that_are_refused_one_by_one_are_sent_again(cli: Cli, proxy: Proxy) -> None:
    turns = iter(range(2))

    def busy(forward: Callable[[], Reply]) -> Reply:
        if next(turns, None) is None:
            return forward()
        reply = json.loads(forward().body)
        for item in reply["items"]:
            (one,) = item.values()
            one["status"] = 429
            one["error"] = {"type": "es_rejected_execution_exception", "reason": "queue is full"}
        reply["errors"] = True
        return Reply(200, json.dumps(reply).encode())

    proxy.rule = on("_bulk", busy)
    (cli.folder / "corpus" / "new.txt").write_text("A comet\n\nA comet was seen.\n")
    cli.ok("index")
    assert cli.json("search", "comet")["total"] == 1
    assert cli.json("stats")["articles"] == 4


def test_an_item_that_is_refused_for_good_stops_the_run(cli: Cli, proxy: Proxy) -> None:
    def refuse(forward: Callable[[], Reply]) -> Reply:
        reply = json.loads(forward().body)
        (one,) = reply["items"][0].values()
        one["status"] = 400
        one["error"] = {"type": "mapper_parsing_exception", "reason": "failed to parse"}
        reply["errors"] = True
        return Reply(200, json.dumps(reply).encode())

    before = cli.ok("search", "harbour")
    proxy.rule = on("_bulk", refuse)
    new = cli.folder / "corpus" / "new.txt"
    new.write_text("A comet\n\nA comet was seen over the harbour.\n")
    refused(cli("index"), "failed to parse")
    proxy.rule = lambda _, forward: forward()
    assert cli.ok("search", "harbour") == before, "what a failed run put is not seen"
    cli.ok("index")
    assert cli.json("search", "harbour")["total"] == 2


def test_a_name_that_somebody_else_has(cli: Cli, cluster: Cluster, prefix: str) -> None:
    names = list(cluster.request("GET", f"/{prefix}*/_alias"))
    aliases = [
        a for one in cluster.request("GET", f"/{prefix}*/_alias").values() for a in one["aliases"]
    ]
    for name in names:
        cluster.request("DELETE", f"/{name}")
    mapping = {"mappings": {"properties": {"id": {"type": "integer"}, "title": {"type": "ip"}}}}
    for name in aliases:
        cluster.request("PUT", f"/{name}", mapping)
    refused(cli("search", "harbour"), prefix)
    refused(cli("index"), prefix)
    refused(cli("index", "--rebuild"), prefix)
    for name in aliases:
        kept = cluster.request("GET", f"/{name}/_mapping")[name]
        assert kept == mapping, "what is somebody else's stays"


def test_indexes_that_are_gone(cli: Cli, cluster: Cluster, prefix: str) -> None:
    cluster.delete(prefix)
    refused(cli("search", "harbour"), "searchkit index")
    cli.ok("index", "--rebuild")
    assert cli.json("search", "harbour")["total"] == 1


# Credentials ----------------------------------------------------------------------------------


def test_credentials_are_never_shown(
    cli: Cli, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_URL", proxy.url.replace("//", "//ann:open-sesame@"))
    told = cli("search", "harbour")
    assert told.code != 0
    assert "open-sesame" not in told.out + told.err
    assert not proxy.requests
