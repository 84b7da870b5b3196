"""What `--strict` refuses to publish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from report_samples import PROBE, History, report

from searchkit.model import Article, Source
from searchkit.reports import Report, ReportSettings, unfit

FULL = ReportSettings("Checks", "The Desk", "desk@example.org", "We read.", "Write to us.")
LINK = {"url": "https://a.example.org/1", "stance": "supports", "quote": "It landed."}


def judged(words: str = "landed on Monday", **data: Any) -> Report:
    history = History(PROBE)
    fine = {"status": "verified", "note": "They say so.", "evidence": [LINK]}
    history.act("judge", history.claim(words), **{**fine, **data})
    return report(history.reviewed(), settings=FULL)


def test_a_good_report_passes() -> None:
    assert unfit(judged()) == []


@pytest.mark.parametrize("name", ["publisher", "contact", "method", "corrections"])
@pytest.mark.parametrize("text", [None, "", " \x00 "])
def test_what_the_publisher_did_not_say(name: str, text: str | None) -> None:
    made = judged()
    made = evolve(made, settings=evolve(made.settings, **{name: text}))
    assert unfit(made) == [f"report.{name} is not stated; set it in searchkit.toml"]


def test_no_verdict_at_all() -> None:
    assert unfit(report(settings=FULL)) == ["there is no verdict to publish"]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda: judged(note=None), "no reasoning; give it with --note"),
        (lambda: judged(evidence=[]), "no evidence; give links"),
        (lambda: judged(evidence=[{**LINK, "stance": "context"}]), "no link for or against it"),
        (lambda: judged(evidence=[{**LINK, "quote": None}]), "no link has a quote"),
        (lambda: judged(evidence=[{**LINK, "url": "corpus/a.txt"}]), "readers cannot open corpus/"),
        (lambda: judged(words="It brought 2 kg"), "the words lean on the sentence before"),
    ],
)
def test_what_a_claim_lacks(made: Callable[[], Report], told: str) -> None:
    (line,) = unfit(made())
    assert told in line
    assert line.startswith("probe1:")


def test_what_is_enough() -> None:
    assert unfit(judged(status="not-checkable", evidence=[])) == []
    assert unfit(judged(status="unproven", evidence=[{**LINK, "stance": "context"}])) == []
    assert unfit(judged(words="It brought 2 kg", wording="The probe brought 2 kg.")) == []
    copied = {**LINK, "url": "corpus/a.txt", "copy": "ab" * 32}
    assert unfit(judged(evidence=[copied])) == []


@pytest.mark.parametrize(
    ("state", "told"),
    [("changed", "the text changed since it was judged"), ("orphaned", "are in no text any more")],
)
def test_what_happened_to_the_words(state: Any, told: str) -> None:
    history = History(PROBE)
    claim = history.claim("landed on Monday")
    history.act("judge", claim, status="verified", note="So.", evidence=[LINK])
    (line,) = unfit(report(history.reviewed(state), settings=FULL))
    assert told in line


def test_reviewers_who_differ_and_evidence_of_ones_own() -> None:
    history = History(PROBE)
    claim = history.claim("landed on Monday")
    history.act("judge", claim, status="verified", note="So.", evidence=[LINK])
    history.act("judge", claim, by="Bob", status="false", note="No.")
    (line,) = unfit(report(history.reviewed(), settings=FULL))
    assert "the reviewers differ" in line
    own = {**LINK, "url": "https://news.example.org/probe"}
    (line,) = unfit(judged(evidence=[own]))
    assert "the article's own source" in line


def test_an_article_without_a_source() -> None:
    for sources in ((), (Source(None, None, "https://a.example.org"),)):
        bare = Article(PROBE.title, PROBE.text, sources, id="probe1")
        history = History(bare)
        claim = history.claim("landed on Monday")
        history.act("judge", claim, status="verified", note="So.", evidence=[LINK])
        (line,) = unfit(report(history.reviewed(), settings=FULL))
        assert "names no source with outlet and date" in line
