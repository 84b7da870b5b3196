"""Outside formats: out and in again gives the same reviews; what the wild has is used."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli, started
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from projects import BRIDGE, HARBOUR, indexed
from report_samples import HOSTILE, PROBE, History, attack, probe, report, reworded

from searchkit.errors import ReadError, UsageError
from searchkit.interchange import Records, claimreview, parse, webannotation
from searchkit.model import DEFAULT_SCALE, ClaimState
from searchkit.reports import RENDERERS, ReportSettings
from searchkit.reports.escape import plain
from searchkit.workflow.importing import import_reviews
from searchkit.workflow.indexing import index
from searchkit.workflow.links import Link
from searchkit.workflow.reading import read_article, remember_listing
from searchkit.workflow.reporting import doctor
from searchkit.workflow.reporting import report as make_report
from searchkit.workflow.reviewing import add_claim, history, link, mark, note, undo
from searchkit.workflow.searching import find_claims
from searchkit.workflow.workspace import Workspace

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_CONTAINERS = "412,000 containers"
_BASE = "https://desk.example.org/report.html"


def states(ws: Workspace) -> dict[str, ClaimState]:
    """What stands on every claim, by its id."""
    found = {}
    for id in ws.reviews.ids():
        for claim in read_article(ws, id).claims:
            if claim.state:
                found[claim.claim.id] = claim.state
    return found


def said(ws: Workspace) -> dict[str, Any]:
    """All that is to survive: who concluded what, when, why, on what evidence and words."""
    return {
        id: (
            state.selector,
            {(j.reviewer, j.status, j.time, j.note) for j in state.judgements},
            {
                (e.reviewer, e.url, e.stance, e.quote, e.title, e.publisher, e.accessed, e.copy)
                for e in state.evidence
            },
            {(n.reviewer, n.time, n.text) for n in state.notes},
            state.wording,
            state.said_by,
        )
        for id, state in states(ws).items()
    }


def exported(ws: Workspace, format: str, folder: Path) -> Path:
    made = make_report(ws, ReportSettings(publisher="The Desk"), everything=True)
    path = folder / f"out.{format}"
    if format == "annotations":
        path.write_text(webannotation.render(made), "utf-8")
    elif format == "claimreview":
        path.write_text(claimreview.render(made, _BASE), "utf-8")
    else:
        path.write_text(RENDERERS[format](made), "utf-8")
    return path


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Workspace]:
    folder = tmp_path_factory.mktemp("interchange")
    return indexed(folder / "one")[0], indexed(folder / "two")[0]


printable = st.characters(exclude_categories=("C", "Z"))
words = st.text(printable | st.just(" "), min_size=1, max_size=12).map(str.strip).filter(bool)
acts = st.lists(
    st.tuples(
        st.sampled_from(["mark", "link", "note"]),
        st.sampled_from(
            [_CONTAINERS, "5,400 pupils", "Old Bridge Closes for Repairs", "900 passengers"]
        ),
        st.sampled_from(["Ann", "Bob", "Çem 陈"]),
        st.sampled_from(DEFAULT_SCALE.verdicts),
        st.lists(st.sampled_from(["https://a.example.org/1", "https://b.example.org/?x=1&y"])),
        st.sampled_from(["supports", "refutes", "context", None]),
        st.none() | words,
        st.none() | words,
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("format", ["json", "annotations"])
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(done=acts)
def test_out_and_in_again_gives_the_same_reviews(
    pair: tuple[Workspace, Workspace], tmp_path: Path, format: str, done: list[Any]
) -> None:
    one, two = pair
    for ws in pair:
        shutil.rmtree(ws.index / "reviews", ignore_errors=True)
    for kind, claim, reviewer, status, urls, stance, text, other in done:
        links = [Link(url, stance, text if len(urls) == 1 else None) for url in urls]
        if kind == "mark":
            mark(
                one,
                [claim],
                status,
                links,
                reviewer=reviewer,
                note=text,
                wording=other,
                said_by=text,
            )
        elif kind == "link" and links:
            link(one, claim, links, reviewer=reviewer)
        elif kind == "note" and text:
            note(one, claim, text, reviewer=reviewer)
    # Evidence without a verdict has no time of its own outside; nothing else is lost.
    wanted = said(one)
    came = import_reviews(two, exported(one, format, tmp_path), importer="Zoe")
    assert came.dropped == ()
    assert said(two) == wanted
    assert import_reviews(two, tmp_path / f"out.{format}", importer="Zoe").new == {}
    assert doctor(two) == []


awkward = st.lists(
    st.sampled_from([" ; ", ";", ";;", " ", "\n", "'", "=", "“", "”", ",", '"', "a", "因为"])
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=3),
    max_size=6,
).map("".join)
judged = st.lists(
    st.tuples(
        awkward.filter(plain),
        st.sampled_from(DEFAULT_SCALE.verdicts),
        st.none() | awkward,
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: on_one_line(one[0]),
)


def on_one_line(text: str | None) -> str:
    """What a cell can hold of a text."""
    return plain(plain(text or ""))


@given(judged, awkward)
@example([("Anna", "verified", None), ("Bob", "false", "It was 2016.")], "")
@example([("Anna", "verified", "So."), ("Bob", "false", None), ("Eve", "false", "Why.")], "")
@example([("Anna", "verified", "So."), ("Bob", "false", None)], "")
@example([("=Anna", "verified", "first ; second"), ("Bob ; Co", "false", "; =1")], "'t ; was")
@example([("'Anna'", "verified", "'Tis so."), ("Bob", "false", ";")], "=1+1")
def test_a_table_gives_each_reviewer_their_own_reasoning_back(
    done: list[tuple[str, str, str | None]], remark: str
) -> None:
    history = History(PROBE)
    claim = history.claim("landed on Monday")
    for reviewer, status, why in done:
        history.act("judge", claim, by=reviewer, status=status, note=why)
    history.act("note", claim, by=done[0][0], text=remark)
    table = RENDERERS["csv"](report(history.reviewed()))
    found = parse(table.encode(), "r.csv", DEFAULT_SCALE, NOW)
    assert found.dropped == ()
    (record,) = found.claims
    assert [(j.reviewer, j.status, j.note) for j in record.judgements] == [
        (on_one_line(reviewer), status, on_one_line(why) or None) for reviewer, status, why in done
    ]
    assert [note.text for note in record.notes] == [on_one_line(remark)] * bool(on_one_line(remark))


@pytest.mark.parametrize(
    ("cells", "judgements", "told"),
    [
        ("Ann ; Bob,false ; mixed,;", [("Ann", "false", None), ("Bob", "mixed", None)], None),
        ("Ann ; Bob,false ; mixed,", [("Ann", "false", None), ("Bob", "mixed", None)], None),
        (
            "Ann ; Bob,false ; mixed,Why.",
            [("Ann", "false", None), ("Bob", "mixed", None)],
            "line 2: reviewers: 2, parts of the reasoning: 1; nobody can tell whose is which",
        ),
        (
            "Ann,false,One ; two.",
            [("Ann", "false", None)],
            "line 2: reviewers: 1, parts of the reasoning: 2; nobody can tell whose is which",
        ),
        (
            "Ann ; Bob,false,;",
            [],
            "line 2: reviewers: 2, verdicts: 1; nobody can tell whose is which",
        ),
        (",false,Why.", [], "line 2: a verdict without a reviewer"),
        ("Ann,,Why.", [], "line 2: reasoning without a verdict"),
        ("'Ann,false,'Tis so.", [("'Ann", "false", "'Tis so.")], None),
        (",,", [], None),
    ],
)
def test_a_table_of_somebody_else(
    cells: str, judgements: list[tuple[str, str, str | None]], told: str | None
) -> None:
    table = f"article,claim,text,reviewers,verdicts,reasoning\n,,Words.,{cells}\n"
    found = parse(table.encode(), "x.csv", DEFAULT_SCALE, NOW)
    (record,) = found.claims
    assert [(j.reviewer, j.status, j.note) for j in record.judgements] == judgements
    assert list(found.dropped) == ([told] if told else [])


@pytest.mark.parametrize("format", ["json", "annotations", "csv", "claimreview"])
def test_a_verdict_survives_every_format(tmp_path: Path, format: str) -> None:
    one, two = indexed(tmp_path / "one")[0], indexed(tmp_path / "two")[0]
    evidence = [Link("https://stats.example.org/may", "supports", "412,318 in all")]
    id = mark(
        one,
        [_CONTAINERS],
        "verified",
        evidence,
        reviewer="Ann",
        note="Counted.",
        wording="Northport handled 412,000 containers in May 2024.",
    )[0].claim.claim.id
    came = import_reviews(two, exported(one, format, tmp_path), importer="Zoe")
    assert came.new
    state = states(two)[id]
    assert state.status == "verified"
    assert state.wording == "Northport handled 412,000 containers in May 2024."
    assert state.judgements[0].note == "Counted."
    if format != "claimreview":
        assert state.judgements[0].reviewer == "Ann"
        assert [(e.url, e.stance, e.quote) for e in state.evidence] == [
            ("https://stats.example.org/may", "supports", "412,318 in all")
        ]
    else:
        assert state.judgements[0].reviewer == "The Desk"
    assert history(two, id)[0].data["imported"] == {"by": "Zoe", "from": f"out.{format}"}
    assert find_claims(two, "status:verified").total == 1


@pytest.mark.parametrize("format", ["json", "annotations", "csv"])
@pytest.mark.parametrize("then", ["judged", "undone"])
def test_an_older_report_brings_nothing_back(tmp_path: Path, format: str, then: str) -> None:
    ws, _ = indexed(tmp_path / "project")
    mark(ws, [_CONTAINERS], "disputed", reviewer="Bob", note="No.")
    id = mark(ws, [_CONTAINERS], "false", reviewer="Ann", note="Hm.")[0].claim.claim.id
    path = exported(ws, format, tmp_path)
    if then == "judged":
        mark(ws, [_CONTAINERS], "verified", reviewer="Ann")
    else:
        undo(ws, reviewer="Ann")
    before = [event.id for event in history(ws, id)]
    assert import_reviews(ws, path, importer="Zoe").new == {}
    assert [event.id for event in history(ws, id)] == before


@pytest.mark.parametrize("format", ["json", "annotations", "csv", "claimreview"])
def test_a_verdict_on_a_title_stays_on_it_where_the_lead_repeats_it(
    tmp_path: Path, format: str
) -> None:
    one, two = indexed(tmp_path / "one")[0], indexed(tmp_path / "two")[0]
    lead = (
        "Ferry Adds a Night Trip\n\nFerry adds a night trip, as Ferry Adds a Night Trip at sea.\n"
    )
    for ws in (one, two):
        source = "\nSource: Radio North, June 20, 2024\nhttps://radio.example.org/night\n"
        (ws.root / "corpus/night.txt").write_text(lead + source, "utf-8")
        index(ws)
    (title,) = [c for c in find_claims(one, "night").items if c.claim.claim.kind == "title"]
    id = title.claim.claim.id
    mark(one, [id], "false", [Link("https://a.example.org/1")], reviewer="Ann")
    path = exported(one, format, tmp_path)
    for ws in (one, two):
        import_reviews(ws, path, importer="Zoe")
        assert list(states(ws)) == [id]
        assert import_reviews(ws, path, importer="Zoe").new == {}


def test_a_claim_of_ones_own_and_one_on_changed_words_come_along(tmp_path: Path) -> None:
    one, two = indexed(tmp_path / "one")[0], indexed(tmp_path / "two")[0]
    article = find_claims(one, "crowns bridge").items[0].article.id
    own = add_claim(one, article, "12 million crowns", reviewer="Ann").claim.claim.id
    mark(one, [own], "unproven", reviewer="Ann")
    stale = mark(one, [_CONTAINERS], "verified", reviewer="Ann")[0].claim.claim.id
    edited = HARBOUR.replace("412,000", "421,000")
    for ws in (one, two):
        (ws.root / "corpus/digest.txt").write_text(f"{edited}\n{BRIDGE}", "utf-8")
        index(ws)
    assert import_reviews(two, exported(one, "json", tmp_path), importer="Zoe").dropped == ()
    assert said(two) == said(one)
    assert find_claims(two, "flag:stale").items[0].claim.claim.id == stale
    assert find_claims(two, "status:unproven").items[0].claim.claim.kind == "custom"


def test_annotations_have_the_form_of_the_model() -> None:
    made = report(probe().reviewed(), reworded("Monday", "Tuesday"))
    raw = json.loads(webannotation.render(made))
    assert raw["type"] == "AnnotationCollection"
    items = raw["first"]["items"]
    assert raw["total"] == len(items)
    ids = [item["id"] for item in items]
    assert len(set(ids)) == len(ids)
    for item in items:
        assert "http://www.w3.org/ns/anno.jsonld" in item["@context"]
        assert item["type"] == "Annotation"
        assert item["motivation"] in ("assessing", "linking", "commenting")
        quote, place = item["target"]["selector"]
        assert (quote["type"], place["type"]) == ("TextQuoteSelector", "TextPositionSelector")
        assert place["end"] - place["start"] == len(quote["exact"])
        assert item["target"]["state"]["type"] == "TimeState"


def test_a_file_of_the_corpus_as_evidence_comes_along(tmp_path: Path) -> None:
    files = {"a b.md": f"{HARBOUR}", "schoolé.md": "# School\n\nOther words stand here.\n"}
    one, two = (indexed(tmp_path / name, files)[0] for name in ("one", "two"))
    mark(one, [_CONTAINERS], "verified", [Link("corpus/schoolé.md")], reviewer="Ann")
    path = exported(one, "annotations", tmp_path)
    assert "urn:searchkit:file:corpus/school%C3%A9.md" in path.read_text("utf-8")
    assert import_reviews(two, path, importer="Zoe").dropped == ()
    assert said(two) == said(one)


def test_positions_in_utf16() -> None:
    history_of = probe()
    text = "🚀🚀 It flew. " + history_of.article.text
    from attrs import evolve
    from report_samples import History

    moved = History(evolve(history_of.article, text=text))
    claim = next(c for c in moved.claims if "🚀" not in c.text and "landed" in c.text)
    moved.act("judge", claim, status="verified")
    made = report(moved.reviewed())
    points, units = (
        json.loads(webannotation.render(made, utf16=wide))["first"]["items"][0]["target"][
            "selector"
        ][1]["start"]
        for wide in (False, True)
    )
    assert text[points:].startswith("The probe landed")
    assert text.encode("utf-16-le")[2 * units :].decode("utf-16-le").startswith("The probe landed")


def test_claim_reviews_have_what_search_engines_ask_for() -> None:
    settings = ReportSettings(publisher="The Desk")
    made = report(probe().reviewed(), settings=settings)
    raw = json.loads(claimreview.render(made, _BASE))
    reviews = {one["itemReviewed"]["text"]: one for one in raw["@graph"]}
    assert len(reviews) == 3
    for one in reviews.values():
        assert one["url"].startswith(f"{_BASE}#claim-")
        assert one["claimReviewed"]
        assert len(one["name"]) <= 75
        assert one["reviewRating"]["alternateName"]
        assert one["author"] == {"@type": "Organization", "name": "The Desk"}
        assert one["itemReviewed"]["firstAppearance"]["publisher"] == "Example Wire"
    samples = next(one for words, one in reviews.items() if "2 kg" in words)
    assert samples["reviewRating"]["ratingValue"] == 3
    assert samples["claimReviewed"] == "The probe brought 2 kg of samples from the Moon."
    assert samples["itemReviewed"]["author"]["name"] == "The space agency"
    disputed = next(one for words, one in reviews.items() if "August" in words)
    assert "ratingValue" not in disputed["reviewRating"]
    for base in (None, "", "desk.example.org"):
        with pytest.raises(UsageError, match="--base-url"):
            claimreview.render(made, base)


def test_a_claim_review_is_by_those_who_concluded_what_it_says(tmp_path: Path) -> None:
    one, two = indexed(tmp_path / "one")[0], indexed(tmp_path / "two")[0]
    mark(one, [_CONTAINERS], "verified", reviewer="Ann", note="I counted.")
    mark(one, [_CONTAINERS], "false", reviewer="Bob", note="It was April.")
    mark(one, [_CONTAINERS], "false", reviewer="Çem 陈")
    for publisher in (None, "The Desk"):
        settings = ReportSettings(publisher=publisher)
        text = claimreview.render(make_report(one, settings), _BASE)
        (review,) = json.loads(text)["@graph"]
        assert review["reviewRating"]["alternateName"] == "False"
        assert review["reviewBody"] == "It was April."
        assert "Ann" not in text
    people = tmp_path / "people.json"
    people.write_text(claimreview.render(make_report(one, ReportSettings()), _BASE), "utf-8")
    for _ in range(2):
        assert import_reviews(two, people, importer="Zoe").dropped == ()
        (state,) = states(two).values()
        assert {(j.reviewer, j.status, j.note) for j in state.judgements} == {
            ("Bob", "false", "It was April."),
            ("Çem 陈", "false", "It was April."),
        }


def test_no_author_of_a_claim_review_judged_other_words() -> None:
    made = report(reworded("Monday", "Tuesday"))
    assert [(j.reviewer, j.words) for j in made.articles[0].claims[0].judgements] == [
        ("Ann", "The probe landed on Monday"),
        ("Bob", None),
    ]
    (review,) = json.loads(claimreview.render(made, _BASE))["@graph"]
    assert review["author"] == [{"@type": "Person", "name": "Bob"}]
    assert "reviewBody" not in review


def test_hostile_text_stays_text() -> None:
    made = report(attack().reviewed())
    assert "<script" not in claimreview.render(made, _BASE)
    assert HOSTILE in json.dumps(
        json.loads(webannotation.render(made)), ensure_ascii=False
    ).replace("\\n", "\n")


def wild(**more: Any) -> dict[str, Any]:
    return {
        "@context": "http://schema.org",
        "@type": "ClaimReview",
        "claimReviewed": "The harbour of Northport handled 412,000 containers in May",
        "author": {"@type": "Organization", "name": "Checkers", "url": "https://c.example.org"},
        "datePublished": "2024-07-01",
        "url": "https://c.example.org/harbour",
        "reviewRating": {"ratingValue": "1", "bestRating": "5", "worstRating": "1"},
        "itemReviewed": {
            "@type": "Claim",
            "appearance": "https://courier.example.org/2024/06/04/harbour",
        },
        **more,
    }


@pytest.mark.parametrize(
    ("more", "status", "told"),
    [
        ({}, "false", None),
        ({"@type": "claimreview"}, "false", None),
        ({"@type": None, "type": ["Thing", "https://schema.org/CLAIMREVIEW"]}, "false", None),
        ({"reviewRating": {"alternateName": "Misleading"}}, "misleading", None),
        ({"reviewRating": {"alternateName": "MIXED", "ratingValue": "-1"}}, "mixed", None),
        (
            {"reviewRating": {"ratingValue": 10, "bestRating": 10, "worstRating": 0}},
            "verified",
            None,
        ),
        ({"reviewRating": {"ratingValue": 7}}, None, "beyond its own scale"),
        ({"reviewRating": {"ratingValue": "Pants on Fire"}}, None, "none of the scale"),
        ({"reviewRating": {"alternateName": "Pants on Fire"}}, None, "none of the scale"),
        ({"reviewRating": None}, None, "none of the scale"),
        ({"datePublished": "0001-01-01"}, "false", "its date"),
        ({"datePublished": "2999-01-01"}, "false", "its date"),
        ({"datePublished": ["2024"]}, "false", "its date"),
        ({"author": "Checkers"}, "false", None),
        ({"author": [{"name": ""}, {"name": "Checkers"}]}, "false", None),
    ],
)
def test_reviews_from_the_wild(more: dict[str, Any], status: str | None, told: str | None) -> None:
    data = json.dumps({"@graph": [{"mainEntity": wild(**more)}]}).encode()
    found = parse(data, "wild.json", DEFAULT_SCALE, NOW)
    (claim,) = found.claims
    assert [j.status for j in claim.judgements] == ([status] if status else [])
    assert all(j.reviewer == "Checkers" for j in claim.judgements)
    assert claim.links == ("https://courier.example.org/2024/06/04/harbour",)
    assert [told in line for line in found.dropped] == ([True] if told else [])


def test_wild_reviews_find_their_claim(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path / "project")
    page = tmp_path / "page.html"
    stranger = wild(claimReviewed="Nobody said this.", itemReviewed=None)
    nameless = wild(author=None)
    # A file names no claim by its number in somebody's listing.
    number = wild(claimReviewed="1", itemReviewed=None)
    common = wild(claimReviewed="ferry", itemReviewed=None)
    listed = find_claims(ws, "ferry").items
    remember_listing(ws, [(hit.article.id, hit.claim.claim.id) for hit in listed])
    script = json.dumps([wild(), stranger, nameless, number, common])
    page.write_text(f'<html><script type="application/ld+json">{script}</script><p>x', "utf-8")
    came = import_reviews(ws, page, importer="Zoe")
    assert len(came.new) == 1
    assert list(came.dropped) == [
        "review 3: it names no author",
        "review 2: its words are in no article; the text may have changed",
        "review 4: its words are in no article; the text may have changed",
        "review 5: its words are in several claims, and it names no article",
    ]
    (state,) = states(ws).values()
    assert state.status == "false"
    assert "412,000" in state.selector.exact
    assert state.judgements[0].time == "2024-07-01T00:00:00.000000Z"
    assert [e.url for e in state.evidence] == ["https://c.example.org/harbour"]


def annotation(**more: Any) -> dict[str, Any]:
    quote = {"type": "TextQuoteSelector", "exact": "handled 412,000 containers"}
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "creator": "Ann",
        "body": {"type": "TextualBody", "purpose": "tagging", "value": "false"},
        "target": {
            "source": "https://courier.example.org/2024/06/04/harbour?utm_source=x",
            "selector": quote,
        },
        **more,
    }


def test_annotations_of_others_are_anchored_by_their_words(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path / "project")
    path = tmp_path / "a.jsonl"
    lines = [
        annotation(),
        annotation(body=None, bodyValue="Ask for the month."),
        annotation(body={"type": "TextualBody", "purpose": "tagging", "value": "rubbish"}),
        annotation(target="https://courier.example.org/2024/06/04/harbour"),
        annotation(
            target={
                "source": "https://nowhere.example.org/",
                "selector": {"type": "TextQuoteSelector", "exact": "no such words"},
            }
        ),
    ]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    came = import_reviews(ws, path, importer="Zoe")
    assert sum(came.new.values()) == 3
    assert len(came.dropped) == 3
    (state,) = states(ws).values()
    assert (state.status, state.selector.exact) == ("false", "handled 412,000 containers")
    assert [n.text for n in state.notes] == ["Ask for the month."]
    assert find_claims(ws, "status:false").items[0].claim.claim.kind == "custom"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"a\x00b",
        b"<html>",
        b"[[[[",
        b'{"articles": 1}',
        b"a,b\n1,2\n",
        b'{"articles": [], "scale": [], "version": 2}',
        b"[" * 100_000,
    ],
)
def test_what_is_none_of_them(data: bytes) -> None:
    found: Records | None = None
    with contextlib.suppress(ReadError):
        found = parse(data, "x", DEFAULT_SCALE, NOW)
    assert found is None or (found.dropped and not found.claims)


def test_a_report_that_leaves_out_what_may_be_missing() -> None:
    judgement = {"reviewer": "Ann", "status": "verified"}
    claim = {"id": "abc", "text": "Words.", "judgements": [judgement]}
    raw = {"version": 1, "scale": [], "articles": [{"id": "a1", "claims": [claim]}]}
    (found,) = parse(json.dumps(raw).encode(), "x", DEFAULT_SCALE, NOW).claims
    (judged,) = found.judgements
    assert (judged.reviewer, judged.status, judged.time, judged.note) == (
        "Ann",
        "verified",
        None,
        None,
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@type",
                    "type",
                    "items",
                    "first",
                    "body",
                    "target",
                    "selector",
                    "exact",
                    "start",
                    "source",
                    "purpose",
                    "value",
                    "creator",
                    "name",
                    "reviewRating",
                    "ratingValue",
                    "itemReviewed",
                    "claimReviewed",
                    "author",
                    "articles",
                    "claims",
                    "id",
                    "evidence",
                    "supports",
                    "judgements",
                    "reviewer",
                    "status",
                    "notes",
                    "text",
                    "url",
                    "datePublished",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(json_values, st.sampled_from(["Annotation", "ClaimReview", "report"]))
def test_no_json_is_a_trap(raw: Any, kind: str) -> None:
    whole: dict[str, Any] = raw if isinstance(raw, dict) else {"body": raw, "articles": raw}
    if kind == "report":
        whole = {"articles": [{"claims": [whole]}], **whole, "scale": [], "version": 1}
    else:
        whole = {**whole, "type": kind}
    with contextlib.suppress(ReadError):
        parse(json.dumps(whole).encode(), "x", DEFAULT_SCALE, NOW)


def test_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli: Cli = started(tmp_path, monkeypatch, capsys)
    cli.ok("mark", _CONTAINERS, "verified", "--by", "Ann")
    ran = cli("report", "--format", "claimreview")
    assert (ran.code, ran.out) == (2, "")
    assert "--base-url" in ran.err
    assert json.loads(cli.ok("report", "--format", "claimreview", "--base-url", _BASE))["@graph"]
    assert json.loads(cli.ok("report", "--format", "annotations", "--utf16"))["total"] == 1
    cli.ok("report", "-o", "r.json")
    shutil.rmtree(cli.folder / "index" / "reviews")
    out = cli.ok("import", "r.json", "--by", "Zoe")
    assert out == "1 event taken over on 1 article; 1 claim looked at\n"
    assert cli.json("import", "r.json", "--by", "Zoe") == {
        "total": 0,
        "items": [],
        "claims": 1,
        "dropped": [],
    }
    (cli.folder / "bad.json").write_text(json.dumps([wild(author=None)]), "utf-8")
    ran = cli("import", "bad.json", "--by", "Zoe")
    assert ran.code == 1
    assert ran.err == "not taken: review 1: it names no author\n"
    (cli.folder / "notes.txt").write_text("Call the harbour, then write.\n", "utf-8")
    ran = cli("import", "notes.txt", "--by", "Zoe")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("searchkit: notes.txt: it is no report as a table (no column ")
    assert ran.err.endswith(
        "; give a report of searchkit as JSON or CSV, Web Annotations, or ClaimReview\n"
    )
    ran = cli("import", "nowhere.json", "--by", "Zoe")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
