"""Pages fetched from a server that behaves badly, and addresses that are not for us."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import PARAGRAPHS
from webserver import QUICK, Site, served

from searchkit.evidence.addresses import Address, anywhere, is_public
from searchkit.evidence.fetch import Fetcher
from searchkit.evidence.pages import Fetched, FetchError
from searchkit.workflow.pagetext import main_text


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with served() as running:
        yield running


def text(found: Fetched) -> str | None:
    return main_text(found.body, found.kind, found.charset, found.url)


# What comes through


@pytest.mark.parametrize("path", ["/page", "/gzip", "/deflate", "/nohead"])
def test_a_page(site: Site, web: Fetcher, path: str) -> None:
    found = web.get(site.url(path))
    assert (found.status, found.kind, found.url) == (200, "text/html", site.url(path))
    assert text(found) == "\n\n".join(PARAGRAPHS)


def test_redirects_are_followed_and_told(site: Site, web: Fetcher) -> None:
    found = web.get(site.url(f"/to/301?u=/to/302%3Fu={site.url('/page')}"))
    assert [hop.status for hop in found.hops] == [301, 302, 200]
    assert found.url == site.url("/page")


def test_the_wrong_charset_is_not_believed_against_the_bytes(site: Site, web: Fetcher) -> None:
    found = web.get(site.url("/charset"))
    assert found.charset == "iso-8859-1"
    # Latin-1 takes any bytes: what the server says counts, as in browsers; the page says better.
    assert "北港" in (text(found) or "")


def test_no_cookie_credential_or_referrer_is_sent(site: Site, web: Fetcher) -> None:
    site.requests.clear()
    address = site.url("/to/302?u=/page").replace("http://", "http://user:secret@")
    web.get(address)
    web.get(site.url("/page"))
    sent = {name.lower() for _, _, headers in site.requests for name in headers}
    assert sent == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_odd_links_are_sent_as_sound_requests(site: Site, web: Fetcher) -> None:
    site.requests.clear()
    for path in ("/page/ä b?q=é&x=%20", "/page/x\r\nEvil: 1", "/page#part"):
        web.get(site.url(path))
    assert [path for _, path, _ in site.requests] == [
        "/page/%C3%A4%20b?q=%C3%A9&x=%20",
        "/page/xEvil:%201",
        "/page",
    ]
    assert all("Evil" not in headers for _, _, headers in site.requests)


# What does not


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/long", "broken"),
        ("/drop", "broken"),
        ("/garbage", "broken"),
        ("/brotli", "broken"),
        ("/badgzip", "broken"),
        ("/loop", "broken"),
        ("/slow?s=4", "slow"),
        ("/drip", "slow"),
        ("/dripbody", "slow"),
        ("/endless", "large"),
        ("/bomb", "large"),
    ],
)
def test_faults_are_told_and_cost_little(site: Site, web: Fetcher, path: str, kind: str) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError) as caught:
        web.get(site.url(path))
    assert (caught.value.kind, caught.value.place is not None) == (kind, True)
    assert time.monotonic() - started < QUICK.seconds + 20


def test_more_than_was_promised_is_not_read(site: Site, web: Fetcher) -> None:
    assert web.get(site.url("/short")).body == b"<p>"


def test_nobody_there(web: Fetcher) -> None:
    with served() as gone:
        address = gone.url("/page")
    with pytest.raises(FetchError) as caught:
        web.get(address)
    assert caught.value.kind == "unreachable"


def test_tls_is_proved() -> None:
    with served() as plain, pytest.raises(FetchError) as caught:
        Fetcher(allowed=anywhere, limits=QUICK).get(plain.url("/page").replace("http:", "https:"))
    assert caught.value.kind in ("unreachable", "slow")


# Where it does not go

PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127.0.0.1.",
    ],
)
def test_this_machine_is_not_asked_however_it_is_spelled(site: Site, host: str) -> None:
    site.requests.clear()
    with pytest.raises(FetchError) as caught:
        Fetcher(limits=QUICK).get(site.url("/page", host))
    # What this machine's resolver does not take for an address is no host at all.
    assert caught.value.kind in ("forbidden", "unreachable")
    assert not site.requests


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/hostname",
        "ftp://127.0.0.1/x",
        "gopher://127.0.0.1:6379/_x",
        "data:text/html,x",
        "javascript:alert(1)",
        "http:///page",
        "//127.0.0.1/page",
        "http://[broken/",
        "http://a b/",
        "http://x:99999/",
    ],
)
def test_other_schemes_and_broken_links(web: Fetcher, link: str) -> None:
    with pytest.raises(FetchError) as caught:
        web.get(link)
    assert caught.value.kind == "forbidden"


def only(*allowed: str) -> object:
    wanted = {ipaddress.ip_address(one) for one in allowed}
    return lambda address: address in wanted


def test_a_redirect_to_a_private_address_is_not_followed(site: Site) -> None:
    # 127.0.0.2 stands for the private network, 127.0.0.1 for the internet.
    web = Fetcher(allowed=only("127.0.0.1"), limits=QUICK)  # type: ignore[arg-type]
    site.requests.clear()
    for target in (site.url("/page", "127.0.0.2"), site.url("/page", "[::1]"), "file:///etc/x"):
        with pytest.raises(FetchError) as caught:
            web.get(site.url(f"/to/302?u={target}"))
        assert caught.value.kind == "forbidden"
    assert {path for _, path, _ in site.requests if path.startswith("/page")} == set()


def test_a_name_that_means_another_machine_the_next_moment_gains_nothing(site: Site) -> None:
    asked: list[str] = []
    answers = iter(["127.0.0.1", "127.0.0.2"])

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return [next(answers)]

    web = Fetcher(allowed=only("127.0.0.1"), limits=QUICK, look_up=rebinding)  # type: ignore[arg-type]
    site.requests.clear()
    # The first connection goes to the very address that was looked at; it is not looked up again.
    assert web.get(site.url("/page", "evil.example")).status == 200
    assert asked == ["evil.example"]
    with pytest.raises(FetchError) as caught:
        web.get(site.url("/page", "evil.example"))
    assert caught.value.kind == "forbidden"
    assert len(site.requests) == 1
    assert site.requests[0][2]["Host"].startswith("evil.example:")


def test_a_host_with_one_private_address_among_public_ones_is_refused(site: Site) -> None:
    web = Fetcher(
        allowed=only("127.0.0.1"),  # type: ignore[arg-type]
        limits=QUICK,
        look_up=lambda host, port: ["127.0.0.1", "127.0.0.2"],
    )
    with pytest.raises(FetchError) as caught:
        web.get(site.url("/page", "mixed.example"))
    assert caught.value.kind == "forbidden"


def test_the_next_address_is_tried_when_one_is_silent(site: Site) -> None:
    web = Fetcher(
        allowed=anywhere,
        limits=evolve(QUICK, seconds=5.0),
        # Nothing listens on 127.0.0.9.
        look_up=lambda host, port: ["127.0.0.9", "127.0.0.1"],
    )
    assert web.get(site.url("/page", "two.example")).status == 200


# Without a deadline: the first https link loads the certificates.
@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["http://", "https://", "", "http://127.0.0.1:1/"]))
def test_any_link_is_fetched_or_refused(rest: str, scheme: str) -> None:
    def nowhere(address: Address) -> bool:
        return False

    web = Fetcher(allowed=nowhere, limits=QUICK, look_up=lambda host, port: ["127.0.0.1"])
    with pytest.raises(FetchError):
        web.get(scheme + rest)
