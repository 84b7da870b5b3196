"""Already checked, and said by others: what counts as the same, and who counts once."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from cli_runner import Cli, started
from hypothesis import given
from hypothesis import strategies as st
from projects import HARBOUR, SCHOOL, indexed

from searchkit.errors import SearchkitError
from searchkit.matching import (
    conflicts,
    independent,
    may_say_the_same,
    most_similar,
    near_duplicates,
    says_the_same,
    statement,
    stems,
)
from searchkit.model import Article, Source
from searchkit.workflow.nearby import nearby
from searchkit.workflow.queue import Queue
from searchkit.workflow.reviewing import mark, undo
from searchkit.workflow.selection import ClaimFilter
from searchkit.workflow.similar import similar

CHECKED = [
    "The harbour handled 412,000 containers in May.",
    "The council closed the old bridge after an inspection.",
    "The probe brought two kilograms of soil from the far side of the Moon.",
    "探测器从月球背面带回两公斤土壤。",
    "探査機は月の裏側から土を持ち帰った。",
]
#: The same, told at some length: copies share nearly all words.
WIRE = (
    "The harbour of Northport handled 412,000 containers in May, the port authority said. A new"
    " crane had shortened waiting times, and the hauliers were content. Exports of timber fell for"
    " the third month in a row, while imports of grain rose again."
)


def best(text: str) -> list[int]:
    return [match.index for match in most_similar(text, CHECKED, list(map(stems, CHECKED)))]


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("In May, 412,000 containers went through the harbor", 0),
        ("Inspectors had the old bridge closed by the council", 1),
        ("Two kilogrammes of lunar soil were brought back by a probe", 2),
        ("月球背面的土壤被带回来了", 3),
        ("月の裏側の土", 4),
    ],
)
def test_the_one_that_says_the_same_comes_first(text: str, index: int) -> None:
    assert best(text)[0] == index


def test_at_most_three_and_none_without_a_common_word() -> None:
    assert best("zebras graze") == []
    assert best("") == []
    assert len(best("the of in after containers bridge probe")) == 3
    assert most_similar("a harbour", [], []) == []


@given(st.lists(st.sampled_from(CHECKED) | st.text(max_size=20), max_size=8), st.text(max_size=40))
def test_scores_are_ordered_shares(statements: list[str], text: str) -> None:
    found = most_similar(text, statements, list(map(stems, statements)), 5)
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1.0001 for score in scores)
    assert len({match.index for match in found}) == len(found) <= 5


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (CHECKED[0], "The harbour handled 412,000 containers in May, its owners said.", True),
        (CHECKED[0], "The harbour handled 214,000 containers in May.", False),
        (CHECKED[0], "The harbour has not handled 412,000 containers in May.", False),
        (CHECKED[0], CHECKED[1], False),
        (CHECKED[0], CHECKED[0].upper(), True),
        (CHECKED[3], "探测器从月球背面带回了两公斤土壤。", True),
        (CHECKED[3], "探测器从月球背面带回了三公斤土壤。", False),
        (
            "The harbour has had two platforms for cruise ships since 2017.",
            "The harbour has had two platforms for cruise ships since 2014.",
            False,
        ),
        (
            "The harbour has had two platforms for cruise ships since June 2017.",
            "The harbour has had two platforms for cruise ships since 2017.",
            True,
        ),
        ("He said so.", "He said so, too, yesterday.", False),
    ],
)
def test_what_says_the_same(one: str, other: str, *, same: bool) -> None:
    assert says_the_same(one, other, stems(one), stems(other)) == same


def test_what_is_worth_a_look() -> None:
    assert may_say_the_same(stems(CHECKED[0]), stems("In May the harbour handled more containers"))
    assert not may_say_the_same(stems(CHECKED[0]), stems(CHECKED[1]))


def article(id: str, text: str, outlet: str | None, link: str | None = None) -> Article:
    return Article(id, text, (Source(outlet, dt.date(2024, 6, 1), link),), id=id)


def test_copies_and_one_outlet_are_one_source() -> None:
    articles = [
        article("one", WIRE, "Courier"),
        article("copy", f"{WIRE} (Agency)", "Gazette"),
        article("other", "Nothing here is like it at all, said nobody in particular.", "Herald"),
        article("same", "Another piece of the same paper on a wholly different day.", "COURIER"),
        article("none", "Words without an outlet, alike to none of those that came before.", None),
        article("bare", "Again no outlet is named, and again other words are used for it.", None),
    ]
    assert independent(articles) == [[0, 1, 3], [2], [4], [5]]
    assert independent([]) == []


FILES = {
    "a.md": f"---\ntitle: Courier\noutlet: Courier\n---\n{WIRE}\n",
    "b.md": f"---\ntitle: Gazette copies\noutlet: Gazette\n---\n{WIRE}\n",
    "c.md": "---\ntitle: Herald\noutlet: Herald\n---\nNorthport was busy. The harbour of Northport"
    " handled 412,000 containers in May, its director told this paper on the quay.\n",
    "d.md": "---\ntitle: Mail\noutlet: Mail\n---\nThe harbour of Northport handled 214,000"
    " containers in May, said the union.\n",
    "school.md": SCHOOL,
}


def test_similar(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path, FILES)
    title = "The harbour of Northport handled 412,000 containers in May"
    found = similar(ws, title)
    assert [[echo.article.title for echo in voices] for voices in found.sources] in (
        [["Courier", "Gazette copies"], ["Herald"]],
        [["Gazette copies", "Courier"], ["Herald"]],
        [["Herald"], ["Courier", "Gazette copies"]],
        [["Herald"], ["Gazette copies", "Courier"]],
    )
    assert found.matches == ()
    done = mark(ws, ["director told this paper"], "verified", reviewer="Ann")[0]
    found = similar(ws, done.handle)
    assert found.matches == ()
    assert [len(voices) for voices in found.sources] == [2]
    found = similar(ws, title)
    assert [(m.claim.claim.id, m.claim.status) for m in found.matches] == [
        (done.claim.claim.id, "verified")
    ]
    undo(ws, reviewer="Ann")
    assert similar(ws, title).matches == ()
    for text in ("", "  ", "x" * 3_000):
        with pytest.raises(SearchkitError):
            similar(ws, text)


def test_claims_are_looked_for_by_words_as_they_are_written(tmp_path: Path) -> None:
    # "Puls", the stem of "pulses", has another stem itself; so have the others.
    said = "Only pulses increase the responses of atmospheres."
    files = {
        f"{outlet}.md": f"---\ntitle: {outlet}\noutlet: {outlet}\n---\nBefore.\n\n{said}\n"
        for outlet in ("Courier", "Herald")
    }
    ws, _ = indexed(tmp_path, files)
    assert [claim.text for claim in nearby(ws, said)] == [said, said]
    assert similar(ws, said).sources
    assert [claim.text for claim in nearby(ws, said, {"atmospher"})] == [said, said]
    assert nearby(ws, said, set()) == nearby(ws, "…") == []


def test_the_title_of_an_article_is_no_word_of_its_claims(tmp_path: Path) -> None:
    text = "\n\n".join(f"The gulls counted {n} lamps on the quay." for n in range(70, 150))
    title = "Harbour of Northport handled 412,000 containers in May"
    ws, _ = indexed(tmp_path, FILES | {"gulls.md": f"---\ntitle: {title}\n---\n{text}\n"})
    found = {claim.text for claim in nearby(ws, title, {"northport", "contain"})}
    assert title in found
    assert not any("gulls" in one for one in found)


def test_the_queue_shows_what_was_checked(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path, FILES)
    mark(ws, ["director told this paper"], "verified", reviewer="Ann")
    queue = Queue(ws, ClaimFilter("412,000"), reviewer="Ann")
    queued = queue.current()
    assert queued
    assert queued.similar
    assert [match.claim.status for match in queued.similar.matches] == ["verified"]
    assert len(queued.similar.sources) == 1


def pairs(*texts: str) -> list[tuple[str, str]]:
    """What contradicts what, of claims each in an article of its own."""
    made = [statement(f"a{at}", str(at), text) for at, text in enumerate(texts)]
    return [
        (pair.figures[0].value, pair.other_figures[0].value)
        for pair in conflicts([one for one in made if one])
    ]


BASE = "The harbour of Northport handled 412,000 containers in May, said its authority."


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (BASE.replace("412,000", "214,000"), [("412000", "214000")]),
        (BASE.replace("412,000", "half a million"), [("412000", "500000")]),
        (
            "Its authority said that the harbour of Northport handled 300,000 containers in May.",
            [("412000", "300000")],
        ),
        (BASE, []),
        (BASE.replace("412,000", "412 thousand"), []),
        (BASE.replace("412,000", "411,900"), []),
        (BASE.replace("412,000", "410,000"), []),
        # Another month, place or side of a denial.
        (BASE.replace("412,000", "214,000").replace("May", "April"), []),
        (BASE.replace("412,000", "214,000").replace("Northport", "Southport"), []),
        (BASE.replace("handled 412,000", "has not handled 214,000"), []),
        (BASE.replace("412,000", "5 %"), []),
        ("The harbour of Northport sold 214,000 lamps, said its director.", []),
        ("Others spoke of 12 ships.", []),
        (BASE.replace("May", "June"), [("m5", "m6")]),
    ],
)
def test_conflicts(other: str, found: list[tuple[str, str]]) -> None:
    assert pairs(BASE, other, "The council pays for 31 meals a day.") == found


def test_conflicts_in_chinese_and_japanese() -> None:
    assert pairs("探测器从月球背面带回两公斤土壤。", "探测器从月球背面带回五公斤土壤。") == [
        ("2", "5")
    ]
    assert pairs("県は八月から給食費として31億円を払う。", "県は八月から給食費として13億円を払う。")
    assert not pairs("探测器从月球背面带回两公斤土壤。", "探测器从月球背面带回2公斤土壤。")


def test_one_article_does_not_contradict_itself() -> None:
    made = [statement("a", str(at), text) for at, text in enumerate((BASE, BASE.replace("4", "5")))]
    assert list(conflicts([one for one in made if one])) == []


def test_a_form_filled_in_for_two_things_is_no_conflict() -> None:
    form = "The village covers {} square kilometres, with {} people in {} houses and one mill."
    assert pairs(form.format(24, 3_108, 127), form.format(55, 2_388, 634)) == []
    assert pairs(form.format(24, 3_108, 127), form.format(24, 2_388, 127))


def test_conflicts_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli: Cli = started(tmp_path, monkeypatch, capsys)
    ran = cli("conflicts")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "no claims that say the same with other figures\n"
    other = HARBOUR.split("Source")[0].replace("412,000", "214,000").replace("More", "Fewer")
    (cli.folder / "corpus" / "other.md").write_text(
        f"---\ntitle: Other\noutlet: Gazette\n---\n{other}", "utf-8"
    )
    cli.ok("index")
    shown = cli.ok("conflicts")
    assert "412,000 against 214,000\n" in shown or "214,000 against 412,000\n" in shown
    found = cli.json("conflicts")
    assert found["total"] == 1
    assert sorted(side["figures"] for side in found["items"][0]["sides"]) == [
        ["214,000"],
        ["412,000"],
    ]
    assert cli.json("conflicts", "--outlet", "Gazette")["total"] == 1
    assert cli.json("conflicts", "ferry")["total"] == 0
    assert cli("conflicts", "status:nonsense").code == 1


def test_similar_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli: Cli = started(tmp_path, monkeypatch, capsys)
    (cli.folder / "corpus" / "copy.md").write_text(
        f"---\ntitle: Copy\noutlet: Gazette\n---\n{HARBOUR.split('Source')[0]}", "utf-8"
    )
    cli.ok("index")
    ran = cli("similar", "412,000", "containers", "were", "handled", "by", "the", "harbour")
    assert (ran.code, ran.err) == (0, "no reviewed claim has a word in common with it\n")
    assert "1 independent source seems to say so too" in ran.out
    id = cli.json("claims", "412,000 containers", "-n", "1")["items"][0]["id"]
    cli.ok("mark", id, "false", "--by", "Ann")
    found = json.loads(cli.ok("similar", "--json", "412,000 containers in May"))
    assert [(item["id"], item["status"]) for item in found["items"]] == [(id, "false")]
    assert found["total"] == 1
    other = next(i for i in cli.json("claims", "412,000 containers")["items"] if i["id"] != id)
    shown = cli.ok("show", other["id"])
    assert "reviewed claims that may say the same" in shown
    assert "false  no-evidence" in shown
    assert cli("similar", "").code == 1
    assert cli("similar").code == 2


@pytest.mark.parametrize(
    ("texts", "firsts"),
    [
        ([], []),
        (["The ferry carries 900 passengers a day."], [0]),
        (
            [
                "The ferry carries 900 passengers a day.",
                "The council closed the old bridge.",
                "The ferry carries 900 passengers a day now.",
                "The ferry carries 950 passengers a day.",
                "“The ferry carries 900 passengers a day.”",
                "The ferry does not carry 900 passengers a day.",
            ],
            [0, 1, 0, 3, 0, 5],
        ),
        (["Ann Berg hired eight people in May.", "Bo Lind hired eight people in May."], [0, 1]),
        (["北港大桥从六月起关闭维修。", "北港大橋從六月起關閉維修", "渡轮增加班次。"], [0, 0, 2]),
    ],
)
def test_what_is_nearly_the_same_has_the_first_in_common(
    texts: list[str], firsts: list[int]
) -> None:
    assert near_duplicates(texts) == firsts
