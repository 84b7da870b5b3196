"""The CSV report: one claim a row, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from report_samples import probe, report
from test_reports_formats import MARKUP, everything, hostile

from searchkit.reports import RENDERERS, Report


def rows(made: Report) -> list[dict[str, str]]:
    text = RENDERERS["csv"](made)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def test_one_claim_a_row() -> None:
    made = everything()
    found = rows(made)
    assert [(r["article"], r["claim"]) for r in found] == [
        (article.id, claim.id) for article in made.articles for claim in article.claims
    ]


def test_what_a_row_says() -> None:
    (row,) = [r for r in rows(report(probe().reviewed())) if "2 kg" in r["text"]]
    assert row["status"] == "mixed"
    assert (row["label"], row["rating"]) == ("Mixed", "3")
    assert row["flags"] == "reviewers-differ"
    assert row["reviewers"] == "Ann ; Bob"
    assert row["verdicts"] == "verified ; mixed"
    assert row["wording"] == "The probe brought 2 kg of samples from the Moon."
    assert row["supports"] == (
        "https://agency.example.org/weight?a=1&b=(2) “The samples weigh 1,935 g.”"
    )
    assert row["context"] == "corpus/a_file.txt"
    assert row["outlets"] == "The Example Post ; Example Wire"
    assert row["date"] == "2024-08-01"
    assert row["in_text"] == "yes"


def test_without_claims_there_is_the_header() -> None:
    assert rows(report()) == []
    assert RENDERERS["csv"](report()).count("\r\n") == 1


@given(MARKUP | st.text(max_size=40))
@example("=1+1")
@example("  =HYPERLINK(1)")
@example("\t=1")
@example("\r\n+1")
@example("＝1+1")
@example("@SUM(A1)")
@example("-1")
@example("\u200b=1")
@example('"=1"')
def test_no_cell_is_computed(text: str) -> None:
    for row in rows(hostile(text, "The text.")):
        for cell in row.values():
            first = unicodedata.normalize("NFKC", cell.strip("\u200b\ufeff\u2060 "))[:1]
            assert first not in ("=", "+", "-", "@")
            assert not set(cell) & {"\r", "\n", "\t", "\x00"}


@pytest.mark.parametrize("text", ["=1+1", "＝1+1", "+49 30 1", "-5 degrees", "@here"])
def test_computed_looking_text_stays_readable(text: str) -> None:
    found = rows(hostile(text, "The text."))
    assert found[0]["title"] == f"'{text}"
