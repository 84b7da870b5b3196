"""People at the real desk in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_browser import PHONE, Window, browsing
from desk_served import served
from projects import indexed

from searchkit.reviews import ReviewStore
from searchkit.workflow.indexing import index
from searchkit.workflow.nearby import nearby
from searchkit.workflow.reading import read_article, resolve_claim
from searchkit.workflow.workspace import Workspace

CRANE = "412,000 containers"
FERRY = "900 passengers"

Open = Callable[..., Window]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as found:
        yield found


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return indexed(tmp_path)[0]


@pytest.fixture
def desk(browser: Any, ws: Workspace) -> Iterator[Open]:
    windows: list[Window] = []
    with served(ws.root, "--by", "Anna Berg") as (host, port, _):

        def open_(**options: Any) -> Window:
            windows.append(Window(browser, f"http://{host}:{port}", **options))
            return windows[-1]

        yield open_
        for window in windows:
            window.close()


def state(ws: Workspace, words: str) -> Any:
    article, claim = resolve_claim(ws, words)
    found = read_article(ws, article).claim(claim)
    assert found
    return found.state


def address(ws: Workspace, words: str) -> str:
    return "/articles/" + "/".join(resolve_claim(ws, words))


def test_search_open_mark_with_a_link_report(desk: Open, ws: Workspace) -> None:
    page = desk().page
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("containers")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("containers"))
    assert page.locator("select[name=sort] :checked").inner_text() == "relevance"
    page.get_by_role("link", name="Harbour Handles More Containers in May").first.click()
    page.get_by_role("link", name=re.compile("The harbour of Northport handled")).click()
    panel = page.locator("#panel[data-claim]")
    panel.wait_for()
    assert page.url.endswith(address(ws, CRANE))
    panel.get_by_label("Link to evidence").fill("https://port.example.org/may")
    panel.get_by_label("Reasoning").fill("The port says 420,000.")
    panel.get_by_role("button", name="False").click()
    page.locator("#panel .notice.good").wait_for()
    assert page.locator("a.claim.bad[aria-current]").count() == 1
    assert page.locator("#checked").inner_text() == "1"
    page.keyboard.press("u")
    page.get_by_text("Taken back").first.wait_for()
    assert page.locator("a.claim.bad").count() == 0
    assert page.locator("#checked").inner_text() == "0"
    panel = page.locator("#panel")
    panel.get_by_label("Link to evidence").fill("https://port.example.org/may")
    panel.get_by_label("Reasoning").fill("The port says 420,000.")
    panel.get_by_role("button", name="False").click()
    page.locator("a.claim.bad[aria-current]").wait_for()
    assert state(ws, CRANE).status == "false"
    assert state(ws, CRANE).evidence[0].stance == "refutes"
    page.get_by_role("link", name="Report").click()
    preview = page.frame_locator("iframe.preview")
    preview.get_by_text("The port says 420,000.").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert "The port says 420,000." in text


def test_a_panel_says_at_its_top_what_is_known_elsewhere(desk: Open, ws: Workspace) -> None:
    (ws.root / "corpus" / "again.md").write_text(
        "---\ntitle: Again\noutlet: Herald\ndate: 2024-06-20\n---\nNobody swims here. The ferry"
        " carries 900 passengers a day meanwhile, as the harbour master counted on the quay.\n",
        "utf-8",
    )
    index(ws)
    page = desk().page
    article, claim = next(
        (one.article, one.id) for one in nearby(ws, FERRY) if "harbour master" not in one.text
    )
    page.goto(f"/articles/{article}/{claim}")
    page.get_by_role("button", name="Elsewhere: said by others: 1").click()
    assert page.locator("#elsewhere:focus blockquote").is_visible()
    page.get_by_role("link", name=re.compile("Repairs will cost")).click()
    page.get_by_role("button", name="Elsewhere: nothing found").wait_for()


def test_two_at_once_the_second_is_asked(desk: Open, ws: Workspace) -> None:
    anna, ben = desk().page, desk().page
    ben.goto("/you")
    ben.get_by_label("Your name").fill("Ben Okafor")
    ben.get_by_role("button", name="Mark under this name").click()
    for page in (anna, ben):
        page.goto(address(ws, CRANE))
    anna.get_by_role("button", name="Verified").dblclick()
    anna.locator("#panel .notice.good").wait_for()
    ben.get_by_label("Reasoning").fill("I doubt it.")
    ben.get_by_role("button", name="False").click()
    alert = ben.get_by_role("alert")
    alert.wait_for()
    assert "Anna Berg" in alert.inner_text()
    assert "Verified" in alert.inner_text()
    assert ben.get_by_label("Reasoning").input_value() == "I doubt it."
    assert [j.status for j in state(ws, CRANE).judgements] == ["verified"]
    ben.get_by_role("button", name="False").click()
    ben.locator("#panel .notice.good").wait_for()
    found = {j.reviewer: j.status for j in state(ws, CRANE).judgements}
    assert found == {"Anna Berg": "verified", "Ben Okafor": "false"}
    assert "reviewers differ" in ben.locator("#panel h2").inner_text().lower()


def test_a_window_marks_under_the_name_that_it_shows(desk: Open, ws: Workspace) -> None:
    here = desk().page
    there = here.context.new_page()
    here.goto(address(ws, CRANE))
    there.goto("/you")
    there.get_by_label("Your name").fill("Bob")
    there.get_by_role("button", name="Mark under this name").click()
    there.wait_for_load_state()
    me = here.locator("a.me")
    assert me.inner_text() == "Marking as Anna Berg"
    here.get_by_role("button", name="False").click()
    here.get_by_text("you are now marking as Bob").first.wait_for()
    assert state(ws, CRANE) is None
    assert me.inner_text() == "Marking as Bob"
    here.get_by_role("button", name="False").click()
    here.locator("#panel .notice.good").wait_for()
    assert state(ws, CRANE).judgements[0].reviewer == "Bob"
    here.reload()
    there.goto("/you")
    there.get_by_label("Your name").fill("Cem")
    there.get_by_role("button", name="Mark under this name").click()
    there.wait_for_load_state()
    assert me.inner_text() == "Marking as Bob"
    here.get_by_role("link", name=re.compile("The port opened|crane")).first.click()
    here.get_by_role("heading", name="Your verdict as Cem").wait_for()
    assert me.inner_text() == "Marking as Cem"


def test_the_queue_by_keyboard(desk: Open, ws: Workspace) -> None:
    page = desk().page
    page.goto("/queue")
    first = page.locator("#panel blockquote").inner_text()
    page.keyboard.press("?")
    assert page.locator("dialog[open]").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.keyboard.type("https://x.example.org/1")
    page.keyboard.press("Enter")
    assert page.locator("#panel blockquote").inner_text() == first
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Seen there; v or f in it does nothing.")
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("v")
    second = page.locator("#panel blockquote").inner_text()
    assert second != first
    assert (state(ws, first).status, len(state(ws, first).evidence)) == ("verified", 1)
    with page.expect_navigation():
        page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("k")
    assert page.locator("#panel blockquote").inner_text() == second
    with page.expect_navigation():
        page.keyboard.press("f")
    with page.expect_navigation():
        page.keyboard.press("u")
    assert page.locator("#panel blockquote").inner_text() == second
    assert state(ws, second).status == "unreviewed"
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.reload()
    page.keyboard.press("f")
    assert state(ws, second).status == "unreviewed"


def test_a_key_held_down_decides_on_one_claim_only(desk: Open, ws: Workspace) -> None:
    page = desk().page

    def judged() -> int:
        found = [read_article(ws, id).claims for id in ws.reviews.ids()]
        return sum(bool(one.state and one.state.judgements) for many in found for one in many)

    page.goto("/queue")
    with page.expect_navigation():
        page.keyboard.down("v")
    for _ in range(3):
        page.keyboard.down("v")
        page.wait_for_load_state("networkidle")
    page.keyboard.up("v")
    assert judged() == 1
    with page.expect_navigation():
        page.keyboard.press("f")
    assert judged() == 2
    with page.expect_navigation():
        page.keyboard.down("u")
    page.goto("/queue")
    with page.expect_navigation():
        page.get_by_role("button", name="Mixed").click()
    page.keyboard.down("u")
    page.wait_for_load_state("networkidle")
    assert judged() == 2
    page.keyboard.up("u")
    with page.expect_navigation():
        page.keyboard.press("u")
    assert judged() == 1


def test_an_article_by_keyboard(desk: Open, ws: Workspace) -> None:
    page = desk().page
    page.goto(address(ws, FERRY).rpartition("/")[0])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(4):
        page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.dataset.claim")
    page.keyboard.press("Enter")
    page.locator(f"#panel[data-claim='{focused}']").wait_for()
    page.wait_for_function("document.activeElement.id === 'panel'")
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    page.locator("#panel .notice.good").wait_for()
    assert "Disputed" in page.locator("#live").inner_text()
    page.keyboard.press("Escape")
    page.locator("#panel.empty").wait_for(state="attached")
    assert page.evaluate("document.activeElement.dataset.claim") == focused
    page.go_back()
    page.locator(f"#panel[data-claim='{focused}']").wait_for()


def test_selected_words_become_a_claim(desk: Open, ws: Workspace) -> None:
    page = desk().page
    page.goto(address(ws, CRANE).rpartition("/")[0])
    page.evaluate(
        """() => {
          const piece = [...document.querySelectorAll("#text a.claim")]
            .find((one) => one.firstChild.data.includes("the new crane"));
          const at = piece.firstChild.data.indexOf("the new crane");
          const range = document.createRange();
          range.setStart(piece.firstChild, at);
          range.setEnd(piece.firstChild, at + 13);
          getSelection().addRange(range);
        }"""
    )
    page.get_by_role("button", name="Mark out as a claim").click()
    page.locator("#panel[data-claim]").wait_for()
    assert page.locator("#panel blockquote").inner_text() == "the new crane"
    article = resolve_claim(ws, CRANE)[0]
    custom = [c.claim.text for c in read_article(ws, article).claims if c.claim.kind == "custom"]
    assert custom == ["the new crane"]
    assert page.locator("a.claim.custom").inner_text().startswith("the new crane")


def test_a_mouse_can_select_within_a_claim_without_opening_it(desk: Open, ws: Workspace) -> None:
    page = desk().page
    page.goto(address(ws, CRANE).rpartition("/")[0])
    box = page.locator("#text a.claim").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, box["y"] + 12, steps=6)
    page.mouse.up()
    assert page.evaluate("getSelection().toString().length") > 5
    page.get_by_role("button", name="Mark out as a claim").wait_for()
    assert page.locator("#panel.empty").count() == 1


def test_without_script_all_of_it_works_by_forms(desk: Open, ws: Workspace) -> None:
    page = desk(java_script_enabled=False).page
    page.goto("/")
    page.locator("#q").fill("containers")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Harbour Handles More Containers in May").first.click()
    page.get_by_role("link", name=re.compile("The harbour of Northport handled")).click()
    page.get_by_label("Link to evidence").fill("https://port.example.org/may")
    page.get_by_role("button", name="False").click()
    assert "False" in page.locator("#done").inner_text()
    assert state(ws, CRANE).evidence[0].url == "https://port.example.org/may"
    page.locator("#done").get_by_role("button", name="Undo").click()
    assert state(ws, CRANE).status == "unreviewed"
    page.get_by_role("link", name="Already checked").click()
    assert page.get_by_role("heading", name="Elsewhere in the index").is_visible()
    page.goto("/queue")
    before = page.locator("#panel blockquote").inner_text()
    page.get_by_role("button", name="Unproven").click()
    assert page.locator("#panel blockquote").inner_text() != before
    assert state(ws, before).status == "unproven"
    page.get_by_role("link", name="Dashboard").click()
    assert page.locator("svg").count() > 3


def test_a_phone_shows_every_page_without_scrolling_aside(desk: Open, ws: Workspace) -> None:
    page = desk(viewport=PHONE, has_touch=True, is_mobile=True).page
    claim = address(ws, CRANE)
    for path in (
        "/",
        "/?q=harbour",
        "/claims",
        "/queue",
        "/dashboard",
        "/report",
        "/health",
        "/you",
        claim.rpartition("/")[0],
        claim,
    ):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path
    page.goto(claim.rpartition("/")[0])
    page.get_by_role("link", name=re.compile("The harbour of Northport handled")).tap()
    panel = page.locator("#panel[data-claim]")
    panel.wait_for()
    button = panel.get_by_role("button", name="Mixed")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    assert box["height"] >= 36
    button.tap()
    page.locator("#panel .notice.good").wait_for()
    assert state(ws, CRANE).status == "mixed"


def test_nothing_is_lost_between_windows_and_terminal(desk: Open, ws: Workspace) -> None:
    from cli_runner import process

    page = desk().page
    page.goto(address(ws, CRANE))
    assert process(ws.root, "mark", CRANE, "false", "--by", "Cem").code == 0
    page.get_by_role("button", name="Verified").click()
    page.get_by_role("alert").wait_for()
    assert ReviewStore(ws.index / "reviews").problems() == []
    assert [j.reviewer for j in state(ws, CRANE).judgements] == ["Cem"]


def test_a_desk_started_anew_loses_nothing_that_was_typed(browser: Any, ws: Workspace) -> None:
    with served(ws.root, "--by", "Anna Berg") as (host, port, _):
        window = Window(browser, f"http://{host}:{port}")
        page = window.page
        page.goto(address(ws, CRANE))
        page.get_by_label("Reasoning").fill("Typed with care.")
        # What the page asks for by itself does not meet a desk that is closed.
        page.wait_for_load_state("networkidle")
    with served(ws.root, "--by", "Anna Berg", "--port", str(port)):
        page.get_by_role("button", name="False").click()
        again = page.get_by_role("button", name="Send again")
        again.wait_for()
        assert state(ws, CRANE) is None
        again.click()
        page.locator("#done").wait_for()
        assert state(ws, CRANE).judgements[0].note == "Typed with care."
        window.complaints = [one for one in window.complaints if "403" not in one]
        window.close()
