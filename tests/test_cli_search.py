"""``search`` and ``claims`` as people type them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_runner import Cli, started
from projects import BRIDGE, FRONT_MATTER, HARBOUR, SCHOOL

MOON = """Moon Samples Return

The probe brought back samples of the moon, --verbose tests and all.

Source: Radio North, June 12, 2024
https://radio.example.org/moon
"""
APOLLO = """Apollo Anniversary

The moon landing of Apollo was 55 years ago.

Source: Radio North, July 20, 2024
https://radio.example.org/apollo
"""
_FILES = {
    "digest.txt": f"{HARBOUR}\n{BRIDGE}\n{MOON}\n{APOLLO}",
    "school.md": FRONT_MATTER + SCHOOL,
}


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return started(tmp_path, monkeypatch, capsys, _FILES)


def _titles(cli: Cli, *args: str) -> list[str]:
    return [item["title"].split()[0] for item in cli.json("search", *args)["items"]]


@pytest.mark.parametrize(
    ("args", "titles"),
    [
        (["moon", "-apollo"], {"Moon"}),
        (["-apollo", "moon"], {"Moon"}),
        (["--", "moon", "-apollo"], {"Moon"}),
        (["--", "-n"], {"Harbour", "Old", "Moon", "Apollo", "School"}),
        (["--sort", "newest", "moon", "-n", "1"], {"Apollo"}),
        (["moon", "-n1", "--sort=oldest"], {"Moon"}),
        (["-n3", "northport"], {"Harbour", "Old"}),
        (["northport", "--since", "2024-06-05"], {"Old"}),
        (["northport", "--until", "2024-06-04"], {"Harbour"}),
        (["--since", "2024-06", "--until", "2024-06"], {"Harbour", "Old", "Moon"}),
        (["--since", "2024-07", "--until", "2024"], {"Apollo", "School"}),
        (["--outlet", "radio north"], {"Old", "Moon", "Apollo"}),
        (["--outlet", "County Gazette", "--outlet=Northport Courier"], {"Harbour", "School"}),
        (['"new crane"'], {"Harbour"}),
        (['"crane new"'], set()),
        (["crane new"], {"Harbour"}),
        (['"new', 'crane"'], {"Harbour"}),
        (["crane", "OR", "(ferry", "-moon)"], {"Harbour", "Old"}),
        (["title:moon"], {"Moon"}),
        (["date:[2024-07", "TO", "2024-08]"], {"Apollo", "School"}),
        (["contain*"], {"Harbour"}),
        (["ferries"], {"Old"}),
        ([], {"Harbour", "Old", "Moon", "Apollo", "School"}),
    ],
)
def test_words_are_taken_as_they_come(cli: Cli, args: list[str], titles: set[str]) -> None:
    found = _titles(cli, *args)
    assert set(found) == titles
    assert len(found) == len(titles)


def test_what_looks_like_an_option_is_a_word_and_said_to_be(cli: Cli) -> None:
    for word, remedy in (
        ("--verbose", "-h lists the options"),
        ("--sinse=2024", "did you mean --since?"),
        ("--index", "the option goes before the command: searchkit --index …"),
    ):
        ran = cli("search", "harbour", word)
        assert ran.code == 0
        assert f"{word} was taken as a word; {remedy}" in ran.err
    assert cli("search", "--", "--verbose").err.count("taken as a word") == 0
    assert cli("search", "moon", "-apollo").err == ""


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["harbour", "-n"], "Option '-n' requires an argument"),
        (["harbour", "--since"], "Option '--since' requires an argument"),
        (["harbour", "-n", "0"], "0 is not in the range"),
        (["harbour", "-n", "many"], "'many' is not a valid integer"),
        (["harbour", "--page", "0"], "0 is not in the range"),
        (["harbour", "--sort", "best"], "'best' is not one of"),
        (["harbour", "--since", "soon"], "'soon' is no date; write 2024-08-05, 2024-08"),
        (["harbour", "--json=yes"], "does not take a value"),
    ],
)
def test_options_that_are_wrong(cli: Cli, args: list[str], told: str) -> None:
    ran = cli("search", *args)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_a_page_of_hits(cli: Cli) -> None:
    ran = cli("search", "containers", "crane")
    assert ran.code == 0
    assert ran.err == ""
    article = cli.json("search", "containers")["items"][0]["id"]
    assert ran.lines[0] == f" 1  Harbour Handles More Containers in May  {article}"
    assert ran.lines[1] == "    Northport Courier, 2024-06-04 · corpus/digest.txt:1"
    assert "“" in ran.out
    assert ran.lines[-1] == "1 article"
    assert "\x1b" not in ran.out


def test_paging_says_how_to_go_on(cli: Cli) -> None:
    ran = cli("search", "northport", "-n", "1")
    assert ran.lines[-1] == "2 articles"
    assert ran.err == "page 1 of 2; next: --page 2\n"
    assert cli("search", "northport", "-n", "1", "--page", "2").err == ""
    beyond = cli("search", "northport", "--page", "9")
    assert (beyond.code, beyond.out, beyond.err) == (0, "2 articles\n", "there is no such page\n")
    assert cli("claims", "northport", "-n", "1").err == "page 1 of 2; next: --page 2\n"
    assert cli("claims", "--page", "99").err == "there is no such page\n"


def test_sort(cli: Cli) -> None:
    newest = _titles(cli, "northport OR moon", "--sort", "newest")
    assert newest == ["Apollo", "Moon", "Old", "Harbour"]
    assert _titles(cli, "northport OR moon", "--sort", "oldest") == newest[::-1]
    assert _titles(cli, "moon")[0] == "Moon"


def test_recent_lets_age_count_beside_the_words(cli: Cli) -> None:
    old, young = "Moon", "Apollo"
    assert _titles(cli, "moon") == [old, young]
    assert _titles(cli, "moon", "--recent") == [young, old]
    assert _titles(cli, "samples", "--recent") == [old]
    assert _titles(cli, "--recent", "moon", "-n", "1", "--page", "2") == [old]
    assert _titles(cli, "--recent", "moon", "--page", "400") == []
    assert set(_titles(cli, "--recent", "")) == {"Harbour", "Old", "Moon", "Apollo", "School"}
    assert "exclude each other" in cli("search", "--recent", "--sort", "oldest", "moon").err


def test_facets(cli: Cli) -> None:
    cli.ok("mark", "412,000 containers", "disputed", "--by", "Ann")
    out = cli.ok("search", "northport", "--facets")
    rows = [line.split() for line in out.splitlines()]
    assert ["Northport", "Courier", "1"] in rows
    assert ["2024-06", "2"] in rows
    assert ["disputed", "1"] in rows
    assert ["unreviewed", "2"] in rows


def test_an_explanation_sums_to_the_score(cli: Cli) -> None:
    for words in ("harbour", "northport crane", "moon -apollo", '"new crane" OR ferry'):
        for item in cli.json("search", words, "--explain")["items"]:
            parts = [part["score"] for part in item["explanation"]]
            assert sum(parts) == pytest.approx(item["score"])
            assert parts == sorted(parts, reverse=True)
    out = cli.ok("search", "harbour", "--explain")
    assert "score field term times of words idf" in " ".join(out.split())


def test_no_hits_is_no_error_and_says_what_to_try(cli: Cli) -> None:
    for args, told in (
        (["harbuor"], "no article has 'harbuor'; did you mean harbour?"),
        (["qqqqqq"], "try fewer words, OR between them, or the beginning of one: begin*"),
        (["crane", "ferry"], "try fewer words"),
        (["--status", "verified"], "try it with fewer options"),
        (["harbour", "--since", "2025"], "try it with fewer options"),
        (["harbour", "--outlet", "Nowhere"], "try it with fewer options"),
        (["status:verified"], "try fewer words"),
    ):
        for command in ("search", "claims"):
            ran = cli(command, *args)
            assert (ran.code, ran.out) == (0, "nothing found\n")
            assert ran.err.startswith(told), args


def test_nothing_indexed_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = started(tmp_path, monkeypatch, capsys, {})
    assert "is anything indexed?" in cli("search").err


@pytest.mark.parametrize(
    ("query", "place", "told"),
    [
        ('moon "new crane', 6, "the quote is not closed"),
        ("moon colour:red", 6, 'no field "colour"'),
        ("moon (ferry", 6, "the parenthesis is not closed"),
        ("moon status:verifid", 6, "did you mean verified?"),
        ("moon date:2024-13", 6, 'there is no date "2024-13"'),
        ("moon OR", 6, "nothing to search for follows OR"),
    ],
)
def test_an_error_points_at_the_place(cli: Cli, query: str, place: int, told: str) -> None:
    for command in ("search", "claims", "report"):
        ran = cli(command, *query.split())
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"searchkit: query, character {place}: ")
        assert told in ran.err
        assert ran.err.count("\n") == 1


def test_claims_by_article_status_flag_and_reviewer(cli: Cli) -> None:
    bridge = cli.json("search", "bridge")["items"][0]["id"]
    cli.ok("mark", f"{bridge}:1", "disputed", "--by", "Ann")
    cli.ok("mark", f"{bridge}:2", "verified", "https://a.example.org", "--by", "Bo")
    assert cli.json("claims", "--article", bridge[:4])["total"] == 5
    assert cli.json("claims", "--status", "disputed", "--status", "verified")["total"] == 2
    assert cli.json("claims", "--flag", "no-evidence")["items"][0]["number"] == 1
    assert cli.json("claims", "--reviewer", "Bo")["items"][0]["number"] == 2
    assert cli.json("claims", "northport", "--reviewer", "Bo")["total"] == 0
    out = cli.ok("claims", "--status", "disputed")
    assert "disputed  no-evidence" in out
    assert f"{bridge}:1" in out


def test_the_word_add_and_the_worth(cli: Cli) -> None:
    assert cli("claims", "--", "add").code == 0
    assert cli("claims", "add").code == 2
    assert "worth 0." in cli.ok("claims", "--worth", "-n", "1")


def test_the_index_is_looked_for_upwards_or_named(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(cli.folder / "corpus")
    assert cli.json("search", "crane")["total"] == 1
    monkeypatch.chdir(cli.folder.parent)
    ran = cli("search", "crane")
    assert ran.code == 1
    assert "there is no index here; run `searchkit index FOLDER` first" in ran.err
    named = cli("--index", "project/index", "search", "crane")
    assert (named.code, named.lines[-1]) == (0, "1 article")


def test_an_outlet_goes_by_any_of_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "A Title\n\nThe harbour.\n\nSource: {}, June 4, 2024\n"
    files = {"a.txt": text.format("BBC News"), "b.txt": text.format("bbc.com").replace("A", "B")}
    cli = started(tmp_path, monkeypatch, capsys, files)
    outlets = cli.json("search", "harbour", "--facets")["facets"]["outlet"]
    assert outlets == [{"value": "BBC", "count": 2}]
    for name in ("BBC", "bbc news", "bbc.co.uk"):
        assert cli.json("search", "harbour", "--outlet", name)["total"] == 2


def test_claims_whose_statuses_cannot_be_read_are_counted_apart(cli: Cli) -> None:
    whole = cli.json("claims", "northport")
    cli.ok("verify", "412,000 containers", "https://a.example.org/1", "--by", "Ann")
    (name,) = cli.sidecars()
    shown = cli.json("show", name.removesuffix(".json"))["total"]
    (cli.folder / "index" / "reviews" / name).write_text("x", "utf-8")
    article = name.removesuffix(".json")
    hidden = [item for item in whole["items"] if item["article"] == article]
    ran = cli("claims", "northport", "--json")
    assert ran.code == 1
    assert name in ran.err
    found = json.loads(ran.out)
    assert hidden
    assert found["left_out"] == len(hidden)
    assert found["total"] == len(found["items"]) == whole["total"] - len(hidden)
    assert article not in {item["article"] for item in found["items"]}
    told = cli("claims", "--status", "unreviewed", "--article", article)
    assert (told.code, told.err.count("\n")) == (1, 1)
    assert told.out == f"0 claims, {shown} left out: what was said of them cannot be read\n"
    page = cli("claims", "-n", "3", "--json").out
    assert len(json.loads(page)["items"]) == 3
    counts = json.loads(cli("stats", "--json").out)
    assert counts["statuses"]["unreviewed"] == counts["claims"] - shown


def test_an_article_whose_reviews_are_damaged_still_reads(cli: Cli) -> None:
    cli.ok("verify", "412,000 containers", "https://a.example.org/1", "--by", "Ann")
    (name,) = cli.sidecars()
    article = name.removesuffix(".json")
    claims = cli.json("show", article)["total"]
    (cli.folder / "index" / "reviews" / name).write_text("x", "utf-8")
    ran = cli("show", article[:5])
    assert ran.code == 1
    assert "The harbour of Northport handled 412,000 containers" in ran.out
    assert "unreviewed" not in ran.out
    assert "checked" not in ran.out
    assert ran.lines[-1].startswith(f"0 claims, {claims} left out")
    assert name in ran.err
    plain = json.loads(cli("show", "--json", article).out)
    assert (plain["total"], plain["items"], plain["left_out"]) == (0, [], claims)
    assert "412,000" in plain["article"]["text"]
    claim = cli("show", f"{article}:1")
    assert (claim.code, claim.out) == (1, "")


def test_a_lead_in_that_is_a_claim_is_shown_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "Notes on a Harbour\n\nIt closed on Monday. The reasons are these:\n\n"
        "- The crane broke.\n- The ferry sank.\n\nIt opens in May, but there are two conditions:"
        "\n\n- The crane is mended.\n"
    )
    cli = started(tmp_path, monkeypatch, capsys, {"notes.txt": text})
    article = cli.json("search", "harbour")["items"][0]["id"]
    shown = cli.ok("show", article)
    assert shown.count("The reasons are these:") == 1
    assert shown.count("there are two conditions:") == 1
    item = cli.ok("show", f"{article}:3")
    assert item.index("The reasons are these:") < item.index("The crane broke.")
