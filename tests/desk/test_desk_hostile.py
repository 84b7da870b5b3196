"""A hostile corpus and hostile reviews show as text: on every page, in every place."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from desk_visitor import Office
from report_samples import HOSTILE

from searchkit.reviews import ReviewStore
from searchkit.workflow.links import Link
from searchkit.workflow.reviewing import mark, note

ATTACK = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> <svg onload=alert(3)><a xlink:href="
    '"javascript:alert(4)">7 of 9</a></svg> "><iframe srcdoc=x> {{7919*7907}} {% raw %}'
    " \u202egnp.exe\u2066"
)
ARTICLE = (
    "---\ntitle: '<b onclick=alert(5)>Ti\u202etle</b> {{7919*7907}}'\noutlet: '\"><img src=x>'\n"
    "date: 2024-07-02\nlink: 'javascript:alert(6)'\n---\n"
    f"{ATTACK} said 42 percent of all people.\n\n- {ATTACK} is an item.\n\nA plain sentence.\n"
)
TAGS = set(
    re.findall(
        "[a-z0-9]+",
        "html head meta title link script body a header nav main b span div form input button"
        " section h1 h2 h3 p ul ol li dl dt dd label select option textarea details summary"
        " article aside footer dialog code kbd time mark blockquote q br fieldset legend table"
        " thead tbody tr th td svg rect figure figcaption progress iframe strong del ins",
    )
)


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("hostile"), {"bad.md": ARTICLE})
    claims = office.ws.engine.ids("claims")
    mark(
        office.ws,
        claims,
        "false",
        [Link("https://x.example.org/?q='\"><script>", "refutes", ATTACK)],
        reviewer="<script>Ann</script>",
        note=f"{ATTACK}\n{HOSTILE}",
        wording=ATTACK,
        said_by=ATTACK,
    )
    note(office.ws, claims[0], ATTACK, reviewer="<img src=x onerror=alert(9)>")
    return office


def pages(office: Office) -> list[str]:
    article = office.ws.engine.ids("articles")[0]
    claims = office.ws.engine.ids("claims")
    attack = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    return [
        "/",
        "/?q=percent",
        f"/?q={attack}",
        f"/?outlet={attack}&since=2024-01-01&sort={attack}&page={attack}",
        "/claims",
        f"/claims?reviewer={attack}",
        "/queue?status=false",
        f"/queue?at={attack}",
        "/dashboard",
        f"/report?base_url={attack}",
        f"/you?next={attack}",
        f"/articles/{article}",
        *(f"/articles/{article}/{claim}" for claim in claims),
        *(f"/articles/{article}/{claim}/elsewhere" for claim in claims[:2]),
    ]


def test_nothing_of_it_becomes_markup(office: Office) -> None:
    visitor = office.visitor()
    for path in pages(office):
        text = visitor.get(path, follow_redirects=True).text
        assert "Traceback" not in text
        for tag, attributes in Elements(text).found:
            assert tag in TAGS, (path, tag)
            assert not [name for name in attributes if name.startswith("on")], (path, attributes)
            for name in ("href", "src", "action"):
                value = attributes.get(name) or ""
                safe = value.startswith(("/", "#", "https://", "data:,"))
                assert not value or safe, (path, tag, value)
            if tag == "script":
                assert attributes["src"] == "/static/desk.js"
        assert str(7919 * 7907) not in text, path


def test_characters_that_turn_the_reading_around_are_named(office: Office) -> None:
    visitor = office.visitor()
    for path in pages(office):
        text = visitor.get(path, follow_redirects=True).text
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f]", text), path
    article = office.ws.engine.ids("articles")[0]
    assert "⟨U+202E⟩" in visitor.page(f"/articles/{article}")


def test_hostile_links_and_claim_ids_of_a_sidecar_are_text(tmp_path: Path) -> None:
    office = Office(tmp_path)
    mark(office.ws, ["412,000 containers"], "false", reviewer="Ben")
    store = ReviewStore(office.ws.index / "reviews")
    sidecar = store.load(store.ids()[0])
    assert sidecar
    from searchkit.reviews import Act

    selector = sidecar.events[0].data["selector"]
    evil = '"><script>alert(1)</script>/../x'
    for url in ("javascript:alert(1)", "data:text/html,<script>", "//evil.example", "/etc/passwd"):
        data = {
            "status": "false",
            "selector": selector,
            "evidence": [{"url": url, "stance": "refutes"}],
        }
        store.append(sidecar.identity, [Act("judge", sidecar.events[0].claim, data)], reviewer="E")
    data = {"status": "false", "selector": selector | {"exact": "gone for good, all of it"}}
    store.append(sidecar.identity, [Act("judge", evil, data)], reviewer="E")
    visitor, path = office.visitor(), office.path("412,000 containers")
    for page in ("/", "/claims?status=false", "/dashboard", path, path.rpartition("/")[0]):
        text = visitor.page(page)
        assert "<script>alert" not in text
        assert not re.search(r'href="(javascript|data:text|//|/etc)', text)
        assert "/etc/passwd" not in text.replace('value="/etc/passwd"', "").replace(
            "Take the link back: /etc/passwd", ""
        )
