"""The worked example of docs/ranking.md, number by number."""

from __future__ import annotations

import re
from pathlib import Path

from engine_contract import make, put

from searchkit.engine.occurrences import MOST_TERMS
from searchkit.engine.weights import K1, WEIGHTS, B
from searchkit.engine.whoosh import WhooshEngine
from searchkit.query import parse

PAGE = Path(__file__).parents[2] / "docs" / "ranking.md"


def _row(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _value(expression: str) -> float:
    """What an expression of the page says before its last "="."""
    text = expression.replace("·", "*").replace("−", "-")
    assert re.fullmatch(r"[0-9.()*/+\- ]+", text)
    return float(eval(text))


def test_the_worked_example(tmp_path: Path) -> None:
    page = PAGE.read_text("utf-8")
    example = page[page.index("## A worked example") :]
    rows = [_row(line) for line in example.splitlines() if line.startswith("| a")]
    articles = [make(id, body, title=title) for id, title, body in rows[:3]]
    engine = WhooshEngine.open(tmp_path, create=True)
    put(engine, *articles)

    hits = engine.search("articles", parse("moon")).hits
    assert [(hit.id, f"{hit.score:.3f}") for hit in hits] == [
        (id, score.split(" = ")[-1]) for id, _, score in rows[3:]
    ]
    for _, *steps in rows[3:]:
        for step in steps:
            expression, result = step.split(" = ")
            assert abs(_value(expression) - float(result)) < 0.002

    (both,) = engine.search("articles", parse("moon samples")).hits
    samples = engine.explain("articles", parse("samples"), "a1")
    assert both.id == "a1"
    for number in (
        sum(part.score for part in samples),
        both.score,
        samples[0].idf,
        engine.explain("articles", parse("moon"), "a2")[0].idf,
    ):
        assert f"{number:.3f}" in example
    assert {(c.field, c.frequency, c.length) for c in samples} == {("title", 1, 5), ("body", 1, 8)}
    engine.close()


def test_the_page_states_the_parameters() -> None:
    page = PAGE.read_text("utf-8")
    assert f"| k1, b | {K1} and {B} |" in page
    assert f"At most {MOST_TERMS:,} words" in page
    for kind, weights in WEIGHTS.items():
        assert f"| {kind} | {weights['title']:g} | {weights['body']:g} | only when named |" in page
