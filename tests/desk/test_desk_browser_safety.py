"""A hostile corpus in a real browser, and what axe finds on every page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from desk_browser import DESKTOP, PHONE, Window, browsing
from desk_served import served
from projects import indexed
from test_desk_hostile import ARTICLE, ATTACK

from searchkit.workflow.indexing import index
from searchkit.workflow.links import Link
from searchkit.workflow.reading import resolve_claim
from searchkit.workflow.reviewing import assign, mark, note
from searchkit.workflow.workspace import Workspace

CRANE = "421,000 containers"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    ws = indexed(tmp_path_factory.mktemp("desk"))[0]
    link = Link("https://x.example.org/?q='\"><script>", "refutes", ATTACK)
    mark(ws, ["412,000 containers"], "false", [link], reviewer="Ben", note=ATTACK, wording=ATTACK)
    mark(ws, ["412,000 containers"], "verified", reviewer="<script>alert(1)</script>")
    note(ws, "412,000 containers", ATTACK, reviewer="Ben")
    mark(ws, ["900 passengers"], "unproven", reviewer="Ben")
    assign(ws, "Exports of timber", reviewer="Ben")
    (ws.root / "corpus" / "bad.md").write_text(ARTICLE, "utf-8")
    digest = ws.root / "corpus" / "digest.txt"
    digest.write_text(digest.read_text("utf-8").replace("412,000", "421,000"), "utf-8")
    index(ws)
    ws.close()
    return ws


@pytest.fixture(scope="module")
def base(ws: Workspace) -> Iterator[str]:
    with served(ws.root, "--by", "Anna Berg") as (host, port, _):
        yield f"http://{host}:{port}"


def paths(ws: Workspace) -> list[str]:
    article, claim = resolve_claim(ws, CRANE)
    bad = resolve_claim(ws, "said 42 percent")
    return [
        "/",
        "/?q=percent",
        "/claims",
        "/queue",
        "/queue?second=1",
        "/dashboard",
        "/report",
        "/health",
        "/you",
        "/nowhere",
        f"/articles/{article}",
        f"/articles/{article}/{claim}",
        f"/articles/{bad[0]}",
        f"/articles/{bad[0]}/{bad[1]}",
        f"/articles/{bad[0]}/{bad[1]}/elsewhere",
    ]


def test_a_hostile_corpus_does_nothing(browser: Any, ws: Workspace, base: str) -> None:
    window = Window(browser, base)
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url))
    for path in paths(ws):
        if path == "/nowhere":
            continue
        window.page.goto(path)
        window.page.wait_for_load_state("networkidle")
        assert window.page.locator("img, [onclick], [onerror], main script").count() == 0
    assert "<script>alert(1)</script>" in window.page.locator("main").inner_text()
    assert [url for url in asked if not url.startswith((base, "data:,"))] == []
    window.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_shows_no_violation(
    browser: Any, ws: Workspace, base: str, scheme: str, size: dict[str, int]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # The desk forbids scripts from elsewhere, the checker's too.
    window = Window(browser, base, color_scheme=scheme, viewport=size, bypass_csp=True)
    found = []
    for path in paths(ws):
        window.page.goto(path)
        window.page.wait_for_load_state("networkidle")
        window.page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
        for one in Axe().run(window.page).response["violations"]:
            nodes = [node["html"][:120] for node in one["nodes"][:3]]
            found.append((path, one["id"], one["help"], nodes))
    assert found == []
    window.complaints = [one for one in window.complaints if "404" not in one]
    window.close()
