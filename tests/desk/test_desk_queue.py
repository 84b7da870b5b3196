"""The queue in the browser: the same order and keys as in the terminal."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from desk_visitor import Office, Visitor, field

from searchkit.workflow.indexing import index
from searchkit.workflow.links import Link
from searchkit.workflow.queue import waiting
from searchkit.workflow.reviewing import mark, note
from searchkit.workflow.selection import ClaimFilter

CRANE = "412,000 containers"


def at(visitor: Visitor, address: str = "/queue") -> tuple[str, str]:
    """The claim whose turn it is, and the text of its page."""
    response = visitor.get(address)
    if response.status_code == 302:
        address = response.headers["Location"]
        response = visitor.get(address)
    assert response.status_code == 200
    return parse_qs(urlsplit(address).query).get("at", [""])[0], response.text


def links(page: str) -> dict[str, str]:
    return {
        key: url.replace("&amp;", "&")
        for url, key in re.findall(r'<a href="([^"]+)" rel="[a-z]+" data-key="([jk])"', page)
    }


def act(visitor: Visitor, address: str, page: str, **form: str) -> str:
    """Give a verdict in the queue; the address that comes next."""
    sent = visitor.post(
        f"/articles/{address}/mark",
        {"heads": field(page, "heads"), "next": field(page, "next"), "here": field(page, "here")}
        | form,
    )
    assert sent.status_code == 303
    return sent.headers["Location"]


def test_it_goes_the_way_of_the_terminals_queue(office: Office) -> None:
    expected = ["/".join(pair) for pair in waiting(office.ws, ClaimFilter(), "Anna Berg").order]
    anna = office.visitor()
    seen, address = [], "/queue"
    for _ in expected:
        here, page = at(anna, address)
        seen.append(here)
        address = links(page)["j"]
    assert seen == expected
    assert at(anna, address)[0] == expected[0]


def test_a_verdict_leads_on_and_undo_leads_back(office: Office) -> None:
    anna = office.visitor()
    first, page = at(anna)
    assert "0 of 13" in page
    onward = act(anna, first, page, status="false")
    second, page = at(anna, onward)
    assert second != first
    assert "1 of 13" in page
    assert links(page)["k"]
    undo = re.search(
        r'<form action="([^"]+/undo)" method="post">.*?name="here" value="([^"]+)"', page, re.S
    )
    assert undo
    back = anna.post(undo[1], {"here": undo[2].replace("&amp;", "&")})
    assert at(anna, back.headers["Location"])[0] == first


@pytest.mark.parametrize(
    ("done", "form"),
    [
        ("note", {"remark": "Asked the port."}),
        ("link", {"url": "https://x.example.org", "stance": "context"}),
        ("assign", {"to": ""}),
        ("undo", {}),
    ],
)
def test_what_is_no_verdict_stays_with_its_claim(
    office: Office, done: str, form: dict[str, str]
) -> None:
    anna = office.visitor()
    first, page = at(anna)
    note(office.ws, first.partition("/")[2], "Something to take back.", reviewer="Anna Berg")
    carried = {name: field(page, name) for name in ("heads", "next", "here")}
    sent = anna.post(f"/articles/{first}/{done}", carried | form)
    assert sent.status_code == 303
    stayed, page = at(anna, sent.headers["Location"])
    assert stayed == first
    assert "/queue?" in sent.headers["Location"]
    assert at(anna, act(anna, first, page, status="false"))[0] != first


def test_a_confirmed_verdict_leads_on(office: Office) -> None:
    mark(office.ws, [CRANE], "verified", reviewer="Anna Berg")
    digest = office.ws.root / "corpus" / "digest.txt"
    text = digest.read_text("utf-8")
    digest.write_text(text.replace("handled 412,000", "handled some 412,000"), "utf-8")
    index(office.ws)
    anna = office.visitor()
    first, page = at(anna)
    carried = {name: field(page, name) for name in ("heads", "next", "here")}
    sent = anna.post(f"/articles/{first}/confirm", carried)
    assert sent.status_code == 303
    assert at(anna, sent.headers["Location"])[0] != first


def test_filters_stay_all_the_way(office: Office) -> None:
    anna = office.visitor()
    here, page = at(anna, "/queue?q=ferry&outlet=Radio+North")
    onward = act(anna, here, page, status="verified")
    assert "q=ferry" in onward
    assert "outlet=Radio+North" in onward
    assert anna.get("/queue?q=%22open").status_code == 400


def test_the_end_is_told(office: Office) -> None:
    anna = office.visitor()
    here, page = at(anna, "/queue?q=412,000&status=unreviewed")
    assert "Nothing waits here any more" in at(anna, act(anna, here, page, status="false"))[1]


def test_a_second_opinion_is_given_before_the_first_is_seen(office: Office) -> None:
    mark(office.ws, [CRANE], "false", reviewer="Ben", note="The port says otherwise.")
    anna = office.visitor()
    here, page = at(anna, "/queue?second=1")
    assert "0 of 1" in page
    for hidden in ("Ben", "otherwise", "claim bad", ">False</span>", "History"):
        assert hidden not in page
    told = anna.page(act(anna, here, page, status="verified"))
    assert "You differ: Ben says False." in told
    assert "Nothing waits" in told


def test_statuses_have_the_keys_of_the_terminal(office: Office) -> None:
    page = at(office.visitor())[1]
    keys = re.findall(r'name="status" value="([^"]+)"[^>]* data-status="(.)"', page)
    assert dict(keys) == {
        "verified": "v",
        "mixed": "m",
        "misleading": "i",
        "false": "f",
        "disputed": "d",
        "unproven": "p",
        "not-checkable": "c",
    }


@pytest.mark.parametrize(
    ("act", "form", "code"),
    [
        ("mark", {"status": "verified", "url": "", "quote": "A quote without a link."}, 400),
        ("mark", {"status": "verified", "note": "x" * 20_001}, 400),
        ("mark", {"status": "verified", "shown": "older words"}, 409),
        ("mark", {"status": "verified", "marking": "somebody else"}, 409),
        ("mark", {"status": "verified", "heads": ""}, 409),
        ("link", {"url": "https://mine.example.org"}, 400),
        ("note", {"remark": " "}, 400),
        ("undo", {}, 400),
    ],
)
def test_a_refused_form_shows_nothing_of_the_first_opinion(
    office: Office, act: str, form: dict[str, str], code: int
) -> None:
    link = Link("https://first.example.org", "refutes", "420,000")
    mark(office.ws, [CRANE], "false", [link], reviewer="Ben", note="The port says otherwise.")
    mark(office.ws, ["Exports of timber"], "false", reviewer="Ben")
    anna = office.visitor()
    here, page = at(anna, "/queue?second=1&q=412,000")
    path = f"/articles/{here}"
    assert path == office.path(CRANE)
    names = ("heads", "shown", "marking", "next", "here", "second")
    sent = {name: field(page, name) for name in names} | form
    refused = anna.post(f"{path}/{act}", sent)
    assert refused.status_code == code
    for text in (page, refused.text):
        for hidden in ("Ben", "otherwise", "first.example", "420,000", '"claim bad', "History"):
            assert hidden not in text
        assert 'badge bad"' not in text
    assert "Second opinion" in refused.text
    names = ("heads", "shown", "marking", "next", "here", "second")
    again = {name: field(refused.text, name) for name in names}
    done = anna.post(f"{path}/mark", again | {"status": "verified"})
    assert "You differ: Ben says False." in anna.page(done.headers["Location"])


def test_a_link_before_the_second_opinion_takes_no_stance_of_the_first(office: Office) -> None:
    mark(office.ws, [CRANE], "false", reviewer="Ben")
    anna = office.visitor()
    here, page = at(anna, "/queue?second=1")
    form = page[page.index(f"{here}/link") :]
    assert "as the verdict says" not in form[: form.index("</form>")]
    sent = {name: field(page, name) for name in ("next", "here", "second")}
    link = {"url": "https://mine.example.org", "stance": "supports"}
    assert anna.post(f"/articles/{here}/link", sent | link | {"stance": ""}).status_code == 400
    assert anna.post(f"/articles/{here}/link", sent | link).status_code == 303
    assert [one.stance for one in office.state(CRANE).evidence] == ["supports"]
