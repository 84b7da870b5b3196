"""Projects whose engine is the test cluster; whatever happens to it, sidecars stay as they are."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import trustme
from cli_runner import Cli, started
from cluster import Cluster
from cluster_proxy import PASSWORD, Proxy, proxied
from troubled import Start


@pytest.fixture
def prefix(cluster: Cluster) -> Iterator[str]:
    """What the names of a test's indexes begin with; they are deleted after it."""
    name = f"searchkit-test-{secrets.token_hex(4)}"
    yield name
    cluster.delete(name)


@pytest.fixture
def start(
    cluster: Cluster,
    prefix: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Start]:
    """Makes the project of a test, with one verdict."""
    before: dict[str, bytes] = {}
    made: list[Cli] = []

    def make(files: Mapping[str, str] | None = None) -> Cli:
        environ = {
            "SEARCHKIT_ENGINE": "opensearch",
            "SEARCHKIT_URL": ",".join(cluster.urls),
            "SEARCHKIT_INDEX_NAME": prefix,
            "SEARCHKIT_REVIEWER": "Ann",
        }
        cli = started(tmp_path, monkeypatch, capsys, files, environ)
        made.append(cli)
        cli.ok("verify", cli.json("claims", "-n", "1")["items"][0]["id"], "https://a.example.org/")
        before.update(cli.sidecars())
        assert before
        return cli

    yield make
    for cli in made:
        assert cli.sidecars() == before


@pytest.fixture
def cli(start: Start) -> Cli:
    """The usual project."""
    return start()


@pytest.fixture
def proxy(cluster: Cluster, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """What the project's commands reach the cluster by."""
    with proxied(cluster.url) as running:
        monkeypatch.setenv("SEARCHKIT_URL", running.url)
        yield running


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Whoever signs the certificates of the tests."""
    return trustme.CA()


@pytest.fixture
def ann(cli: Cli, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who has a password and knows the authority."""
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_CA", str(trusted))
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_USER", "ann")
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_PASSWORD", PASSWORD)


@pytest.fixture
def secured(
    cluster: Cluster, cli: Cli, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Proxy]:
    """The same proxy with TLS, which asks for Ann's password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with proxied(cluster.url, context) as running:
        running.password = ("ann", PASSWORD)
        monkeypatch.setenv("SEARCHKIT_URL", running.url)
        yield running
