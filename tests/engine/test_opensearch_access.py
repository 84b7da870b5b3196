"""How a cluster is named, and that nobody but its owner gets to see a password."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from searchkit.engine.opensearch.access import Access, access
from searchkit.errors import SearchkitError, UsageError


def test_what_is_set_is_taken() -> None:
    named = access(
        {
            "url": "https://a.example.org:9200/search/, https://b.example.org",
            "index-name": "northport",
            "ca-file": "/etc/ca.pem",
            "credentials": None,
            "plain-http": "no",
            "shards": "6",
            "replicas": "0",
        }
    )
    assert named == Access(
        ("https://a.example.org:9200/search", "https://b.example.org"),
        "northport",
        Path("/etc/ca.pem"),
        shards=6,
        replicas=0,
    )
    assert not named.readable


@pytest.mark.parametrize(
    "url",
    [
        "",
        " , ",
        "search.example.org",
        "ftp://search.example.org",
        "https://",
        "https://search.example.org:port",
        "https://search.example.org/?q=1",
        "https://ann:open-sesame@search.example.org",
        "http://open-sesame@127.0.0.1",
        "https://[::1",
    ],
)
def test_what_is_no_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        access({"url": url})
    assert "open-sesame" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost:9200", "127.0.0.1", "127.8.8.8:1", "[::1]:9200"])
def test_this_machine_is_asked_over_http(host: str) -> None:
    named = access({"url": f"http://{host}"})
    assert named.local
    assert not named.readable


def test_others_are_asked_over_http_only_when_that_is_wanted() -> None:
    with pytest.raises(UsageError, match="plain http"):
        access({"url": "http://10.0.0.8:9200"})
    with pytest.raises(UsageError, match="plain http"):
        access({"url": "https://10.0.0.8,http://localhost.example.org"})
    assert access({"url": "http://10.0.0.8:9200", "plain-http": "yes"}).readable
    with pytest.raises(UsageError, match="yes nor no"):
        access({"url": "http://10.0.0.8:9200", "plain-http": "1"})


@pytest.mark.parametrize(
    "settings",
    [
        {"index-name": "Northport"},
        {"index-name": "a*"},
        {"index-name": "-a"},
        {"index-name": "a/b"},
        {"index-name": "a" * 101},
        {"shards": "0"},
        {"shards": "two"},
        {"replicas": "-1"},
        {"replicas": "5000"},
    ],
    ids=str,
)
def test_other_settings_are_checked(settings: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        access({"url": "https://a.example.org", **settings})


def test_the_environment_counts_before_the_file(tmp_path: Path) -> None:
    path = tmp_path / "login"
    path.write_text("bob:with:colons \n")
    path.chmod(0o600)
    named = Access(("https://a.example.org",), credentials=path)
    assert named.login({}) == ("bob", "with:colons ")
    given = {"SEARCHKIT_OPENSEARCH_USER": "ann", "SEARCHKIT_OPENSEARCH_PASSWORD": "sesame"}
    assert named.login(given) == ("ann", "sesame")
    assert attrs.evolve(named, credentials=None).login({}) is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "login"
    path.write_text("bob:open-sesame\n")
    path.chmod(mode)
    with pytest.raises(SearchkitError, match="chmod 600") as caught:
        Access(("https://a.example.org",), credentials=path).login({})
    assert "open-sesame" not in str(caught.value)


@pytest.mark.parametrize("held", [b"", b"bob\n", b":sesame\n", b"\xff\xfe:\n"])
def test_a_file_without_credentials_is_named(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "login"
    path.write_bytes(held)
    path.chmod(0o600)
    with pytest.raises(SearchkitError, match="no credentials"):
        Access(("https://a.example.org",), credentials=path).login({})
    path.unlink()
    with pytest.raises(SearchkitError, match="cannot be read"):
        Access(("https://a.example.org",), credentials=path).login({})
