"""Verdicts whose words changed: they say so until somebody settles them."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import BRIDGE, HARBOUR, indexed

from searchkit.errors import NotFoundError, SearchkitError
from searchkit.model import ReviewedClaim
from searchkit.reports import ReportSettings
from searchkit.workflow.indexing import index
from searchkit.workflow.reading import read_article, remember_listing, show_claim
from searchkit.workflow.reporting import report, stats
from searchkit.workflow.reviewing import add_claim, history, mark, note, undo
from searchkit.workflow.searching import find_claims
from searchkit.workflow.selection import ClaimFilter, matching_claims
from searchkit.workflow.settling import confirm, reattach
from searchkit.workflow.workspace import Workspace


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    workspace, _ = indexed(tmp_path)
    return workspace


def rewrite(ws: Workspace, old: str, new: str) -> None:
    assert old in HARBOUR
    (ws.root / "corpus/digest.txt").write_text(f"{HARBOUR.replace(old, new)}\n{BRIDGE}")
    index(ws)


def judged(ws: Workspace, status: str = "verified", by: str = "Ann") -> ReviewedClaim:
    return mark(ws, ["412,000 containers"], status, reviewer=by)[0].claim


def today(ws: Workspace, claim: ReviewedClaim) -> ReviewedClaim:
    return show_claim(ws, claim.claim.article, claim.claim.id)[1]


def words(claim: ReviewedClaim) -> dict[str, str]:
    assert claim.state
    return {j.reviewer: j.words for j in claim.state.judgements}


def test_a_changed_claim_is_stale_until_its_reviewer_confirms(ws: Workspace) -> None:
    before = judged(ws)
    rewrite(ws, "412,000", "214,000")
    stale = today(ws, before)
    assert "214,000" in stale.claim.text
    assert stale.status == "verified"
    assert "stale" in stale.flags
    assert "412,000" in words(stale)["Ann"]
    assert find_claims(ws, "flag:stale").total == 1
    confirmed = confirm(ws, [before.claim.id], reviewer="Ann")[0].claim
    assert "stale" not in confirmed.flags
    assert words(confirmed) == {"Ann": confirmed.claim.text}
    assert find_claims(ws, "flag:stale").total == 0
    undo(ws, reviewer="Ann")
    assert "stale" in today(ws, before).flags
    assert "412,000" in words(today(ws, before))["Ann"]


def test_a_new_verdict_settles_and_earlier_ones_keep_their_words(ws: Workspace) -> None:
    before = judged(ws)
    rewrite(ws, "412,000", "214,000")
    found = judged_again = mark(ws, [before.claim.id], "verified", reviewer="Bo")[0].claim
    assert "stale" not in judged_again.flags
    assert words(found) == {"Ann": before.claim.text, "Bo": found.claim.text}
    assert find_claims(ws, "412,000").total == 0


def test_who_confirms_another_ones_verdict_stands_for_it(ws: Workspace) -> None:
    before = judged(ws)
    rewrite(ws, "412,000", "214,000")
    found = confirm(ws, [before.claim.id], reviewer="Bo")[0].claim
    assert found.state
    assert [(j.reviewer, j.status) for j in found.state.judgements] == [
        ("Ann", "verified"),
        ("Bo", "verified"),
    ]
    assert words(found)["Ann"] == before.claim.text
    assert [event.action for event in history(ws, before.claim.id)] == ["judge", "confirm"]


def test_a_third_one_cannot_confirm_where_reviewers_differ(ws: Workspace) -> None:
    before = judged(ws)
    judged(ws, "false", "Bo")
    rewrite(ws, "412,000", "214,000")
    with pytest.raises(SearchkitError, match="differ"):
        confirm(ws, [before.claim.id], reviewer="Cy")
    assert confirm(ws, [before.claim.id], reviewer="Ann")[0].claim.status == "false"


def test_there_is_nothing_to_confirm(ws: Workspace) -> None:
    before = judged(ws)
    with pytest.raises(SearchkitError, match="as they were judged"):
        confirm(ws, [before.claim.id], reviewer="Ann")
    other = next(c for c in read_article(ws, before.claim.article).claims if not c.state)
    with pytest.raises(SearchkitError, match="nobody gave a verdict"):
        confirm(ws, [other.claim.id], reviewer="Ann")
    note(ws, other.claim.id, "look at this", reviewer="Ann")
    with pytest.raises(SearchkitError, match="nobody gave a verdict"):
        confirm(ws, [other.claim.id], reviewer="Ann")
    rewrite(ws, before.claim.text, "")
    with pytest.raises(SearchkitError, match="in no text"):
        confirm(ws, [before.claim.id], reviewer="Ann")
    assert len(history(ws, before.claim.id)) == 1


def test_several_are_confirmed_or_none(ws: Workspace) -> None:
    before = judged(ws)
    rewrite(ws, "412,000", "214,000")
    other = mark(ws, ["5,400 pupils"], "unproven", reviewer="Ann")[0].claim
    with pytest.raises(SearchkitError, match="nothing to confirm"):
        confirm(ws, [before.claim.id, other.claim.id], reviewer="Ann")
    assert "stale" in today(ws, before).flags


@pytest.mark.parametrize("by_words", [False, True])
def test_an_orphan_is_given_its_new_place(ws: Workspace, *, by_words: bool) -> None:
    before = judged(ws)
    sentence = "Boxes went up by half, said the mayor."
    rewrite(ws, before.claim.text, sentence)
    orphan = today(ws, before)
    assert "orphaned" in orphan.flags
    target = next(
        c for c in read_article(ws, before.claim.article).claims if c.claim.text == sentence
    )
    place = sentence if by_words else target.claim.id
    found = reattach(ws, before.claim.id, place, reviewer="Ann").claim
    assert (found.claim.id, found.claim.text) == (before.claim.id, sentence)
    assert found.flags == before.flags
    assert words(found) == {"Ann": sentence}
    numbers = [c.claim.number for c in read_article(ws, before.claim.article).claims]
    assert numbers == list(range(len(numbers)))
    undo(ws, reviewer="Ann")
    assert "orphaned" in today(ws, before).flags


def found(ws: Workspace, query: str) -> list[tuple[str, str]]:
    """The claims that a search finds and counts, with their statuses."""
    listing = find_claims(ws, query)
    claims = [(hit.claim.claim.id, hit.claim.status) for hit in listing.items]
    assert len(claims) == listing.total
    return claims


def test_searches_follow_a_claim_to_its_place_and_back(ws: Workspace) -> None:
    before = judged(ws)
    rewrite(ws, before.claim.text, "Boxes went up by half, said the mayor.")
    ((target, _),) = found(ws, "boxes")
    for place in (target, "went up by half"):
        reattach(ws, before.claim.id, place, reviewer="Ann")
        assert (before.claim.id, "verified") in found(ws, "half")
        assert found(ws, "half status:verified") == found(ws, "half -status:unreviewed")
        assert stats(ws).lost == 0
        undo(ws, reviewer="Ann")
        assert found(ws, "half") == [(target, "unreviewed")]
        assert stats(ws).lost == 1


@pytest.mark.parametrize(
    ("query", "with_verdict", "without"),
    [
        ("status:verified", True, False),
        ("-status:unreviewed", True, False),
        ("-status:false", True, True),
        ("flag:orphaned -status:disputed", True, True),
        ("NOT (status:unreviewed OR status:false)", True, False),
        ("status:unreviewed OR flag:orphaned", True, True),
        ("status:unreviewed", False, False),
        ("-status:verified", False, True),
        ("NOT (status:unreviewed OR status:verified)", False, False),
        ("containers -status:unreviewed", False, False),
        ('status:verified outlet:"Northport Courier"', True, False),
        ("outlet:courier", False, False),
        ("status:verified outlet:courier date:2024-06", True, False),
        ("status:verified -outlet:courier", False, False),
        ("flag:orphaned date:2023", False, False),
        ("flag:orphaned (date:2023 OR outlet:nor*)", True, True),
    ],
)
def test_claims_whose_words_are_gone_are_listed_where_their_reviews_fit(
    ws: Workspace, query: str, *, with_verdict: bool, without: bool
) -> None:
    before = judged(ws)
    own = note(ws, "Analysts expect a recovery", "Which ones?", reviewer="Ann").claim
    kept = HARBOUR.replace(before.claim.text, "").replace(own.claim.text, "")
    (ws.root / "corpus/digest.txt").write_text(f"{kept}\n{BRIDGE}")
    index(ws)
    listed = dict(found(ws, query))
    assert (listed.get(before.claim.id) == "verified") is with_verdict
    assert (own.claim.id in listed) is without
    chosen = matching_claims(ws, ClaimFilter(query)) or set()
    assert (before.claim.id in chosen) is with_verdict


def test_a_claim_of_ones_own_that_is_taken_back_is_not_found(ws: Workspace) -> None:
    article = judged(ws).claim.article
    (standing,) = found(ws, '"handled 412,000"')
    own = add_claim(ws, article, "handled 412,000", reviewer="Ann").claim.claim.id
    assert {id for id, _ in found(ws, '"handled 412,000"')} == {standing[0], own}
    assert report(ws, ReportSettings()).scope.claims_total == stats(ws).claims
    mark(ws, [own], "false", reviewer="Bo")
    undo(ws, reviewer="Ann")
    assert found(ws, "status:false") == [(own, "false")]
    assert undo(ws, reviewer="Bo").claim.status == "unreviewed"
    assert found(ws, '"handled 412,000"') == [standing]


def test_a_claim_that_somebody_else_moved_keeps_its_words(ws: Workspace) -> None:
    before = judged(ws)
    sentence = "Boxes went up by half, said the mayor."
    rewrite(ws, before.claim.text, sentence)
    found = reattach(ws, before.claim.id, sentence, reviewer="Bo").claim
    assert words(found) == {"Ann": before.claim.text, "Bo": sentence}


def test_a_number_that_stands_in_the_text_is_still_one_of_the_last_listing(ws: Workspace) -> None:
    before = judged(ws)
    sentence = "Boxes went up by half, said the mayor of ward 2."
    rewrite(ws, before.claim.text, sentence)
    article = read_article(ws, before.claim.article)
    assert article.article.text.count("2") == 1
    target = next(c for c in article.claims if c.claim.text == sentence)
    remember_listing(ws, [("x", "y"), (target.claim.article, target.claim.id)])
    found = reattach(ws, before.claim.id, "2", reviewer="Ann").claim
    assert found.claim.text == sentence


def test_one_word_can_be_the_place(ws: Workspace) -> None:
    before = judged(ws)
    rewrite(ws, before.claim.text, "Boxes went up by half, said the mayor.")
    assert reattach(ws, before.claim.id, "mayor", reviewer="Ann").claim.claim.text == "mayor"


def test_a_part_of_a_sentence_can_be_the_place(ws: Workspace) -> None:
    before = judged(ws)
    rewrite(ws, before.claim.text, "Boxes went up by half, said the mayor.")
    found = reattach(ws, before.claim.id, "went up by half", reviewer="Ann").claim
    assert found.claim.text == "went up by half"
    assert "orphaned" not in found.flags


def test_places_that_are_none(ws: Workspace) -> None:
    before = judged(ws)
    with pytest.raises(SearchkitError, match="stand in the text"):
        reattach(ws, before.claim.id, "2", reviewer="Ann")
    other = mark(ws, ["crane had shortened"], "unproven", reviewer="Ann")[0].claim
    abroad = mark(ws, ["5,400 pupils"], "unproven", reviewer="Ann")[0].claim
    rewrite(ws, before.claim.text, "")
    for place, message in (
        (other.claim.id, "reviewed itself"),
        (abroad.claim.id, "another article"),
        ("no such words", "no place"),
        ("  ", "no place"),
    ):
        with pytest.raises(SearchkitError, match=message):
            reattach(ws, before.claim.id, place, reviewer="Ann")
    (ws.root / "corpus/digest.txt").write_text(BRIDGE)
    index(ws, prune=True)
    with pytest.raises(SearchkitError, match="no longer in the corpus"):
        reattach(ws, before.claim.id, "2", reviewer="Ann")
    with pytest.raises(NotFoundError):
        reattach(ws, "zzzzzz", "2", reviewer="Ann")


def verdicts(ws: Workspace) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """What stands on every reviewed claim."""
    return {
        claim.claim.id: (claim.claim.text, claim.status, claim.flags)
        for id in ws.reviews.ids()
        for claim in read_article(ws, id).claims
        if claim.state
    }


def test_verdicts_follow_their_articles_through_files(ws: Workspace) -> None:
    for words_of_claim in ("412,000 containers", "900 passengers", "5,400 pupils"):
        mark(ws, [words_of_claim], "verified", reviewer="Ann")
    before = verdicts(ws)
    assert len(before) == 3
    corpus = ws.root / "corpus"
    digest, school = corpus / "digest.txt", corpus / "school.md"

    def same() -> bool:
        index(ws, prune=True)
        return verdicts(ws) == before

    digest.rename(corpus / "renamed.txt")
    assert same()
    (corpus / "renamed.txt").unlink()
    (corpus / "sub").mkdir()
    (corpus / "one.txt").write_text(HARBOUR, "utf-8")
    (corpus / "sub" / "two.txt").write_text(BRIDGE, "utf-8")
    assert same()
    (corpus / "one.txt").unlink()
    (corpus / "sub" / "two.txt").unlink()
    digest.write_text(f"{BRIDGE}\n{HARBOUR}", "utf-8")
    assert same()
    index(ws, rebuild=True)
    assert verdicts(ws) == before
    digest.unlink()
    text = school.read_text("utf-8")
    school.unlink()
    index(ws, prune=True)
    # Kept, though the words are in no text now.
    gone = verdicts(ws)
    assert {id: (shown, status) for id, (shown, status, _) in gone.items()} == {
        id: (shown, status) for id, (shown, status, _) in before.items()
    }
    digest.write_text(f"{HARBOUR}\n{BRIDGE}", "utf-8")
    school.write_text(text, "utf-8")
    assert same()
