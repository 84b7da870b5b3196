"""What a report says: its scope, order, verdicts, evidence, dates and corrections."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from attrs import evolve
from report_samples import PROBE, History, attack, probe, report, reworded

from searchkit.errors import UsageError
from searchkit.model import DEFAULT_SCALE, Article, ReviewedArticle, Scale, Source, Span
from searchkit.reports import RENDERERS, Report, ReportSettings, build, format_for
from searchkit.reports.view import ClaimView


def claim(made: Report, words: str) -> ClaimView:
    """The one claim of the report with these words."""
    (found,) = (c for article in made.articles for c in article.claims if words in c.text)
    return found


def dated(id: str, title: str, *dates: dt.date) -> ReviewedArticle:
    """An article with a verdict on its title."""
    sources = tuple(Source("Outlet", date, None) for date in dates)
    history = History(Article(title, "Text.", sources, id=id))
    history.act("judge", history.claims[0], status="verified")
    return history.reviewed()


def test_scope_in_words() -> None:
    assert report(probe().reviewed()).scope.sentence == "8 articles, 112 claims, 3 checked"
    assert report(totals=(1, 1)).scope.sentence == "1 article, 1 claim, 0 checked"
    assert report(totals=(2000, 12345)).scope.sentence == "2,000 articles, 12,345 claims, 0 checked"
    some = report(probe().reviewed(), everything=True, filters="words: probe")
    assert some.scope.sentence == "8 articles, 112 claims; 7 selected, 3 of them checked"


def test_scope_counts_what_is_shown() -> None:
    scope = report(probe().reviewed(), attack().reviewed("orphaned"), everything=True).scope
    assert (scope.articles, scope.checked, scope.lost) == (2, 5, 2)
    assert scope.sentence.endswith("5 checked (2 of the checked no longer in the texts)")


def test_without_a_verdict_only_when_asked_for() -> None:
    some, every = report(probe().reviewed()), report(probe().reviewed(), everything=True)
    assert [c.number for c in some.articles[0].claims] == [1, 2, 6]
    assert [c.number for c in every.articles[0].claims] == [0, 1, 2, 3, 4, 5, 6]
    assert "Unreviewed" not in {status.label for status, _ in some.summary}
    assert [(s.label, n) for s, n in every.summary if s.label == "Unreviewed"] == [
        ("Unreviewed", 4)
    ]
    assert claim(every, "fly again").status.label == "Unreviewed"
    assert claim(every, "fly again").last_changed is None


def test_articles_without_a_claim_to_show_are_left_out() -> None:
    assert report(History(PROBE).reviewed()).articles == ()
    assert report().summary == ()


def test_the_newest_first_and_the_order_given_does_not_matter() -> None:
    early, late = dt.date(2024, 7, 1), dt.date(2024, 8, 1)
    found = [
        dated("a1", "B", early, late),
        dated("a2", "A", early),
        dated("a3", "B", early),
        dated("a4", "B", early),
        dated("a5", "A"),
    ]
    expected = report(*found)
    assert [a.id for a in expected.articles] == ["a1", "a2", "a3", "a4", "a5"]
    random.Random(7).shuffle(found)
    mixed = [evolve(a, claims=tuple(reversed(a.claims))) for a in found]
    assert report(*mixed) == expected


def test_as_of_is_in_utc() -> None:
    assert report().as_of == "2024-09-01T10:30:00Z"
    naive = build(
        [],
        ReportSettings(),
        DEFAULT_SCALE,
        as_of=dt.datetime(2024, 9, 1, 10, 30, 0, 5),
        articles_total=0,
        claims_total=0,
        everything=False,
        filters="",
    )
    assert naive.as_of == "2024-09-01T10:30:00Z"


def test_every_reviewer_has_a_say() -> None:
    found = claim(report(probe().reviewed()), "2 kg")
    assert [(j.reviewer, j.status.name, j.note) for j in found.judgements] == [
        ("Ann", "verified", "The agency weighed them."),
        ("Bob", "mixed", "It is 1.9 kg."),
    ]
    assert found.status.name == "mixed"
    assert [flag.label for flag in found.flags] == ["reviewers differ"]
    assert found.said_by == "The space agency"
    assert found.wording == "The probe brought 2 kg of samples from the Moon."
    assert [e.url for e in found.background] == ["corpus/a_file.txt"]
    assert [e.publisher for e in found.supports] == ["Space Agency"]


@pytest.mark.parametrize("format", list(RENDERERS))
def test_who_is_at_work_is_nobody_elses_business(format: str) -> None:
    history = probe()
    history.act("assign", history.claim("far side"), by="Carol", state="in-review", to="Carol")
    made = report(history.reviewed(), everything=True)
    assert "Carol" not in RENDERERS[format](made)
    assert "09:02" not in (claim(made, "2 kg").last_changed or "")
    assert claim(made, "far side").last_changed is None


def test_undoing_an_assignment_shows_as_little() -> None:
    history = probe()
    free = history.claim("far side")
    assigned = history.act("assign", free, by="Carol", state="in-review", to="Carol")
    history.act("undo", free, by="Carol", event=assigned.id)
    assert claim(report(history.reviewed(), everything=True), "far side").last_changed is None


def test_a_replaced_verdict_is_a_correction() -> None:
    found = claim(report(probe().reviewed()), "landed")
    assert [
        (c.time[11:16], c.reviewer, c.before.name, c.after.name) for c in found.corrections
    ] == [("09:04", "Ann", "false", "verified")]


def test_corrections_are_each_reviewers_own_and_the_oldest_first() -> None:
    history = History(PROBE)
    about = history.claims[1]
    for by, status in [
        ("Ann", "false"),
        ("Bob", "verified"),
        ("Ann", "false"),
        ("Ann", "mixed"),
        ("Bob", "odd"),
    ]:
        history.act("judge", about, by=by, status=status)
    found = claim(report(history.reviewed()), about.text)
    assert [(c.reviewer, c.before.name, c.after.name) for c in found.corrections] == [
        ("Ann", "false", "mixed"),
        ("Bob", "verified", "odd"),
    ]


def test_a_slip_taken_back_is_no_verdict_and_no_correction() -> None:
    found = claim(report(probe().reviewed()), "Return")
    assert found.corrections == ()
    assert found.first_checked == found.last_checked == "2024-08-02T09:09:00.000000Z"


def test_dates_of_check_and_change() -> None:
    history = probe()
    landing = history.claim("landed")
    history.act("link", landing, evidence=[{"url": "https://x.example", "stance": "context"}])
    found = claim(report(history.reviewed()), "landed")
    times = (found.first_checked, found.last_checked, found.last_changed)
    assert [time and time[11:16] for time in times] == ["09:03", "09:06", "09:10"]


def test_a_confirmation_alone_is_no_check() -> None:
    history = History(PROBE)
    history.act("confirm", history.claims[1])
    found = claim(report(history.reviewed(), everything=True), history.claims[1].text)
    assert (found.first_checked, found.last_checked) == (None, None)


def test_a_clause_stands_in_its_sentence() -> None:
    context = claim(report(probe().reviewed()), "2 kg").context
    assert context is not None
    assert context.sentence == "It brought 2 kg of samples, and it will fly again."
    assert (context.before, context.after) == ("The probe landed on Monday.", None)


def test_a_list_item_stands_under_its_lead_in() -> None:
    context = claim(report(probe().reviewed()), "Return").context
    assert context is not None
    assert context.lead_in == "The mission had three aims:"
    assert (context.before, context.sentence, context.after) == (None, "Return by August.", None)


def test_a_custom_claim_stands_in_all_its_sentences() -> None:
    history = probe()
    words = "on Monday. It brought"
    start = PROBE.text.index(words)
    span = Span(start, start + len(words))
    wide = history.claims[1]._replace(id="own", kind="custom", text=words, span=span)
    history.claims = (*history.claims, wide)
    context = claim(report(history.reviewed(), everything=True), words).context
    assert context is not None
    assert context.sentence == PROBE.text.partition("\n")[0]
    assert (context.before, context.after) == (None, None)


def test_sentences_without_a_space_between_them_are_told_apart() -> None:
    history = History(evolve(PROBE, text="探测器着陆了。它带回两公斤样品。它会再飞。"))
    history.act("judge", history.claims[2], status="verified")
    context = claim(report(history.reviewed()), "样品").context
    assert context is not None
    assert context.sentence == "它带回两公斤样品。"
    assert (context.before, context.after) == ("探测器着陆了。", "它会再飞。")


def test_a_title_has_no_context() -> None:
    history = probe()
    history.act("judge", history.claims[0], status="verified")
    assert claim(report(history.reviewed()), PROBE.title).context is None


def test_a_changed_text_shows_both_wordings() -> None:
    history = History(evolve(PROBE, text="The probe landed on “Monday”."))
    history.act("judge", history.claims[1], status="verified")
    (before,) = report(history.reviewed()).articles[0].claims
    assert before.as_judged is None

    def now(text: str) -> ClaimView:
        old = history.reviewed("changed")
        today = old.claims[1].claim._replace(text=text, span=Span(0, len(text)))
        claims = (evolve(old.claims[1], claim=today),)
        made = report(evolve(old, article=evolve(PROBE, text=text), claims=claims))
        return made.articles[0].claims[0]

    changed = now("The probe landed on Tuesday.")
    assert changed.text == "The probe landed on Tuesday."
    assert changed.as_judged == "The probe landed on “Monday”."
    assert [flag.label for flag in changed.flags] == ["no evidence", "text changed"]
    assert changed.difference
    assert [one.sentence for one in changed.difference.alterations] == [
        "date changed: Monday → Tuesday"
    ]
    assert now('The probe  landed on "Monday".').as_judged is None
    assert now('The probe  landed on "Monday".').difference is None


def test_a_judgement_of_other_words_says_which() -> None:
    (found,) = report(reworded("Monday", "Tuesday")).articles[0].claims
    assert found.text == "The probe landed on Tuesday, not safely"
    assert found.as_judged == "The probe landed on Tuesday"
    assert [judgement.words for judgement in found.judgements] == [
        "The probe landed on Monday",
        None,
    ]
    assert found.difference
    assert [one.sentence for one in found.difference.alterations] == ["negation added: not"]


def test_words_that_nobody_judged_are_not_said_to_be_judged() -> None:
    history = History(PROBE)
    history.act("note", history.claims[1], text="Ask for the hour.")
    old = history.reviewed("changed")
    today = old.claims[1].claim._replace(text="The probe fell", span=Span(0, 14))
    fallen = evolve(PROBE, text="The probe fell")
    changed = evolve(old, article=fallen, claims=(evolve(old.claims[1], claim=today),))
    assert claim(report(changed, everything=True), "fell").as_judged is None


def test_words_that_are_gone_are_said_to_be() -> None:
    found = claim(report(probe().reviewed("orphaned")), "landed")
    assert (found.in_text, found.context) == (False, None)
    assert found.flags[-1].label == "the words are no longer in the text"
    left = report(probe().reviewed(in_corpus=False))
    assert not left.articles[0].in_corpus
    assert not any(c.in_text for c in left.articles[0].claims)
    assert "no longer in the corpus" in RENDERERS["markdown"](left)


def test_heads_tell_what_the_history_stands_at() -> None:
    history = probe()
    assert report(history.reviewed()).articles[0].heads == (history.events[-1].id,)


def test_another_scale_is_shown_whole_and_an_unknown_status_as_it_is() -> None:
    scale = Scale(DEFAULT_SCALE.statuses[:2])
    made = report(probe().reviewed(), scale=scale)
    assert [status.name for status in made.scale] == ["unreviewed", "verified"]
    assert [status.name for status, _ in made.summary] == ["verified", "disputed", "mixed"]
    assert claim(made, "Return").status.meaning == "not in the present scale"


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("a.md", "markdown"),
        ("x/A.MARKDOWN", "markdown"),
        ("report.v2.json", "json"),
        ("r.HTM", "html"),
    ],
)
def test_the_ending_tells_the_format(path: str, format: str) -> None:
    assert format_for(path) == format
    assert format in RENDERERS


@pytest.mark.parametrize("path", ["report.txt", "report", ".json", "report.md.gz"])
def test_another_ending_is_an_error_that_names_the_known_ones(path: str) -> None:
    with pytest.raises(
        UsageError, match=r"\.md, \.markdown, \.html, \.htm, \.csv, \.json"
    ) as caught:
        format_for(path)
    assert str(caught.value).startswith(path)
