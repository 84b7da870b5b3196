"""What the queue shows fits the screen, whatever is in it."""

from __future__ import annotations

import click
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from report_samples import HOSTILE, PROBE, History, attack, probe, reworded

from searchkit.cli.panel import Draft, DraftLink, Panel, render
from searchkit.cli.screen import columns_of
from searchkit.model import DEFAULT_SCALE, Article, ReviewedClaim
from searchkit.workflow.queue import Coverage, QueuedClaim, status_keys
from searchkit.worth import worth

KEYS = status_keys(DEFAULT_SCALE.verdicts, "nwt=sbuao/?q")
FULL = Draft((DraftLink("https://a.example.org/1"),), "A reason.", "Said in full.")


def panel(history: History, number: int, *, draft: Draft = FULL, hidden: bool = False) -> Panel:
    article = history.reviewed()
    claim = article.claims[number]
    queued = QueuedClaim(claim, article, claim.claim.id[:3], worth(claim.claim.text))
    return Panel(queued, Coverage(12, 40), draft, KEYS, "verified: It landed.", hidden)


def shown(made: Panel, width: int = 80, height: int = 24) -> list[str]:
    return [click.unstyle(line) for line in render(made, width, height)]


def test_what_changed_is_shown_with_what_weighs_most() -> None:
    article = reworded("Monday", "Tuesday")
    claim = article.claims[0]
    queued = QueuedClaim(claim, article, claim.claim.id[:3], worth(claim.claim.text))
    made = Panel(queued, Coverage(12, 40), FULL, KEYS)
    lines = shown(made)
    at = lines.index("the text changed since it was judged (= still right):")
    assert lines[at + 1 : at + 3] == [
        "negation added: not",
        "The probe landed on Tuesday{+, not safely+}",
    ]
    assert not any("changed since" in line for line in shown(evolve(made, hidden=True)))
    for width in range(20, 60):
        assert all(columns_of(line) <= width for line in shown(made, width))


def test_what_it_shows() -> None:
    made = panel(probe(), 1)
    text = "\n".join(shown(made))
    for part in (
        "Probe comes home",
        "12 of 40",
        "claim 1",
        "The Example Post 2024-08-01",
        "The probe landed on Monday.",
        "It brought 2 kg of samples",
        "verified  Ann, 2024-08-02",
        "refutes: https://doi.org/10.1234/landing",
        "+ as the verdict: https://a.example.org/1",
        "+ note: A reason.",
        "+ wording: Said in full.",
        "v verified  m mixed  i misleading  f false  d disputed  p unproven",
        "c not-checkable",
        "verified: It landed.",
    ):
        assert part in text
    assert len(shown(made)) == 24


def test_the_claim_stands_out() -> None:
    lines = render(panel(probe(), 1), 80, 24)
    (line,) = [line for line in lines if "landed on Monday" in line]
    assert line == click.style("The probe landed on Monday.", fg="yellow", bold=True)


def test_a_second_opinion_hides_the_first() -> None:
    text = "\n".join(shown(panel(probe(), 1, draft=Draft(), hidden=True)))
    assert "Ann" not in text
    assert "doi.org" not in text
    assert "The probe landed on Monday." in text


@given(st.integers(24, 130), st.integers(2, 50), st.integers(0, 1))
def test_it_fits_any_screen(width: int, height: int, number: int) -> None:
    text = f"{HOSTILE} {'word ' * 300}\n\n{'港は閉じた。' * 80}"
    made = panel(attack(HOSTILE, text), number)
    lines = shown(made, width, height)
    assert len(lines) <= height
    assert all(columns_of(line) <= width for line in lines)
    assert not any(ord(char) < 32 or char in "\u202e\u2066" for line in lines for char in line)


def test_a_long_text_shows_both_sides_of_the_claim() -> None:
    text = " ".join(f"Sentence number {n} says little." for n in range(200))
    history = History(Article("Long", text, PROBE.sources, id="long1"))
    lines = "\n".join(shown(panel(history, 100, draft=Draft())))
    for n in (98, 99, 100):
        assert f"number {n} says" in lines


def test_words_that_are_gone_stand_alone() -> None:
    made = panel(probe(), 1)
    article = probe().reviewed("orphaned")
    claim: ReviewedClaim = article.claims[1]
    made = evolve(made, queued=evolve(made.queued, claim=claim, article=article))
    lines = shown(made)
    assert any("its words are gone; as judged: The probe landed" in line for line in lines)
    assert not any("2 kg" in line for line in lines)


def test_status_keys_are_letters_of_their_names() -> None:
    assert KEYS == {
        "v": "verified",
        "m": "mixed",
        "i": "misleading",
        "f": "false",
        "d": "disputed",
        "p": "unproven",
        "c": "not-checkable",
    }
    assert status_keys(["no", "on"], "no") == {"1": "no", "2": "on"}
    assert len(status_keys([f"s{n}" for n in range(30)], "")) <= 30
