"""Searching, reading, listing, reporting: what pages show."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from html import unescape
from pathlib import Path

from desk_visitor import Office, Visitor

from searchkit.workflow.indexing import index
from searchkit.workflow.links import Link
from searchkit.workflow.reviewing import assign, mark, note

CRANE = "412,000 containers"
FERRY = "900 passengers"


def test_a_search_marks_the_words_and_names_the_best_claim(office: Office, anna: Visitor) -> None:
    page = anna.page("/?q=412,000")
    assert "<mark>412,000</mark>" in page
    assert f'href="{office.path(CRANE)}"' in page
    assert "1 article" in page


def test_without_words_the_newest_articles_are_listed(anna: Visitor) -> None:
    page = anna.page("/")
    titles = re.findall(r"<h3[^>]*><a[^>]*>(.*?)</a>", page)
    assert titles[0] == "School Meals Become Free"
    assert len(titles) == 3


def test_words_are_ranked_also_after_a_page_without_words(anna: Visitor) -> None:
    def sorts(path: str) -> list[tuple[str, str, str]]:
        return re.findall(r'<option value="(\w*)"( selected)?>(\w+)</option>', anna.page(path))

    assert sorts("/") == [("", " selected", "newest"), ("oldest", "", "oldest")]
    assert sorts("/?q=harbour&sort=")[0] == ("", " selected", "relevance")
    assert sorts("/?q=harbour&sort=newest")[1] == ("newest", " selected", "newest")
    assert sorts("/?sort=relevance") == sorts("/")


def test_filters_stand_in_the_address_and_facets_lead_to_them(anna: Visitor) -> None:
    page = anna.page("/?outlet=Radio+North")
    assert "Old Bridge Closes" in page
    assert "School Meals" not in page
    assert 'aria-current="true"><span dir="auto">Radio North' in page
    assert "School Meals" not in anna.page("/?since=2024-06-05&until=2024-06-30")
    assert "since=2024-07-01&amp;until=2024-07-31" in anna.page("/")


def test_a_query_that_is_none_is_told_with_its_place(anna: Visitor) -> None:
    page = anna.page('/?q="open')
    assert 'role="alert"' in page
    assert "quote" in page


def test_a_misspelt_word_offers_what_was_meant(anna: Visitor) -> None:
    assert 'href="/?q=harbour"' in anna.page("/?q=harbuor")


def test_the_article_reads_as_it_stands_with_its_claims_tinted(
    office: Office, anna: Visitor
) -> None:
    mark(office.ws, [CRANE], "false", reviewer="Ben")
    page = anna.page(office.path(CRANE).rpartition("/")[0])
    assert re.search(r'<a class="claim bad ends" [^>]*>The harbour of Northport handled', page)
    assert "(False)" in page


def test_what_others_conclude_and_what_is_worth_checking_shows_in_the_text(
    office: Office, anna: Visitor
) -> None:
    mark(office.ws, [CRANE], "false", reviewer="Ben")
    mark(office.ws, [CRANE], "verified", reviewer="Cem")
    assign(office.ws, "Exports of timber", reviewer="Ben")
    page = anna.page(office.path(CRANE).rpartition("/")[0])
    assert 'class="claim good reviewers-differ ends"' in page
    assert 'class="claim assigned ends"' in page
    bridge = anna.page(office.path(FERRY).rpartition("/")[0])
    assert 'class="claim worth ends"' in bridge


def test_a_changed_claim_shows_what_changed(office: Office, anna: Visitor) -> None:
    mark(office.ws, [CRANE], "verified", reviewer="Ben")
    file = office.ws.root / "corpus" / "digest.txt"
    file.write_text(file.read_text("utf-8").replace("412,000", "421,000"), "utf-8")
    index(office.ws)
    page = anna.page(office.path("421,000 containers"))
    assert "figure changed: 412,000 → 421,000" in page
    assert "<del>412,000</del><ins>421,000</ins>" in page
    assert "stale" in page


def test_the_panel_tells_the_whole_story(office: Office, anna: Visitor) -> None:
    mark(
        office.ws,
        [CRANE],
        "false",
        [Link("https://port.example.org/may", None, "420,000 in May")],
        reviewer="Ben Okafor",
        note="The port says otherwise.",
        wording="Northport's harbour handled 412,000 containers in May 2024.",
        said_by="Northport Courier",
    )
    note(office.ws, CRANE, "Asked the port.", reviewer="Cem")
    page = anna.page(office.path(CRANE))
    for shown in (
        "Evidence against",
        'href="https://port.example.org/may"',
        "420,000 in May",
        "The port says otherwise.",
        "handled 412,000 containers in May 2024",
        "Said by",
        "Asked the port.",
        "History: 2 acts",
    ):
        assert shown in page
    assert page.count('target="_blank"') == page.count('target="_blank" rel="noopener noreferrer')


def test_what_is_known_elsewhere_has_a_page_of_its_own(tmp_path: Path) -> None:
    said = "The harbour of Northport handled {} containers in May, said the port authority."
    files = {
        f"{name}.md": f"---\ntitle: Harbour {name}\noutlet: {name}\ndate: 2024-06-0{day}\n"
        f"link: https://{name}.example.org/x\n---\n{said.format(figure)}\n"
        for name, day, figure in (("alpha", 1, "412,000"), ("beta", 2, "398,000"))
    }
    office = Office(tmp_path, files)
    mark(office.ws, ["398,000 containers"], "false", reviewer="Ben")
    page = office.visitor().page(f"{office.path('412,000 containers')}/elsewhere")
    assert "May have been checked already" in page
    assert "May contradict it" in page
    assert "398,000" in page
    assert 'data-short="perhaps checked already: 1, contradicted: 1"' in page


def test_claims_are_listed_by_what_was_said_of_them(office: Office, anna: Visitor) -> None:
    mark(office.ws, [CRANE], "false", reviewer="Ben")
    assert "1 claim\n" in anna.page("/claims?status=false")
    assert "1 claim\n" in anna.page("/claims?reviewer=Ben&flag=no-evidence")
    assert "0 claims" in anna.page("/claims?status=verified")
    assert anna.get("/claims?status=nonsense").status_code == 400


def test_the_dashboard_counts_and_draws(office: Office, anna: Visitor) -> None:
    mark(office.ws, [CRANE], "false", reviewer="Ben")
    mark(office.ws, [CRANE], "false", reviewer="Cem")
    mark(office.ws, [FERRY], "verified", reviewer="Cem")
    page = anna.page("/dashboard")
    assert "<b>2</b> checked" in page
    assert "<b>100%</b> agreement on 1 judged twice" in page
    assert page.count("<svg") >= 5
    assert 'href="/claims?status=false"' in page
    assert re.search(r"Cem</span></a></th><td class=\"number\">2</td><td class=\"number\">2", page)
    assert "Radio North" in page


def test_the_report_is_shown_and_given_in_every_format(office: Office, anna: Visitor) -> None:
    mark(office.ws, [CRANE], "false", [Link("https://x.example.org/1")], reviewer="Ben")
    page = anna.page("/report?base_url=https://facts.example.org/r")
    assert "no reasoning" in page
    preview = anna.get("/report/preview")
    assert "412,000 containers" in preview.text
    assert "sandbox" in preview.headers["Content-Security-Policy"]
    links = re.findall(r'class="button" href="([^"]+)"', page.replace("&amp;", "&"))
    assert len(links) == 6
    texts = {}
    for link in links:
        response = anna.get(link)
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].startswith("attachment")
        texts[link.partition("?")[0].rpartition("/")[2]] = response.text
    assert "# Fact-check report" in texts["markdown"]
    assert len(list(csv.reader(io.StringIO(texts["csv"])))) == 2
    assert json.loads(texts["json"])["articles"]
    assert "ClaimReview" in texts["claimreview"]
    assert json.loads(texts["annotations"])
    assert anna.get("/report/download/claimreview").status_code == 400
    assert anna.get("/report/download/pdf").status_code == 404


def test_health_says_what_doctor_says(office: Office, anna: Visitor) -> None:
    mark(office.ws, [CRANE], "false", reviewer="Ben")
    assert "Nobody has looked" in anna.page("/health")
    assert anna.post("/health", {}).status_code == 303
    assert "All is well" in _settled(anna)
    sidecar = next((office.ws.index / "reviews").glob("*.json"))
    sidecar.write_text(sidecar.read_text("utf-8").replace("false", "mixed"), "utf-8")
    anna.post("/health", {})
    page = _settled(anna)
    assert "does not match its id" in page
    assert str(office.ws.root) not in page


def _settled(visitor: Visitor) -> str:
    for _ in range(100):
        page = visitor.page("/health")
        if "Looked at <time" in page:
            return page
        time.sleep(0.05)
    raise AssertionError("the check does not end")


def test_a_damaged_sidecar_is_told_and_the_rest_shown(office: Office, anna: Visitor) -> None:
    mark(office.ws, [CRANE], "false", reviewer="Ben")
    path = office.path(CRANE)
    next((office.ws.index / "reviews").glob("*.json")).write_text("{", "utf-8")
    for listing in ("/", "/claims", "/dashboard", "/queue"):
        assert "The reviews of 1 article cannot be read" in anna.page(listing)
    broken = anna.get(path)
    assert broken.status_code == 400
    assert str(office.ws.root) not in broken.text
    assert anna.get("/report").status_code == 400


def test_unknown_places_and_bad_input_are_told_in_a_line(office: Office, anna: Visitor) -> None:
    article = office.path(CRANE).rpartition("/")[0]
    for path, code in (
        ("/nowhere", 404),
        ("/articles/nope", 404),
        (f"{article}/nope", 404),
        ("/articles/..%2f..%2fetc%2fpasswd", 404),
        ("/claims?since=soon", 400),
        ("/?since=2024-13-40", 400),
        ("/claims?since=2025-01-01&until=2024-01-01", 400),
    ):
        response = anna.get(path)
        assert (path, response.status_code) == (path, code)
        assert "Traceback" not in response.text
    assert anna.get("/?page=99999999999999999999").status_code == 200
    assert anna.get("/queue?at=nonsense/thing").status_code == 200


def test_a_page_that_is_none_is_told_and_leads_to_the_last(office: Office, anna: Visitor) -> None:
    for start in ("/?q=northport&page=99999", "/claims?q=northport&page=99999"):
        page = anna.page(start)
        assert "There is no such page" in page
        assert "Page 99,999" not in page
        (last,) = re.findall(r'no such page; <a href="([^"]+)"', page)
        assert 'class="hit"' in anna.page(unescape(last))
        assert "no such page" not in anna.page(unescape(last))
    assert "no such page" not in anna.page("/?q=nowhere&page=7")
