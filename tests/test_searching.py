"""Search as the faces see it: pages, filters, facets, best claims, suggestions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from projects import BRIDGE, indexed

from searchkit.errors import EngineError, QueryError
from searchkit.workflow.reporting import stats
from searchkit.workflow.reviewing import mark
from searchkit.workflow.searching import find_claims, search
from searchkit.workflow.selection import ClaimFilter
from searchkit.workflow.workspace import Workspace


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    workspace, _ = indexed(tmp_path)
    return workspace


def test_best_claim_and_snippets(ws: Workspace) -> None:
    listing = search(ws, "ferry passengers")
    hit = listing.items[0]
    assert hit.best is not None
    assert hit.best.claim.text == "A ferry carries 900 passengers a day meanwhile."
    assert hit.best.claim.id.startswith(hit.handle)
    marked = {s.text[m.start : m.end] for s in hit.snippets for m in s.marks}
    assert {"ferry", "passengers"} <= {word.lower() for word in marked}


def test_pages_do_not_overlap(ws: Workspace) -> None:
    whole = [h.claim.claim.id for h in find_claims(ws, limit=100).items]
    paged = []
    for page in range(1, 20):
        items = find_claims(ws, limit=3, page=page).items
        paged += [h.claim.claim.id for h in items]
    assert paged == whole
    assert len(whole) == find_claims(ws, limit=1).total


def test_filters(ws: Workspace) -> None:
    assert search(ws, "", since=dt.date(2024, 6, 5)).total == 2
    assert search(ws, "", until=dt.date(2024, 6, 4)).total == 1
    assert search(ws, "", outlets=["Radio North"]).total == 1
    assert search(ws, "", outlets=["Radio North", "County Gazette"]).total == 2
    assert [h.article.date for h in search(ws, "", sort="oldest").items] == [
        dt.date(2024, 6, 4),
        dt.date(2024, 6, 11),
        dt.date(2024, 7, 2),
    ]
    with pytest.raises(QueryError):
        search(ws, "", since=dt.date(2024, 6, 5), until=dt.date(2024, 6, 4))
    with pytest.raises(QueryError, match="verified"):
        search(ws, "status:verifed")


def test_reviews_count_from_the_moment_there_are_some(ws: Workspace) -> None:
    path = ws.cache / "catalog.sqlite"
    ws.close()
    kept = path.read_bytes()
    path.write_bytes(b"damaged")
    assert search(ws, "ferry").items[0].statuses == {}, "nobody judged: no need of the catalog"
    path.write_bytes(kept)
    done = mark(ws, ["A ferry carries 900"], "unproven", reviewer="Ann")
    assert search(ws, "ferry").items[0].statuses == {"unproven": 1}
    ws.close()
    path.write_bytes(b"damaged")
    with pytest.raises(EngineError, match="rebuild"):
        search(ws, "ferry")
    ws.sidecars.path(done[0].claim.claim.article).unlink()
    assert search(ws, "ferry").items[0].statuses == {}


def test_facets(ws: Workspace) -> None:
    mark(ws, ["412,000 containers"], "unproven", reviewer="Ann")
    facets = search(ws, "", facets=True).facets
    assert dict(facets["outlet"]) == {
        "County Gazette": 1,
        "Northport Courier": 1,
        "Radio North": 1,
    }
    assert dict(facets["month"]) == {"2024-06": 2, "2024-07": 1}
    assert dict(facets["status"]) == {"unreviewed": 3, "unproven": 1}


def test_a_long_question_that_no_article_answers_in_full_finds_some_of_its_words(
    ws: Workspace,
) -> None:
    question = "how many containers did the big harbour handle during the strike"
    found = search(ws, question)
    assert found.loosened
    assert "Harbour" in found.items[0].article.title
    assert found.items[0].best
    assert "containers" in found.items[0].best.claim.text.lower()
    marked = {s.text[a:b] for s in found.items[0].snippets for a, b in s.marks}
    assert {mark.lower() for mark in marked} <= set(question.split()) | {"handled", "handles"}
    assert search(ws, question, outlets=["Radio North"]).items[0].article.title.startswith("Old")
    assert search(ws, question, since=dt.date(2030, 1, 1)).total == 0
    assert "harbuor" in search(ws, "in which harbuor of Northport were containers").suggestions


@pytest.mark.parametrize(
    "query",
    [
        "zebras graze",
        "zebras of the harbour",
        '"how many containers" did the big harbour handle',
        "title:zebra how many containers harbour",
        "how many containers OR zebras -harbour unicorn",
        "qwq wqw qqw wwq qww",
    ],
)
def test_what_is_no_question_is_taken_at_its_word(ws: Workspace, query: str) -> None:
    found = search(ws, query)
    assert not found.loosened
    assert found.total == 0


def test_suggestions_only_when_nothing_is_found(ws: Workspace) -> None:
    assert search(ws, "containrs").suggestions["containrs"][0] == "containers"
    assert search(ws, "containers").suggestions == {}
    assert find_claims(ws, "passangers").suggestions["passangers"][0] == "passengers"


def test_worth_ranks_figures_before_chatter(ws: Workspace) -> None:
    items = find_claims(ws, worth=True, limit=100).items
    scores = [h.worth.score for h in items if h.worth]
    assert scores == sorted(scores, reverse=True)
    texts = [h.claim.claim.text for h in items]
    expected = next(n for n, text in enumerate(texts) if "412,000" in text)
    vague = next(n for n, text in enumerate(texts) if text.startswith("Analysts expect"))
    assert expected < vague


def test_claims_of_one_article(ws: Workspace) -> None:
    article = search(ws, "bridge").items[0].article.id
    listing = find_claims(ws, ClaimFilter(article=article))
    assert listing.total == len(listing.items) == 5
    assert {h.article.id for h in listing.items} == {article}
    assert [h.claim.claim.number for h in listing.items] == [0, 1, 2, 3, 4]


def test_no_hits_is_no_error(ws: Workspace) -> None:
    listing = search(ws, "quetzalcoatl")
    assert (listing.total, listing.items) == (0, ())


def test_explanation_adds_up(ws: Workspace) -> None:
    hit = search(ws, "ferry company", explain=True).items[0]
    assert hit.score == pytest.approx(sum(part.score for part in hit.explanation))


def test_claims_that_say_nearly_the_same_stand_together(tmp_path: Path) -> None:
    copied = BRIDGE.replace("Radio North", "TV South").replace("radio.", "tv.")
    copied = copied.replace("a day meanwhile", "a day now").replace("hired eight", "hired nine")
    other = "Ferry Tales\n\nThe ferry, a ferry of ferries, carries nobody but passengers a day.\n"
    ws, _ = indexed(tmp_path, {"a.txt": BRIDGE, "b.txt": copied, "c.txt": other})
    items = find_claims(ws, "ferry passengers a day", limit=100).items
    assert len(items) == len({item.claim.claim.id for item in items}) == 3
    firsts = {item.handle: item for item in items if not item.same_as}
    (again,) = [item for item in items if item.same_as]
    assert items.index(again) == items.index(firsts[again.same_as]) + 1
    assert {"meanwhile", "now"} == {
        item.claim.claim.text.split()[-1].strip(".") for item in (again, firsts[again.same_as])
    }
    hired = find_claims(ws, "hired people", limit=100).items
    assert [item.same_as for item in hired] == ["", ""]
    by_date = find_claims(ws, "ferry passengers a day", sort="newest").items
    assert [item.same_as for item in by_date] == ["", "", ""]


def test_a_long_question_to_claims_finds_some_of_its_words(ws: Workspace) -> None:
    question = "how many passengers does the famous ferry carry each day"
    found = find_claims(ws, question)
    assert found.loosened
    assert found.items[0].claim.claim.text.startswith("A ferry carries 900 passengers")
    assert {s.text[a:b].lower() for s in found.items[0].snippets for a, b in s.marks} >= {"ferry"}
    only = ClaimFilter(question, outlets=["County Gazette"])
    assert {h.article.outlets for h in find_claims(ws, only).items} == {("County Gazette",)}
    assert find_claims(ws, ClaimFilter(question, statuses=["verified"])).total == 0
    assert not find_claims(ws, "ferry passengers").loosened


def test_the_own_words_of_a_claim_weigh_more_than_the_title_above_it(tmp_path: Path) -> None:
    text = "Old Bridge Reopens\n\nMusic played all day.\n\nThe bridge was closed for a year.\n"
    ws, _ = indexed(tmp_path, {"a.txt": text})
    texts = [hit.claim.claim.text for hit in find_claims(ws, "bridge").items]
    assert set(texts[:2]) == {"Old Bridge Reopens", "The bridge was closed for a year."}
    assert texts[2] == "Music played all day."


def test_coverage(ws: Workspace) -> None:
    mark(ws, ["412,000 containers", "5,400 pupils"], "unproven", reviewer="Ann")
    seen = stats(ws)
    assert (seen.articles, seen.checked, seen.lost) == (3, 2, 0)
    assert sum(seen.statuses.values()) == seen.claims
    assert {c.name: c.checked for c in seen.outlets} == {
        "County Gazette": 1,
        "Northport Courier": 1,
        "Radio North": 0,
    }
    assert seen.reviewers == {"Ann": 2}
