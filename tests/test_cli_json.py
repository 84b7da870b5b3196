"""Every shape that ``--json`` prints: stable keys, right counts, and nothing that steers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli, started
from projects import BRIDGE, HARBOUR

_ARTICLE = {"id", "title", "date", "sources", "origins", "in_corpus"}
_CLAIM = {
    "id",
    "handle",
    "article",
    "number",
    "kind",
    "text",
    "span",
    "sentence",
    "lead_in",
    "status",
    "flags",
    "anchor",
}
_REVIEWED = _CLAIM | {
    "wording",
    "said_by",
    "as_judged",
    "judgements",
    "evidence",
    "notes",
    "assigned",
}
_CONTAINERS = "412,000 containers"


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return started(tmp_path, monkeypatch, capsys)


def _marked(snippet: dict[str, Any]) -> list[str]:
    return [snippet["text"][start:end] for start, end in snippet["marks"]]


def test_search(cli: Cli) -> None:
    cli.ok("mark", _CONTAINERS, "verified", "--by", "Ann")
    found = cli.json("search", "northport", "-n", "1")
    assert set(found) == {"total", "cut", "items"}
    assert (found["total"], found["cut"], len(found["items"])) == (2, False, 1)
    hit = cli.json("search", "containers")["items"][0]
    assert set(hit) == _ARTICLE | {"score", "statuses", "snippets", "best"}
    assert hit["statuses"] == {"verified": 1}
    assert hit["date"] == "2024-06-04"
    assert hit["sources"] == [
        {
            "outlet": "Northport Courier",
            "date": "2024-06-04",
            "link": "https://courier.example.org/2024/06/04/harbour",
        }
    ]
    assert hit["origins"] == [{"path": "corpus/digest.txt", "line": 1}]
    assert hit["in_corpus"] is True
    assert set(hit["best"]) == _CLAIM
    assert hit["best"]["article"] == hit["id"]
    assert hit["best"]["id"].startswith(hit["best"]["handle"])


def test_the_second_page_goes_on_where_the_first_ended(cli: Cli) -> None:
    first = cli.json("search", "northport", "-n", "1")
    second = cli.json("search", "northport", "-n", "1", "--page", "2")
    beyond = cli.json("search", "northport", "-n", "1", "--page", "3")
    assert first["total"] == second["total"] == beyond["total"] == 2
    assert beyond["items"] == []
    both = [item["id"] for item in (*first["items"], *second["items"])]
    assert both == [item["id"] for item in cli.json("search", "northport")["items"]]


def test_marks_point_at_the_words(cli: Cli) -> None:
    snippets = cli.json("search", "harbour")["items"][0]["snippets"]
    assert all(set(snippet) == {"field", "text", "marks"} for snippet in snippets)
    assert {s["field"]: _marked(s) for s in snippets} == {"title": ["Harbour"], "body": ["harbour"]}
    claims = cli.json("claims", "ferries")["items"]
    assert {word.lower() for c in claims for s in c["snippets"] for word in _marked(s)} == {"ferry"}


def test_search_with_facets_explanation_and_suggestions(cli: Cli) -> None:
    found = cli.json("search", "harbour", "--facets", "--explain")
    assert found["facets"] == {
        "outlet": [{"value": "Northport Courier", "count": 1}],
        "month": [{"value": "2024-06", "count": 1}],
        "status": [{"value": "unreviewed", "count": 1}],
    }
    parts = found["items"][0]["explanation"]
    assert all(
        set(part) == {"field", "term", "frequency", "length", "idf", "score"} for part in parts
    )
    assert sum(part["score"] for part in parts) == pytest.approx(found["items"][0]["score"])
    assert cli.json("search", "how many boxes did the harbour handle")["loosened"] is True
    none = cli.json("search", "harbuor")
    assert (none["total"], none["items"]) == (0, [])
    assert none["suggestions"] == {"harbuor": ["harbour"]}


def test_claims(cli: Cli) -> None:
    found = cli.json("claims", "-n", "2")
    assert set(found) == {"total", "cut", "items"}
    assert (found["total"], len(found["items"])) == (13, 2)
    hit = cli.json("claims", "crane")["items"][0]
    assert set(hit) == _CLAIM | {"title", "score", "snippets"}
    assert hit["title"] == "Harbour Handles More Containers in May"
    start, end = hit["span"]
    text = cli.json("show", hit["article"])["article"]["text"]
    assert text[start:end] == hit["text"]


def test_claims_by_their_worth(cli: Cli) -> None:
    items = cli.json("claims", "--worth")["items"]
    scores = [item["worth"]["score"] for item in items]
    assert scores == sorted(scores, reverse=True)
    assert all(set(item["worth"]) == {"score", "reasons"} for item in items)
    assert all(set(r) == {"reason", "weight"} for item in items for r in item["worth"]["reasons"])


def test_show_an_article(cli: Cli) -> None:
    id = cli.json("search", "bridge")["items"][0]["id"]
    shown = cli.json("show", id)
    assert set(shown) == {"total", "items", "article"}
    assert set(shown["article"]) == _ARTICLE | {"text", "heads"}
    assert shown["total"] == len(shown["items"]) == 5
    assert [item["number"] for item in shown["items"]] == [0, 1, 2, 3, 4]
    assert all(set(item) == _REVIEWED for item in shown["items"])
    assert shown["article"]["heads"] == []


def test_show_a_claim_and_what_mark_prints(cli: Cli) -> None:
    before = cli.json("show", cli.handle(_CONTAINERS))["items"][0]
    assert set(before) == _REVIEWED
    assert (before["wording"], before["judgements"], before["anchor"]) == (None, [], None)
    marked = cli.json(
        *("mark", _CONTAINERS, "false", "https://a.example.org", "--quote", "380,000"),
        *("--note", "Counted.", "--as", "In May …", "--said-by", "The port", "--by", "Ann"),
    )
    assert set(marked) == {"total", "items"}
    assert marked["total"] == 1
    item = marked["items"][0]
    assert set(item) == _REVIEWED
    assert (item["status"], item["flags"], item["anchor"]) == ("false", [], "unchanged")
    assert (item["wording"], item["said_by"]) == ("In May …", "The port")
    assert item["as_judged"] == item["text"]
    assert [(j["reviewer"], j["status"], j["note"]) for j in item["judgements"]] == [
        ("Ann", "false", "Counted.")
    ]
    assert item["evidence"] == [
        {
            "url": "https://a.example.org",
            "stance": "refutes",
            "quote": "380,000",
            "title": None,
            "publisher": None,
            "accessed": None,
            "copy": None,
            "copied": None,
            "quoted": None,
            "reviewer": "Ann",
        }
    ]
    shown = cli.json("show", item["id"])
    assert shown["items"] == [item]
    assert len(shown["article"]["heads"]) == 1
    cli.ok("note", item["id"], "Asked again.", "--by", "Bo")
    cli.ok("assign", item["id"], "--by", "Bo")
    after = cli.json("show", item["id"])["items"][0]
    assert [(n["reviewer"], n["text"]) for n in after["notes"]] == [("Bo", "Asked again.")]
    assert after["assigned"] == ["Bo"]


def test_history(cli: Cli) -> None:
    id = cli.handle(_CONTAINERS)
    cli.ok("mark", id, "false", "--by", "Ann")
    cli.ok("undo", id, "--by", "Ann")
    found = cli.json("history", id)
    assert found["total"] == len(found["items"]) == 2
    judged, undone = found["items"]
    keys = {"id", "parents", "time", "reviewer", "action", "claim", "data", "undone"}
    assert set(judged) == set(undone) == keys
    assert (judged["action"], judged["undone"], judged["claim"]) == ("judge", True, id)
    assert judged["data"]["status"] == "false"
    assert (undone["action"], undone["undone"]) == ("undo", False)
    assert undone["parents"] == [judged["id"]]
    assert undone["data"] == {"event": judged["id"]}


def test_stats(cli: Cli) -> None:
    cli.ok("mark", _CONTAINERS, "false", "--by", "Ann")
    assert cli.json("stats") == {
        "files": 2,
        "articles": 3,
        "claims": 13,
        "checked": 1,
        "lost": 0,
        "statuses": {"unreviewed": 12, "false": 1},
        "flags": {"no-evidence": 1},
        "outlets": [
            {"name": "Northport Courier", "claims": 5, "checked": 1},
            {"name": "Radio North", "claims": 5, "checked": 0},
            {"name": "County Gazette", "claims": 3, "checked": 0},
        ],
        "months": [
            {"name": "2024-07", "claims": 3, "checked": 0},
            {"name": "2024-06", "claims": 10, "checked": 1},
        ],
        "judged_twice": 0,
        "agreed": 0,
        "reviewers": {"Ann": 1},
    }


def test_doctor(cli: Cli) -> None:
    assert cli.json("doctor") == {"total": 0, "items": []}
    cli.ok("mark", _CONTAINERS, "false", "--by", "Ann")
    name = next(iter(cli.sidecars()))
    (cli.folder / "index" / "reviews" / name).write_text("{", "utf-8")
    ran = cli("doctor", "--json")
    found = json.loads(ran.out)
    assert ran.code == 1
    assert found["total"] == len(found["items"]) == 1
    assert name in found["items"][0]


def test_index(cli: Cli) -> None:
    corpus = cli.folder / "corpus"
    (corpus / "bad.json").write_text("{", "utf-8")
    (corpus / "photo.jpg").write_bytes(b"\xff\xd8")
    (corpus / "school.md").write_text("# Other\n\nOther words altogether here.\n", "utf-8")
    ran = cli("index", "--json")
    found = json.loads(ran.out)
    assert ran.code == 1
    assert isinstance(found.pop("seconds"), float)
    skipped = {s["path"]: (s["reason"], s["foreign"]) for s in found.pop("skipped")}
    assert skipped.keys() == {"corpus/bad.json", "corpus/photo.jpg"}
    assert [skipped[path][1] for path in sorted(skipped)] == [False, True]
    assert all(reason for reason, _ in skipped.values())
    left_out = found.pop("left_out")
    assert all(set(piece) == {"path", "line", "reason", "excerpt"} for piece in left_out)
    assert isinstance(found.pop("notices"), list)
    assert found == {
        "files": 2,
        "articles": 3,
        "claims": 12,
        "added": 1,
        "changed": 1,
        "unchanged": 1,
        "removed": 0,
        "unsettled": 0,
    }


_HOSTILE = 'A\x1b[31mred\x1b]0;t\x07 \u202eevil\u202c \x9b2J C1 \u2028 line "quoted" \ufeff harbour'


def test_hostile_text_stays_whole_and_steers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = {"title": _HOSTILE, "text": f"{_HOSTILE} text. And the end.", "outlet": _HOSTILE}
    cli = started(tmp_path, monkeypatch, capsys, {"a.jsonl": json.dumps(entry) + "\n"})
    id = cli.json("search", "harbour")["items"][0]["id"]
    cli.ok("mark", f"{id}:1", "mixed", "--note", _HOSTILE, "--by", "Ann")
    for args in (
        ("search", "harbour", "--facets", "--explain"),
        ("claims", "harbour"),
        ("claims", "--worth"),
        ("show", id),
        ("show", f"{id}:1"),
        ("history", f"{id}:1"),
        ("stats",),
        ("index", "--left-out"),
    ):
        out = cli.ok(*args, "--json")
        assert not [c for c in out if ord(c) < 32 and c != "\n"], args
        assert not set(out) & set("\x7f\x85\x9b\u202a\u202c\u202e\u2066\u2069\u2028\u2029\ufeff")
        json.loads(out)
    shown = cli.json("show", id)
    start, end = shown["items"][1]["span"]
    assert shown["article"]["text"][start:end] == shown["items"][1]["text"]
    assert "\x1b[31m" in shown["article"]["text"]
    assert "\u202e" in shown["items"][1]["judgements"][0]["note"]


def test_half_a_character_is_still_valid_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"d.txt": f"{HARBOUR}\n{BRIDGE}", "half.json": '{"title": "T", "text": "a \\ud800 b."}'}
    cli = started(tmp_path, monkeypatch, capsys, files)
    for item in cli.json("search")["items"]:
        cli.json("show", item["id"])
